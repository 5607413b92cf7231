import type { LogRecord, RawRecord } from '../model/record.ts';
import { parseTime, type Timestamp } from '../model/time.ts';
import type { Glance, LogFormat } from './formats/format.ts';
import { FORMATS } from './formats/index.ts';

/** A format nearly all of whose records can be told by a glance. */
export type Glancing = LogFormat & { readonly glance: Glance };
const GLANCING = FORMATS.filter((format): format is Glancing => format.glance !== undefined);

const TIME = '{"time":"';
const END = '"}}';
export const NO_ATTRIBUTES: Readonly<Record<string, unknown>> = {};

/** The record of a JSON text that can only count; undefined when it must be read. */
export function glanceAt(raw: RawRecord): LogRecord | undefined {
  const json = raw.text;
  if (!json.endsWith(END)) return undefined;
  const found = glancingAt(json);
  if (found === undefined) return undefined;
  const { glancing, messageAt } = found;
  const end = json.length - END.length;
  if (json.indexOf('"', messageAt) !== end) return undefined;
  const message = json.slice(messageAt, end);
  if (/[\\\n]/.test(message) || !glancing.glance.isChatter(message)) return undefined;
  const time = parseTime(json.slice(TIME.length, json.indexOf('"', TIME.length)));
  return time?.zoneStated ? chatterOf(glancing.name, raw, time.timestamp) : undefined;
}

/** The format that knows the record by a glance at the start of its JSON text, and where its message begins. */
export function glancingAt(json: string): { readonly glancing: Glancing; readonly messageAt: number } | undefined {
  if (!json.startsWith(TIME)) return undefined;
  for (const glancing of GLANCING) {
    const messageAt = glancing.glance.messageAt(json);
    if (messageAt >= 0) return { glancing, messageAt };
  }
  return undefined;
}

/** Whether a record whose text begins so may be told by a glance. */
export const mayGlance = (head: string): boolean => GLANCING.some(({ glance }) => head.includes(glance.mark));

/** Of a record that can only count nothing is taken out but its format and time. */
const chatterOf = (format: string, { position, flags }: RawRecord, timestamp: Timestamp): LogRecord => ({
  format,
  position,
  flags,
  timestamp,
  precision: 7,
  severity: undefined,
  hostname: undefined,
  appName: undefined,
  procId: undefined,
  body: '',
  attributes: NO_ATTRIBUTES,
});
