import { plainRecord, type RawRecord } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import type { Severity } from '../../model/severity.ts';
import { NO_NAMES, panosRecord } from '../panos/record.ts';
import { statementsIn } from '../panos/userid-statement.ts';
import { headerOf, type SyslogHeader } from '../syslog/header.ts';
import { instantOf, type Stamp } from '../syslog/stamp.ts';
import type { LogFormat } from './format.ts';

const MARK = 'pan_';
/** The file stands before it where grep looked into several. */
const LINE =
  /^(?:(?:[\w./-]{1,128}\.log:)?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: ?(Z|[+-]\d\d:?\d\d))?\s+)?((?:[A-Za-z]{1,12}:\s+)?pan_\w{1,60} ?\([\w.-]{1,60}\.c)/;

const QUOTED = /[A-Za-z]{1,12}:\s+pan_\w{1,60} ?\([\w.-]{1,60}\.c:\d{1,7}\):/;

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['error', 'warning'],
  ['warn', 'warning'],
  ['warning', 'warning'],
  ['crit', 'critical'],
  ['critical', 'critical'],
]);

/**
 * `user-id.log` of a PAN-OS management plane: `[stamp] Error: function(file.c:line): message`. The line number differs between
 * releases. Copied out of a page, several statements may stand in one line: `statements` has each.
 */
export const panosUseridLog = {
  name: 'panos-userid-log',
  title: 'PAN-OS user-id.log',
  asked: { syslog: () => true, bare: true },
  claims: (raw) => lineOf(raw) !== undefined,
  parse(raw, ctx) {
    const line = lineOf(raw);
    if (line === undefined) return fail('no-userid-line', 'expected a function and its source line');
    const { text, header, stamp } = line;
    const statements = statementsIn(text);
    const [first] = statements;
    const attributes = { level: first?.level ?? null, function: first?.function ?? null, statements };
    const content = { body: text, hostname: header?.hostname, stamp: header?.stamp };
    const said = { stamp, attributes, names: NO_NAMES, complete: true };
    const record = panosRecord('panos-userid-log', raw, content, ctx, said);
    return ok({ ...plainRecord(record), severity: SEVERITIES.get(first?.level ?? '') ?? 'informational' });
  },
} satisfies LogFormat;

interface Line {
  readonly text: string;
  readonly header: SyslogHeader | undefined;
  readonly stamp: Stamp | undefined;
}

/** The line as the process wrote it, alone or behind a syslog header. A tag of the header is `Error` where the line has no other. */
function lineOf(raw: RawRecord): Line | undefined {
  if (!raw.text.includes(MARK)) return undefined;
  const header = headerOf(raw);
  const text = (header?.body ?? raw.text).trim();
  const match = LINE.exec(text);
  // Quoted in a text, between its words.
  if (match === null) return header === undefined && QUOTED.test(text) ? { text, header, stamp: undefined } : undefined;
  const [, date, time, zone = '', statement = ''] = match;
  const stamp = date === undefined ? undefined : instantOf(`${date}T${time}${zone}`);
  const level = header?.appName === undefined || /^[A-Za-z]{1,12}:/.test(statement) ? '' : levelOf(header.appName);
  return { text: level + text.slice(match[0].length - statement.length), header, stamp };
}

const levelOf = (tag: string): string => (SEVERITIES.has(tag.toLowerCase()) ? `${tag}: ` : '');
