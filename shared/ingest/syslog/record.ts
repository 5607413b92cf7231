import {
  type LogRecord,
  type Position,
  plainRecord,
  type RawRecord,
  type RecordFlag,
  type SourceContext,
} from '../../model/record.ts';
import type { Severity } from '../../model/severity.ts';
import type { Timestamp } from '../../model/time.ts';
import { clockOf } from './clock.ts';
import type { SyslogHeader } from './header.ts';

/** RFC 5424 severities 0 (emergency) to 7 (debug): alerts begin at critical, errors and warnings are warnings. */
const SEVERITY_BY_CODE: readonly Severity[] = [
  'critical',
  'critical',
  'critical',
  'warning',
  'warning',
  'informational',
  'informational',
  'informational',
];

export type Attributes = Readonly<Record<string, unknown>>;

/**
 * The fields of a message where they lie: found, checked and counted, with their numbers read, but no text cut out. Most lines are only
 * counted, and never asked for theirs.
 */
export abstract class LocatedFields {
  /** The fields by name, as the format documents them. */
  abstract attributes(): Attributes;
}

/** What is known of a record at once. */
type Known = Omit<LogRecord, 'position' | 'body' | 'attributes'>;

/** The record of a line. What only few ask for, body and attributes, is made when it is asked for. */
export class LineRecord implements LogRecord {
  readonly format: string;
  readonly flags: readonly RecordFlag[];
  readonly timestamp: Timestamp | undefined;
  readonly precision: number;
  readonly severity: Severity | undefined;
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  /** The fields as they were found. */
  readonly fields: Attributes | LocatedFields;
  readonly #raw: RawRecord;
  readonly #header: Pick<SyslogHeader, 'body'>;
  #attributes: Attributes | undefined;

  constructor(raw: RawRecord, header: Pick<SyslogHeader, 'body'>, known: Known, fields: Attributes | LocatedFields) {
    this.format = known.format;
    this.flags = known.flags;
    this.timestamp = known.timestamp;
    this.precision = known.precision;
    this.severity = known.severity;
    this.hostname = known.hostname;
    this.appName = known.appName;
    this.procId = known.procId;
    this.fields = fields;
    this.#raw = raw;
    this.#header = header;
    this.#attributes = undefined;
  }

  get position(): Position {
    return this.#raw.position;
  }

  get body(): string {
    return this.#header.body;
  }

  get attributes(): Attributes {
    this.#attributes ??= this.fields instanceof LocatedFields ? this.fields.attributes() : this.fields;
    return this.#attributes;
  }

  toJSON(): LogRecord {
    return plainRecord(this);
  }
}

/** The record of a syslog line, whatever its dress, with the fields its format found in the message. */
export function syslogRecord(
  format: string,
  raw: RawRecord,
  header: SyslogHeader,
  ctx: SourceContext,
  fields: Attributes | LocatedFields,
  complete = true,
): LogRecord {
  const { timestamp, precision, flags } = clockOf(ctx).resolve(header.stamp);
  const guessed = !complete || !header.wellFormed;
  const { priority, hostname, appName, procId } = header;
  const known = {
    format,
    timestamp,
    precision,
    flags: raw.flags.length === 0 && !guessed ? flags : allFlags(raw.flags, flags, guessed),
    severity: priority === undefined ? undefined : SEVERITY_BY_CODE[priority & 7],
    hostname,
    appName,
    procId,
  };
  return new LineRecord(raw, header, known, fields);
}

const allFlags = (raw: readonly RecordFlag[], time: readonly RecordFlag[], guessed: boolean): readonly RecordFlag[] =>
  guessed ? [...raw, ...time, 'best-effort'] : [...raw, ...time];
