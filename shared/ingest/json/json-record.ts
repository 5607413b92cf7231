import type { LogRecord, Position, RawRecord, RecordFlag } from '../../model/record.ts';
import { GlancedRecord, glanceAt } from '../glance.ts';
import { AT, END, HEAD, LENGTH, LINE } from '../kernel/layout.ts';
import { type Chunk, RawLine } from '../raw-line.ts';
import type { Head } from './known-heads.ts';
import { parseJson } from './records.ts';

/** Stands for what was not looked for yet. */
const UNKNOWN = Symbol('unknown');
const NO_FLAGS: readonly RecordFlag[] = [];

/** A record of JSON text. `json` is undefined when the text is none after all. */
export abstract class JsonRecord implements RawRecord {
  abstract readonly text: string;
  abstract readonly position: Position;
  abstract readonly length: number;
  abstract readonly flags: readonly RecordFlag[];
  abstract readonly json: unknown;
  /** What it is, when a glance tells that it can only count: so most records of the largest logs are. */
  abstract readonly glanced: LogRecord | undefined;

  /** The same record at another place. */
  movedTo(position: Position): JsonRecord {
    return new UnreadRecord(this, position);
  }
}

/** Of which nothing is known yet: parsed when it is first asked for. */
export class UnreadRecord extends JsonRecord {
  readonly text: string;
  readonly position: Position;
  readonly length: number;
  readonly flags: readonly RecordFlag[];
  #glanced: LogRecord | undefined | typeof UNKNOWN = UNKNOWN;
  #json: unknown = UNKNOWN;

  constructor({ text, length, flags }: RawRecord, position: Position) {
    super();
    this.text = text;
    this.position = position;
    this.length = length;
    this.flags = flags;
  }

  get glanced(): LogRecord | undefined {
    if (this.#glanced === UNKNOWN) this.#glanced = glanceAt(this);
    return this.#glanced;
  }

  get json(): unknown {
    if (this.#json === UNKNOWN) this.#json = parseJson(this.text);
    return this.#json;
  }
}

/** Rows of records, in a chunk whose first line has the number. */
export interface KnownRows {
  readonly rows: Int32Array;
  readonly chunk: Chunk;
  readonly line: number;
  /** By their numbers in rows. */
  readonly heads: readonly Head[];
}

/** A record as the kernel found it. */
abstract class KnownRecord extends JsonRecord {
  // Declared only: an initial value of each would cost half of what making a record costs.
  declare protected readonly known: KnownRows;
  declare protected readonly row: number;

  constructor(known: KnownRows, row: number) {
    super();
    this.known = known;
    this.row = row;
  }

  get text(): string {
    return this.known.chunk.chars.slice(this.number(AT), this.number(END));
  }

  get position(): Position {
    const { chunk, line } = this.known;
    return { source: chunk.source, line: line + this.number(LINE), byte: chunk.base + this.number(AT) };
  }

  get length(): number {
    return this.number(LENGTH);
  }

  get flags(): readonly RecordFlag[] {
    return NO_FLAGS;
  }

  protected number(index: number): number {
    return this.known.rows[this.row + index] ?? 0;
  }
}

/** A record that can only count: its head tells its format, and a `Timestamp` is its time. */
export class ChatterRecord extends KnownRecord {
  get glanced(): LogRecord {
    return new GlancedRecord(this.known.heads[this.number(HEAD)]?.format ?? '', this);
  }

  get json(): unknown {
    return parseJson(this.text);
  }
}

/** A record that must be read, and what it says. */
export class TellingRecord extends KnownRecord {
  readonly json: unknown;

  constructor(known: KnownRows, row: number, json: unknown) {
    super(known, row);
    this.json = json;
  }

  get glanced(): undefined {
    return undefined;
  }
}

/** The same record at another place. */
export const movedTo = (raw: RawRecord, position: Position): RawRecord =>
  raw instanceof JsonRecord || raw instanceof RawLine ? raw.movedTo(position) : { ...raw, position };
