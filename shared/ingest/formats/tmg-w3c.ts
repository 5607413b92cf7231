import type { LogRecord, RawRecord, SourceContext } from '../../model/record.ts';
import { ok } from '../../model/result.ts';
import { parseTime } from '../../model/time.ts';
import { bareRecord } from '../bare-record.ts';
import { isTmgSoftware } from '../blocks/tmg-header.ts';
import { type Layout, layoutNamed, layoutOfRow } from '../tmg/columns.ts';
import { readRow } from '../tmg/row.ts';
import type { LogFormat } from './format.ts';

/**
 * W3C extended logs of TMG 2010 and ISA Server: firewall, web proxy, and ISA 2000's packet filters. Columns are those of the last
 * `#Fields:` line, which may change inside a file; values stand behind tabs, times are UTC. A row without such a line before it, as in the
 * middle of a file or sent alone, must have all columns of a log, and is flagged `best-effort`. Attributes: `log`, and those that
 * tmg/columns.ts names.
 */
export const tmgW3c = {
  name: 'tmg-w3c',
  title: 'TMG or ISA log, W3C',
  asked: { bare: true },
  claims(raw) {
    if (raw.json !== undefined) return false;
    if (raw.text.startsWith('#')) return isTmgSoftware(firstLine(raw.text)) || (isDirective(raw.text) && isNamed(raw));
    return raw.text.includes('\t') && DATE.test(raw.text) && layoutIn(raw) !== undefined;
  },
  parse: (raw, ctx) => ok(raw.text.startsWith('#') ? header(raw, ctx) : row(raw, ctx)),
} satisfies LogFormat;

const DATE = /(?:^|\t)(?:\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d)(?:\t|$)/;

const firstLine = (text: string): string => text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1);
const isDirective = (text: string): boolean =>
  /^#(?:Software|Version|Date|Start-Date|End-Date|Remark|Fields):/i.test(text);
const isNamed = ({ columns }: RawRecord): boolean => columns !== undefined && layoutNamed(columns) !== undefined;

const layoutIn = ({ columns, text }: RawRecord): Layout | undefined =>
  columns === undefined ? layoutOfRow(text.split('\t')) : layoutNamed(columns);

function row(raw: RawRecord, ctx: SourceContext): LogRecord {
  const layout = layoutIn(raw) ?? { log: 'firewall', columns: [] };
  const { attributes, hostname, date, time, surplus } = readRow(layout, raw.text.split('\t'));
  const stated = parseTime(`${date}T${time}Z`);
  const flags = [...raw.flags];
  if (stated === undefined) flags.push('no-time');
  if (surplus !== 0 || raw.columns === undefined) flags.push('best-effort');
  return {
    ...bareRecord('tmg-w3c', raw, ctx.host),
    flags,
    timestamp: stated?.timestamp,
    hostname: hostname ?? ctx.host,
    attributes,
  };
}

/** The lines above the rows: who writes since when. */
function header(raw: RawRecord, ctx: SourceContext): LogRecord {
  const said = new Map(
    raw.text.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(1, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const stated = parseTime(`${said.get('date') ?? ''}Z`);
  return {
    ...bareRecord('tmg-w3c', raw, ctx.host),
    flags: stated === undefined ? [...raw.flags, 'no-time'] : raw.flags,
    timestamp: stated?.timestamp,
    attributes: { software: said.get('software') ?? null, columns: said.get('fields')?.split('\t') ?? null },
  };
}
