import type { LogRecord, Position, RawRecord, RecordFlag } from '../../model/record.ts';
import { GlancedRecord, glanceAt } from '../glance.ts';
import { Chunk, RawLine } from '../raw-line.ts';
import { parseJson } from './records.ts';

/** Stands for what was not looked for yet. */
const UNKNOWN = Symbol('unknown');
const NO_FLAGS: readonly RecordFlag[] = [];
/** Of a record that has its text and position. */
const NO_CHUNK = new Chunk('', '', 0);

/**
 * A record of JSON text that is parsed when it is first asked for: most records of the largest logs are told by a look at their
 * text. `json` is undefined when the text is none after all.
 */
export class JsonRecord implements RawRecord {
  readonly length: number;
  readonly flags: readonly RecordFlag[];
  /** Where text and position are taken from when they are asked for. */
  readonly #chunk: Chunk;
  readonly #at: number;
  readonly #end: number;
  readonly #line: number;
  #text: string | undefined;
  #position: Position | undefined;
  #glanced: LogRecord | undefined | typeof UNKNOWN;
  #json: unknown;

  private constructor(
    length: number,
    flags: readonly RecordFlag[],
    chunk: Chunk,
    at: number,
    end: number,
    line: number,
  ) {
    this.length = length;
    this.flags = flags;
    this.#chunk = chunk;
    this.#at = at;
    this.#end = end;
    this.#line = line;
    this.#text = undefined;
    this.#position = undefined;
    this.#glanced = UNKNOWN;
    this.#json = UNKNOWN;
  }

  /** Of which nothing is known yet. */
  static of({ text, position, length, flags }: RawRecord): JsonRecord {
    const record = new JsonRecord(length, flags, NO_CHUNK, 0, 0, 0);
    record.#text = text;
    record.#position = position;
    return record;
  }

  /** From `at` to `end` of a chunk, that can only count: its format, which was told by a glance, and a `Timestamp` as its time. */
  static glanced(format: string, chunk: Chunk, at: number, end: number, length: number, line: number): JsonRecord {
    const record = new JsonRecord(length, NO_FLAGS, chunk, at, end, line);
    record.#glanced = new GlancedRecord(format, record);
    return record;
  }

  /** From `at` to `end` of a chunk, that must be read, and what it says. */
  static parsed(json: unknown, chunk: Chunk, at: number, end: number, length: number, line: number): JsonRecord {
    const record = new JsonRecord(length, NO_FLAGS, chunk, at, end, line);
    record.#glanced = undefined;
    record.#json = json;
    return record;
  }

  get text(): string {
    this.#text ??= this.#chunk.chars.slice(this.#at, this.#end);
    return this.#text;
  }

  get position(): Position {
    const { source, base } = this.#chunk;
    this.#position ??= { source, line: this.#line, byte: base + this.#at };
    return this.#position;
  }

  /** What it is, when a glance tells that it can only count. */
  get glanced(): LogRecord | undefined {
    if (this.#glanced === UNKNOWN) this.#glanced = glanceAt(this);
    return this.#glanced;
  }

  get json(): unknown {
    if (this.#json === UNKNOWN) this.#json = parseJson(this.text);
    return this.#json;
  }

  /** The same record at another place. */
  movedTo(position: Position): JsonRecord {
    const moved = JsonRecord.of({ text: this.text, position, length: this.length, flags: this.flags });
    moved.#json = this.#json;
    return moved;
  }
}

/** The same record at another place. */
export const movedTo = (raw: RawRecord, position: Position): RawRecord =>
  raw instanceof JsonRecord || raw instanceof RawLine ? raw.movedTo(position) : { ...raw, position };
