import { LineShapes, shapeOf } from '../ingest/index.ts';
import type { LogRecord, RawRecord, RecordFlag, Rejection } from '../model/record.ts';
import type { Timestamp } from '../model/time.ts';

/** What was read of one source: a file, or a member of an archive. */
export interface SourceTally {
  readonly name: string;
  bytes: number;
  lines: number;
  records: number;
  deadLetters: number;
  /** Records by format. */
  readonly byFormat: Map<string, number>;
  /** Earliest and latest time that a record stated. */
  first: Timestamp | undefined;
  last: Timestamp | undefined;
}

const MAX_REJECTED = 20;
const MAX_SOURCES = 500;
/** Formats that say only that a line is readable. */
const UNKNOWN_FORMATS: ReadonlySet<string> = new Set(['plain-text', 'json-generic']);

/** Counts over all sources, in bounded memory. */
export class Tally {
  bytes = 0;
  lines = 0;
  records = 0;
  deadLetters = 0;
  readonly byFormat = new Map<string, number>();
  /** Of those the ones read in part only (`best-effort`). */
  readonly partlyByFormat = new Map<string, number>();
  /** Records by flag: what was assumed or odd. */
  readonly byFlag = new Map<RecordFlag, number>();
  /** The first dead letters, in the order of the input. */
  readonly rejected: Rejection[] = [];
  /** Readable lines that no format knows. */
  readonly unknown = new LineShapes();
  /** The first sources, and how many came after them. */
  readonly sources: SourceTally[] = [];
  moreSources = 0;

  begin(name: string): SourceTally {
    return {
      name,
      bytes: 0,
      lines: 0,
      records: 0,
      deadLetters: 0,
      byFormat: new Map(),
      first: undefined,
      last: undefined,
    };
  }

  record(source: SourceTally, record: LogRecord, raw: RawRecord): void {
    const { format, timestamp } = record;
    source.records++;
    source.byFormat.set(format, (source.byFormat.get(format) ?? 0) + 1);
    for (const flag of record.flags) {
      this.byFlag.set(flag, (this.byFlag.get(flag) ?? 0) + 1);
      if (flag === 'best-effort') this.partlyByFormat.set(format, (this.partlyByFormat.get(format) ?? 0) + 1);
    }
    if (UNKNOWN_FORMATS.has(format)) this.unknown.note(shapeOf(raw.text, raw.json), raw.position);
    if (timestamp === undefined) return;
    if (source.first === undefined || timestamp < source.first) source.first = timestamp;
    if (source.last === undefined || timestamp > source.last) source.last = timestamp;
  }

  reject(source: SourceTally, rejection: Rejection): void {
    source.deadLetters++;
    if (this.rejected.length < MAX_REJECTED) this.rejected.push(rejection);
  }

  /** A source was read to its end. */
  end(source: SourceTally): void {
    this.bytes += source.bytes;
    this.lines += source.lines;
    this.records += source.records;
    this.deadLetters += source.deadLetters;
    for (const [format, count] of source.byFormat) {
      this.byFormat.set(format, (this.byFormat.get(format) ?? 0) + count);
    }
    if (this.sources.length < MAX_SOURCES) this.sources.push(source);
    else this.moreSources++;
  }
}
