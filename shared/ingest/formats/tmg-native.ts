import type { RawRecord } from '../../model/record.ts';
import { ok } from '../../model/result.ts';
import { clockOf } from '../syslog/clock.ts';
import { civilOf, DAY_PATTERN, TIME_PATTERN } from '../tmg/civil.ts';
import {
  FIREWALL_COLUMNS,
  ISA_2000_COLUMNS,
  type Layout,
  layoutOf,
  PACKET_COLUMNS,
  WEB_COLUMNS,
} from '../tmg/columns.ts';
import { readRow } from '../tmg/row.ts';
import type { LogFormat } from './format.ts';

/**
 * TMG's and ISA's own text format: values behind a comma and a blank, all columns in fixed order, no header, local times. Which log
 * it is shows by where day and time stand.
 */
export const tmgNative = {
  name: 'tmg-native',
  title: 'TMG or ISA log, text format',
  asked: { bare: true },
  claims: (raw) => raw.json === undefined && raw.text.includes(', ') && layoutIn(raw) !== undefined,
  parse(raw, ctx) {
    const values = raw.text.split(', ');
    const layout = layoutIn(raw) ?? FIREWALL;
    const row = readRow(layout, aligned(layout, values));
    const stamp = civilOf(row.date ?? '', row.time ?? '', 'month-first');
    const time = clockOf(ctx).resolve(stamp);
    const flags = [...raw.flags, ...time.flags];
    if (row.surplus < 0) flags.push('best-effort');
    return ok({
      format: 'tmg-native',
      position: raw.position,
      flags,
      timestamp: time.timestamp,
      precision: 0,
      severity: undefined,
      hostname: row.hostname ?? ctx.host,
      appName: undefined,
      procId: undefined,
      body: raw.text,
      attributes: row.attributes,
    });
  },
} satisfies LogFormat;

const FIREWALL = layoutOf('firewall', FIREWALL_COLUMNS);
const WEB = layoutOf('web', WEB_COLUMNS);
const PACKETS = layoutOf('packet-filter', PACKET_COLUMNS);
const ISA_2000 = layoutOf('web', new Map([...ISA_2000_COLUMNS].slice(0, 25)));
const ISA_2000_FIREWALL = layoutOf('firewall', ISA_2000_COLUMNS);

const STAMP = `(?:${DAY_PATTERN}), ${TIME_PATTERN}, `;
const IS_FIREWALL = new RegExp(`^[^,\\t]{1,255}, ${STAMP}`);
const IS_PACKETS = new RegExp(`^${STAMP}\\d+\\.\\d+\\.\\d+\\.\\d+, \\d+\\.\\d+\\.\\d+\\.\\d+, `);
const IS_WEB = new RegExp(`^[0-9A-Fa-f:.]{2,45}, .*?, (?:[YN]|-), ${STAMP}(\\w+), `);

function layoutIn({ text }: RawRecord): Layout | undefined {
  if (IS_PACKETS.test(text)) return text.split(', ').length >= 10 ? PACKETS : undefined;
  if (IS_FIREWALL.test(text)) return text.split(', ').length >= 20 ? FIREWALL : undefined;
  const service = IS_WEB.exec(text)?.at(-1);
  if (service === undefined) return undefined;
  const count = text.split(', ').length;
  if (/^(?:fwsrv|wspsrv)$/i.test(service)) return ISA_2000_FIREWALL;
  return count <= ISA_2000_COLUMNS.size ? ISA_2000 : WEB;
}

/** A client's own description may hold commas too; it stands before the day. */
function aligned({ columns }: Layout, values: readonly string[]): readonly string[] {
  const dayAt = columns.findIndex(({ kind }) => kind === 'date');
  const agentAt = columns.findIndex(({ attribute }) => attribute === 'agent');
  const surplus = values.findIndex((value, i) => i >= dayAt && IS_DAY.test(value)) - dayAt;
  if (surplus <= 0 || agentAt > dayAt) return values;
  const agent = values.slice(agentAt, agentAt + surplus + 1).join(', ');
  return [...values.slice(0, agentAt), agent, ...values.slice(agentAt + surplus + 1)];
}

const IS_DAY = new RegExp(`^(?:${DAY_PATTERN})$`);
