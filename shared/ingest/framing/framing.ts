import type { RawRecord } from '../../model/record.ts';
import type { Encoding } from '../encoding.ts';
import { lineWith } from '../raw-line.ts';
import { Units } from './units.ts';

/** A line or JSON record longer than this is cut and becomes a dead letter. */
export const MAX_RECORD_BYTES = 1024 * 1024;
/** Names of columns longer than this are not remembered. */
export const MAX_COLUMNS_LENGTH = 8192;

/**
 * - `lines`: at the start of a line, or right behind a JSON value.
 * - `skip-line`: inside a line that was too long. `skip-frame`: inside a counted message that was.
 * - `element`, `between`: in an array of records, before or behind one. `tail`: in an envelope behind its records.
 * - `seek`: behind a record that was broken beyond the limit, looking for the next one.
 */
export type Mode = 'lines' | 'skip-line' | 'skip-frame' | 'element' | 'between' | 'tail' | 'seek';

/** All that is needed to go on framing at `nextByte`; plain JSON. */
export interface FramerState {
  /** Null until enough bytes were seen. */
  readonly encoding: Encoding | null;
  readonly nextByte: number;
  readonly nextLine: number;
  readonly mode: Mode;
  readonly envelope: boolean;
  /** First key of the broken record: what the next one will begin with. */
  readonly seekKey: string;
  /** The last `#Fields:` line of a W3C extended log, without its name, or the header of an exported table. */
  readonly columns?: string | undefined;
  /** Bytes left of the message that is skipped. */
  readonly skip?: number | undefined;
}

/** What a step did: `taken` moved on, `wait` needs more text, `plain` is not what was asked for, `skip` goes on in another mode. */
export type Taken = 'taken' | 'wait' | 'skip' | 'plain';

export const START: FramerState = {
  encoding: null,
  nextByte: 0,
  nextLine: 1,
  mode: 'lines',
  envelope: false,
  seekKey: '',
};

/** How far the framing of a source is; the steps of lines and of JSON share it. */
export class Framing {
  readonly units: Units;
  mode: Mode;
  envelope: boolean;
  seekKey: string;
  columns: string | undefined;
  skip: number;
  /** The records found since the last chunk. */
  out: RawRecord[] = [];
  /** Nothing comes behind the text at hand. */
  final = false;

  constructor(source: string, resume: FramerState) {
    this.units = new Units(source, resume.encoding, resume.nextByte, resume.nextLine);
    this.mode = resume.mode;
    this.envelope = resume.envelope;
    this.seekKey = resume.seekKey;
    this.columns = resume.columns;
    this.skip = resume.skip ?? 0;
  }

  get state(): FramerState {
    const { encoding, byte, line } = this.units;
    return {
      encoding,
      nextByte: byte,
      nextLine: line,
      mode: this.mode,
      envelope: this.envelope,
      seekKey: this.seekKey,
      columns: this.columns,
      skip: this.skip === 0 ? undefined : this.skip,
    };
  }

  get limit(): number {
    return this.units.encoding === 'utf-8' ? MAX_RECORD_BYTES : MAX_RECORD_BYTES / 2;
  }

  /** True when the text from `at` may still grow into what is expected there. */
  mayWait(at: number): boolean {
    return !this.final && this.units.size - at <= this.limit;
  }

  /** Gives out the first part of what is too long; its `length` says so. The rest is skipped in `mode`. */
  tooLong(mode: Mode): true {
    const { at } = this.units;
    const record = this.units.record(at, at + this.limit, this.limit + 1);
    this.out.push(lineWith(record, { flags: [...record.flags, 'truncated'] }));
    this.units.advance(at + this.limit);
    this.mode = mode;
    return true;
  }
}
