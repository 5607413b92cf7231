import type { Position, RawRecord, RecordFlag } from '../model/record.ts';
import type { Codes } from './codes.ts';

/** The text that lines are cut from: of plain ASCII where they lie, so that characters and bytes have the same places. */
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
export abstract class RawLine implements RawRecord, Codes {
  // Declared only: an initial value of each would cost half of what making a line costs.
  declare readonly chunk: Chunk;
  /** In the source, the first is 1. */
  declare readonly line: number;
  /** Where it is said to be, when that is not its place in the source. */
  declare private readonly moved: Position | undefined;

  constructor(chunk: Chunk, line: number, moved: Position | undefined) {
    this.chunk = chunk;
    this.line = line;
    this.moved = moved;
  }

  abstract get at(): number;
  abstract get end(): number;
  abstract get length(): number;
  abstract get text(): string;
  /** The same line at another place. */
  abstract movedTo(position: Position): RawLine;

  get chars(): string {
    return this.chunk.chars;
  }

  get codes(): Uint8Array {
    return this.chunk.codes;
  }

  get position(): Position {
    const { source, base } = this.chunk;
    return this.moved ?? { source, line: this.line, byte: base + this.at };
  }

  get json(): undefined {
    return undefined;
  }

  get flags(): readonly RecordFlag[] {
    return NO_FLAGS;
  }
}

/** A line of which nothing but its place is known. */
export class UnreadLine extends RawLine {
  readonly at: number;
  readonly end: number;
  readonly length: number;
  #text: string | undefined;

  /** From `at` to `end`, `length` bytes with what ends it, in the line `line` of the source. */
  constructor(chunk: Chunk, at: number, end: number, length: number, line: number, moved?: Position) {
    super(chunk, line, moved);
    this.at = at;
    this.end = end;
    this.length = length;
    this.#text = undefined;
  }

  get text(): string {
    this.#text ??= this.chars.slice(this.at, this.end);
    return this.#text;
  }

  movedTo(position: Position): UnreadLine {
    return new UnreadLine(this.chunk, this.at, this.end, this.length, this.line, position);
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
