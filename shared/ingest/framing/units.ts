import { isAscii } from 'node:buffer';
import type { RawRecord } from '../../model/record.ts';
import type { Codes } from '../codes.ts';
import { detectEncoding, type Encoding, textOf, unitBytes, unitsOf } from '../encoding.ts';
import { KERNEL } from '../kernel/kernel.ts';
import { Chunk, UnreadLine } from '../raw-line.ts';
import { nulEnd } from './octet-frame.ts';

const NEW_LINE = 0x0a;
const NO_BYTES = Buffer.alloc(0);
const NO_UNITS = new Uint16Array();

/**
 * The part of a source that is being framed: its units (see `unitsOf`), how far they are done, and at which line and byte of
 * the source that is.
 */
export class Units {
  readonly #source: string;
  #encoding: Encoding | null;
  /** The bytes not yet dropped while each is a unit. Not their own: valid as long as they are framed. */
  #units: Buffer = NO_BYTES;
  /** The units as text; undefined until somebody asks: most JSON is known without. */
  #text: string | undefined = '';
  /** How many of the units are done, and the line that the next one is in. */
  at = 0;
  line: number;
  /** What lines lie in, while there is one byte for each unit. */
  #chunk: Chunk | undefined;
  /** The numbers of units that are longer than a byte. */
  #wide: Uint16Array = NO_UNITS;
  /** Offset in the source of the first unit in `text`. */
  #base: number;
  /** Bytes not yet made into units: before the encoding is known, and half a UTF-16 character. */
  #bytes: Buffer = NO_BYTES;
  /** Whether all of `text` is plain ASCII; undefined until a record asks. */
  #isPlain: boolean | undefined;
  /** Whether what was done last ends inside a line. */
  #midLine = false;
  /** Index of a line feed in `text`: the first at or behind `at` once `advance` looked. */
  #lineFeed = -1;
  /** What `nulFrom` found last. */
  #nul = -1;

  constructor(source: string, encoding: Encoding | null, byte: number, line: number) {
    this.#source = source;
    this.#encoding = encoding;
    this.#base = byte;
    this.line = line;
  }

  get encoding(): Encoding | null {
    return this.#encoding;
  }

  get source(): string {
    return this.#source;
  }

  /** Offset in the source of the first unit that is not dropped. */
  get byte(): number {
    return this.#base;
  }

  push(chunk: Uint8Array): void {
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#bytes = this.#bytes.length === 0 ? fresh : Buffer.concat([this.#bytes, fresh]);
  }

