import type { LogRecord, Position, RawRecord, RecordFlag } from '../../model/record.ts';
import type { Timestamp } from '../../model/time.ts';
import { glanceAt, NO_ATTRIBUTES } from '../glance.ts';
import { AT, LENGTH, LINE } from '../kernel/layout.ts';
import { RawLine } from '../raw-line.ts';
import { headAt, type KnownRows, numberAt, textAt, timeAt } from './known-rows.ts';
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
  abstract movedTo(position: Position): JsonRecord;
}

/** Of which nothing is known yet: parsed when it is first asked for. */
export class UnreadRecord extends JsonRecord {
  readonly text: string;
  readonly position: Position;
  readonly length: number;
  readonly flags: readonly RecordFlag[];
  #glanced: LogRecord | undefined | typeof UNKNOWN = UNKNOWN;
  #json: unknown = UNKNOWN;

  constructor({ text, position, length, flags }: RawRecord) {
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

  movedTo(position: Position): UnreadRecord {
    const { text, length, flags } = this;
    const moved = new UnreadRecord({ text, position, length, flags });
    moved.#json = this.#json;
    return moved;
  }
}

/** A record as the kernel found it. */
abstract class KnownRecord extends JsonRecord {
  // Declared only: an initial value of each would cost half of what making a record costs.
  declare protected readonly known: KnownRows;
  declare protected readonly row: number;
  /** Where it is said to be, when that is not its place in the source. */
  declare private readonly moved: Position | undefined;

  constructor(known: KnownRows, row: number, moved: Position | undefined) {
    super();
    this.known = known;
    this.row = row;
    this.moved = moved;
  }

  get text(): string {
    return textAt(this.known, this.row);
  }

  get position(): Position {
    const { known, row } = this;
    const { source, line, byte } = known;
    return this.moved ?? { source, line: line + numberAt(known, row, LINE), byte: byte + numberAt(known, row, AT) };
  }

  get length(): number {
    return numberAt(this.known, this.row, LENGTH);
  }

  get flags(): readonly RecordFlag[] {
    return NO_FLAGS;
  }
}

/**
 * A record that can only count: its head tells its format, and a `Timestamp` is its time. Nothing else is made of it: it is the record of
 * itself.
 */
export class ChatterRecord extends KnownRecord implements LogRecord {
  get glanced(): LogRecord {
    return this;
  }

  get json(): unknown {
    return parseJson(this.text);
  }

  movedTo(position: Position): ChatterRecord {
    return new ChatterRecord(this.known, this.row, position);
  }

  get format(): string {
    return headAt(this.known, this.row).format;
  }

  get timestamp(): Timestamp {
    return timeAt(this.known, this.row);
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

/** A record that must be read, and what it says. */
export class TellingRecord extends KnownRecord {
  readonly json: unknown;

  constructor(known: KnownRows, row: number, json: unknown, moved: Position | undefined) {
    super(known, row, moved);
    this.json = json;
  }

  get glanced(): undefined {
    return undefined;
  }

  movedTo(position: Position): TellingRecord {
    return new TellingRecord(this.known, this.row, this.json, position);
  }
}

/** The same record at another place. */
export const movedTo = (raw: RawRecord, position: Position): RawRecord =>
  raw instanceof JsonRecord || raw instanceof RawLine ? raw.movedTo(position) : { ...raw, position };
