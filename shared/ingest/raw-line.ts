import type { Position, RawRecord, RecordFlag } from '../model/record.ts';
import type { Codes } from './codes.ts';

/** The text that lines are cut from: plain ASCII where they lie, so that characters and bytes have the same places. */
export class Chunk {
  readonly chars: string;
  readonly source: string;
  /** Offset in the source of the first character. */
  readonly base: number;
  #codes: Uint8Array | undefined;

  constructor(chars: string, source: string, base: number) {
    this.chars = chars;
    this.source = source;
    this.base = base;
    this.#codes = undefined;
  }

  /** The characters as bytes. Made when first asked for: JSON is mostly known without. */
  get codes(): Uint8Array {
    this.#codes ??= Buffer.from(this.chars, 'latin1');
    return this.#codes;
  }
}

const NO_FLAGS: readonly RecordFlag[] = [];

/**
 * A line of plain ASCII where it lies in its chunk. Most lines are read by their codes and never asked for their text, so nothing is
 * cut out before that.
 */
export class RawLine implements RawRecord, Codes {
  readonly chars: string;
  readonly codes: Uint8Array;
  readonly at: number;
  readonly end: number;
  readonly length: number;
  readonly line: number;
  readonly #chunk: Chunk;
  #text: string | undefined;
  #position: Position | undefined;

  /** From `at` to `end`, `length` bytes with what ends it, in the line `line` of the source. */
  constructor(chunk: Chunk, at: number, end: number, length: number, line: number) {
    this.chars = chunk.chars;
    this.codes = chunk.codes;
    this.at = at;
    this.end = end;
    this.length = length;
    this.line = line;
    this.#chunk = chunk;
    this.#text = undefined;
    this.#position = undefined;
  }

  /** The same line at another place. */
  movedTo(position: Position): RawLine {
    const moved = new RawLine(this.#chunk, this.at, this.end, this.length, this.line);
    moved.#position = position;
    return moved;
  }

  get text(): string {
    this.#text ??= this.chars.slice(this.at, this.end);
    return this.#text;
  }

  get position(): Position {
    const { source, base } = this.#chunk;
    this.#position ??= { source, line: this.line, byte: base + this.at };
    return this.#position;
  }

  get json(): undefined {
    return undefined;
  }

  get flags(): readonly RecordFlag[] {
    return NO_FLAGS;
  }
}

/** The same line with something more to say of it. */
export const lineWith = ({ text, position, length, flags }: RawRecord, more: Partial<RawRecord>): RawRecord => ({
  text,
  position,
  length,
  flags,
  ...more,
});