  /** Moves bytes to units; false while the encoding is undecided. */
  decode(final: boolean): boolean {
    let bytes = this.#bytes;
    if (this.#encoding === null) {
      const detected = detectEncoding(bytes, final);
      if (detected === undefined) {
        this.#bytes = Buffer.from(bytes);
        return false;
      }
      this.#encoding = detected.encoding;
      this.#base += detected.bomBytes;
      bytes = bytes.subarray(detected.bomBytes);
    }
    const odd = bytes.length % unitBytes(this.#encoding);
    const whole = bytes.subarray(0, bytes.length - odd);
    this.#bytes = odd === 0 ? NO_BYTES : Buffer.from(bytes.subarray(whole.length));
    this.#isPlain = undefined;
    if (this.#encoding === 'utf-8') {
      this.#units = KERNEL.joined(this.#units, whole);
      this.#text = undefined;
      this.#chunk = undefined;
    } else {
      const units = unitsOf(whole, this.#encoding);
      this.#text = this.text + units;
      this.#wide = withUnits(this.#wide, units);
    }
    this.#lineFeed = -1;
    this.#nul = -1;
    return true;
  }

  /** The units not yet dropped. */
  get text(): string {
    this.#text ??= this.#units.toString('latin1');
    return this.#text;
  }

  /** How many there are. */
  get size(): number {
    return this.isBytes ? this.#units.length : this.text.length;
  }

  /** Whether each unit is a byte. */
  get isBytes(): boolean {
    return this.#encoding === 'utf-8';
  }

  /** The units, while each is a byte; valid as long as they are framed. */
  get bytes(): Uint8Array {
    return this.#units;
  }

  /** The number of a unit; none behind the last. */
  codeAt(index: number): number | undefined {
    return this.isBytes ? this.#units[index] : this.text.charCodeAt(index);
  }

  /** What is not done, when that is not more than `most`. */
  rest(most: number): string | undefined {
    if (this.size - this.at > most) return undefined;
    return this.#text === undefined ? this.#units.toString('latin1', this.at) : this.#text.slice(this.at);
  }

  /** The units by their numbers. */
  get codes(): Codes {
    return { chars: this.text, codes: this.chunk?.codes ?? this.#wide, at: 0, end: this.size };
  }

  /** What all of `text` is a part of, while there is one byte for each unit. */
  get chunk(): Chunk | undefined {
    if (this.isBytes) this.#chunk ??= new Chunk(this.text, this.#source, this.#base);
    return this.#chunk;
  }

  /** Index of the NUL that ends a message behind `at`, or that of the end; asked for ever later ones. */
  nulFrom(at: number): number {
    if (this.#nul < at) this.#nul = nulEnd(this.text, at);
    return this.#nul;
  }

  /** Index of the line feed or NUL that the line at hand ends with, or that of the end. */
  get lineEnd(): number {
    return Math.min(indexOrEnd(this.text, this.at), this.nulFrom(this.at));
  }

  /** Offset in the source of a unit. */
  byteOf(index: number): number {
    return this.#base + index * unitBytes(this.#encoding ?? 'utf-8');
  }

  /** Drops the units that are done. */
  drop(): void {
    if (this.at > 0) this.#midLine = this.codeAt(this.at - 1) !== NEW_LINE;
    this.#base = this.byteOf(this.at);
    if (this.isBytes) {
      this.#units = Buffer.from(this.#units.subarray(this.at));
      this.#text = undefined;
      this.#chunk = undefined;
    } else {
      this.#text = this.text.slice(this.at);
      this.#wide = this.#wide.subarray(this.at);
    }
    this.at = 0;
  }

  /** The source is final: a last line without its end counts too. */
  finish(): void {
    if (this.#midLine) this.line++;
    this.#midLine = false;
  }

  /** The record between two indices, `length` units of the source with what ends it. */
  record(start: number, end: number, length: number): RawRecord {
    const { chunk } = this;
    this.#isPlain ??= chunk !== undefined && isPlain(chunk.codes);
    if (chunk !== undefined && (this.#isPlain || isPlain(chunk.codes.subarray(start, end))))
      return new UnreadLine(chunk, start, end, length, this.line);
    const encoding = this.#encoding ?? 'utf-8';
    const position = { source: this.#source, line: this.line, byte: this.byteOf(start) };
    return { ...textOf(this.text.slice(start, end), encoding), position, length: length * unitBytes(encoding) };
  }

  /** Moves on, counting the line feeds passed. */
  advance(to: number): void {
    if (this.#lineFeed < this.at) this.#lineFeed = indexOrEnd(this.text, this.at);
    while (this.#lineFeed < to) {
      this.line++;
      this.#lineFeed = indexOrEnd(this.text, this.#lineFeed + 1);
    }
    this.at = to;
  }
}

/** A piece of a text that is not all plain ASCII may be. */
const isPlain = (bytes: Uint8Array): boolean => isAscii(bytes) && !bytes.includes(0);

/** By units: going over the characters would take a surrogate pair for one. */
function withUnits(codes: Uint16Array, units: string): Uint16Array {
  const all = new Uint16Array(codes.length + units.length);
  all.set(codes);
  for (let i = 0; i < units.length; i++) all[codes.length + i] = units.charCodeAt(i);
  return all;
}

function indexOrEnd(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found;
}
