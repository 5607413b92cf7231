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
import { clockOf, type ResolvedStamp } from './clock.ts';
import { HeadedLine } from './headed-line.ts';
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

/** Gives the fields of a line that the kernel found, where there is nothing left to check. */
export type FieldsOf = (line: HeadedLine) => Attributes | LocatedFields;

/** What a record has of its header. */
export type Heading = Pick<SyslogHeader, 'hostname' | 'appName' | 'procId' | 'body'>;

/** The record of a line. What only few ask for, body and attributes, is made when it is asked for. */
export class LineRecord implements LogRecord {
  // Declared only, as in `RawLine`.
  declare readonly format: string;
  declare readonly flags: readonly RecordFlag[];
  declare readonly severity: Severity | undefined;
  declare private found: Attributes | LocatedFields | FieldsOf;
  declare private readonly raw: RawRecord;
  declare private readonly heading: Heading;
  declare private readonly time: ResolvedStamp;
  declare private read: Attributes | undefined;

  /** `flags`: all of them, those of the line and of its time too. */
  constructor(
    format: string,
    raw: RawRecord,
    heading: Heading,
    time: ResolvedStamp,
    flags: readonly RecordFlag[],
    severity: Severity | undefined,
    found: Attributes | LocatedFields | FieldsOf,
  ) {
    this.format = format;
    this.flags = flags;
    this.severity = severity;
    this.found = found;
    this.raw = raw;
    this.heading = heading;
    this.time = time;
    this.read = undefined;
  }

  get timestamp(): Timestamp | undefined {
    return this.time.timestamp;
  }

  get precision(): number {
    return this.time.precision;
  }

  get hostname(): string | undefined {
    return this.heading.hostname;
  }

  get appName(): string | undefined {
    return this.heading.appName;
  }

  get procId(): string | undefined {
    return this.heading.procId;
  }

  get position(): Position {
    return this.raw.position;
  }

  get body(): string {
    return this.heading.body;
  }

  /** The fields as they were found. */
  get fields(): Attributes | LocatedFields {
    const { found, raw } = this;
    if (typeof found !== 'function') return found;
    const fields = raw instanceof HeadedLine ? found(raw) : {};
    this.found = fields;
    return fields;
  }

  get attributes(): Attributes {
    if (this.read === undefined) {
      const { fields } = this;
      this.read = fields instanceof LocatedFields ? fields.attributes() : fields;
    }
    return this.read;
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
  const time = clockOf(ctx).resolve(header.stamp);
  const { priority } = header;
  const severity = priority === undefined ? undefined : SEVERITY_BY_CODE[priority & 7];
  const flags = allFlags(raw.flags, time.flags, !complete || !header.wellFormed);
  return new LineRecord(format, raw, headingOf(header, ctx), time, flags, severity, fields);
}

/** The same of a line whose header the kernel knew, with all of its fields. */
export function headedRecord(format: string, line: HeadedLine, ctx: SourceContext, fieldsOf: FieldsOf): LogRecord {
  const time = clockOf(ctx).resolve(line.stamp);
  const { priority } = line;
  const severity = priority === undefined ? undefined : SEVERITY_BY_CODE[priority & 7];
  return new LineRecord(format, line, headingOf(line, ctx), time, time.flags, severity, fieldsOf);
}

/** Where a header names no machine, as in what a container prints, it is the one that the source is about. */
const headingOf = (heading: Heading, { host }: SourceContext): Heading =>
  heading.hostname !== undefined || host === undefined ? heading : new Hosted(heading, host);

class Hosted implements Heading {
  readonly #heading: Heading;
  readonly hostname: string;

  constructor(heading: Heading, hostname: string) {
    this.#heading = heading;
    this.hostname = hostname;
  }

  get appName(): string | undefined {
    return this.#heading.appName;
  }

  get procId(): string | undefined {
    return this.#heading.procId;
  }

  get body(): string {
    return this.#heading.body;
  }
}

/** Mostly there is nothing to add to those of the time. */
export function allFlags(
  raw: readonly RecordFlag[],
  time: readonly RecordFlag[],
  guessed: boolean,
): readonly RecordFlag[] {
  if (guessed) return [...raw, ...time, 'best-effort'];
  return raw.length === 0 ? time : [...raw, ...time];
}
