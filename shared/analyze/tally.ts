import { type Heard, isUnknown, LineShapes, shapeOf } from '../ingest/index.ts';
import { Counts } from '../model/counts.ts';
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
  readonly byFormat: Counts;
  /** Earliest and latest time that a record stated. */
  first: Timestamp | undefined;
  last: Timestamp | undefined;
}

const MAX_REJECTED = 20;
const MAX_SOURCES = 500;

/** Counts over all sources, in bounded memory. */
export class Tally {
  bytes = 0;
  lines = 0;
  records = 0;
  deadLetters = 0;
  readonly byFormat = new Counts();
  /** Of those the ones read in part only (`best-effort`). */
  readonly partlyByFormat = new Counts();
  /** Records by flag: what was assumed or odd. */
  readonly byFlag = new Counts<RecordFlag>();
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
      byFormat: new Counts(),
      first: undefined,
      last: undefined,
    };
  }

  /** Records of one host and format in a source. */
  hear(source: SourceTally, { format, flags, count, first, last }: Heard): void {
    source.records += count;
    source.byFormat.add(format, count);
    for (const flag of flags) {
      this.byFlag.add(flag, count);
      if (flag === 'best-effort') this.partlyByFormat.add(format, count);
    }
    if (first !== undefined && (source.first === undefined || first < source.first)) source.first = first;
    if (last !== undefined && (source.last === undefined || last > source.last)) source.last = last;
  }

  /** Looks at a record that may be of no known format. */
  note({ format }: LogRecord, raw: RawRecord): void {
    if (isUnknown(format)) this.unknown.note(shapeOf(raw.text, raw.json), raw.position);
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
    for (const [format, count] of source.byFormat) this.byFormat.add(format, count);
    if (this.sources.length < MAX_SOURCES) this.sources.push(source);
    else this.moreSources++;
  }
}
