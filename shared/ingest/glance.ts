import type { LogRecord, Position, RawRecord, RecordFlag } from '../model/record.ts';
import { parseTime, type Timestamp } from '../model/time.ts';
import { copyOf } from './copy.ts';
import type { Glance, LogFormat } from './formats/format.ts';
import { FORMATS } from './formats/index.ts';

/** A format nearly all of whose records can be told by a glance. */
export type Glancing = LogFormat & { readonly glance: Glance };
const GLANCING = FORMATS.filter((format): format is Glancing => format.glance !== undefined);

const TIME = '{"time":"';
const TIME_END = '{"time":"2026-11-22T09:03:29.1234567Z'.length;
const END = '"}}';
const NO_ATTRIBUTES: Readonly<Record<string, unknown>> = {};

/** A record that can only count: its format and time, nothing else is taken out, and the time only when asked for. */
export class GlancedRecord implements LogRecord {
  readonly format: string;
  readonly #raw: RawRecord;
  #timestamp: Timestamp | undefined;

  /** `timestamp`: not given when it stands in the text as it should be. */
  constructor(format: string, raw: RawRecord, timestamp?: Timestamp) {
    this.format = format;
    this.#raw = raw;
    this.#timestamp = timestamp;
  }

  get timestamp(): Timestamp {
    this.#timestamp ??= copyOf(this.#raw.text.slice(TIME.length, TIME_END));
    return this.#timestamp;
  }

  get position(): Position {
    return this.#raw.position;
  }

  get flags(): readonly RecordFlag[] {
    return this.#raw.flags;
  }

  get precision(): number {
    return 7;
  }

  get severity(): undefined {
    return undefined;
  }

  get hostname(): undefined {
    return undefined;
  }

  get appName(): undefined {
    return undefined;
  }

  get procId(): undefined {
    return undefined;
  }

  get body(): string {
    return '';
  }

  get attributes(): Readonly<Record<string, unknown>> {
    return NO_ATTRIBUTES;
  }
}

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
  return time?.zoneStated ? new GlancedRecord(glancing.name, raw, time.timestamp) : undefined;
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
