import { internedPiece } from '../codes.ts';
import type { HeadedLine } from '../syslog/headed-line.ts';
import { attributeOf } from './attributes.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const ZERO = 0x30;
/** Behind any field. */
const NOWHERE = 0x3fff_ffff;

/**
 * The fields of one CSV message, where they lie: a field costs nothing until it is asked for. A quoted field may hold commas and
 * quotes, doubled or behind a backslash. A field that is missing is empty.
 */
export class CsvFields {
  // Declared only, as in `RawLine`.
  declare private readonly line: HeadedLine | undefined;
  declare private readonly chars: string;
  declare private readonly isQuoted: boolean;
  /** Where the fields taken begin, from index `#startsAt` on. */
  declare private readonly starts: number[] | Int32Array;
  declare private readonly startsAt: number;
  declare private taken: number;
  /** Where the last field taken ends. */
  declare private end: number;
  /** From which field on how many columns too many were counted. */
  declare private tornAt: number;
  declare private tornBy: number;

  /** The first fields of a message, `atMost` of them; or those that the kernel found, which are all there are. */
  constructor(from: string | HeadedLine, atMost = Number.POSITIVE_INFINITY) {
    this.tornAt = NOWHERE;
    this.tornBy = 0;
    if (typeof from !== 'string') {
      this.line = from;
      this.chars = from.chars;
      this.isQuoted = false;
      this.starts = from.rows;
      this.startsAt = from.fieldsAt;
      this.taken = from.fieldCount;
      this.end = from.end;
      return;
    }
    this.line = undefined;
    this.chars = from;
    this.isQuoted = from.includes('"');
    this.starts = [0];
    this.startsAt = 0;
    this.taken = 1;
    this.end = this.#fieldEnd(0);
    this.takeMore(atMost);
  }

  /** Takes more fields, up to `atMost` in all. */
  takeMore(atMost = Number.POSITIVE_INFINITY): void {
    const starts = this.starts;
    if (!Array.isArray(starts)) return;
    const text = this.chars;
    let end = this.end;
    while (starts.length < atMost && end < text.length) {
      starts.push(end + 1);
      if (this.isQuoted) end = this.#fieldEnd(end + 1);
      else {
        const comma = text.indexOf(',', end + 1);
        end = comma < 0 ? text.length : comma;
      }
    }
    this.end = end;
    this.taken = starts.length;
  }

  /** The field at `index` is a text that `by` commas tore apart: it is one again, and those behind it count from there. */
  mend(index: number, by: number): void {
    this.tornAt = index;
    this.tornBy = by;
  }

  /** The index of the comma behind the field that begins here, or the end of the text. */
  #fieldEnd(at: number): number {
    const text = this.chars;
    const quoted = this.isQuoted && text.charCodeAt(at) === QUOTE ? quotedEnd(text, at) : -1;
    if (quoted >= 0) return quoted;
    const comma = text.indexOf(',', at);
    return comma < 0 ? text.length : comma;
  }

  /** How many fields there are, torn ones counted as they stand. */
  get count(): number {
    return this.taken;
  }

  /** The text of a field without its quotes, trimmed. */
  text(index: number): string {
    const first = index > this.tornAt ? index + this.tornBy : index;
    const last = index >= this.tornAt ? index + this.tornBy : index;
    if (first >= this.taken) return '';
    const from = this.#start(first);
    const to = last + 1 < this.taken ? this.#start(last + 1) - 1 : this.end;
    if (from >= to) return '';
    const text = this.chars.slice(from, to);
    const code = this.chars.charCodeAt(from);
    if (code > SPACE && code !== QUOTE && this.chars.charCodeAt(to - 1) > SPACE) return text;
    return unquoted(text.trim());
  }

  #start(index: number): number {
    return this.starts[this.startsAt + index] ?? 0;
  }

  /** Whether a field is this text. */
  is(index: number, text: string): boolean {
    if (this.line === undefined || index >= this.tornAt || index >= this.taken) return this.text(index) === text;
    const from = this.#start(index);
    return this.#start(index + 1) - 1 - from === text.length && this.chars.startsWith(text, from);
  }

  /** A text that many rows have in common, as one string for all of them. */
  common(index: number): string {
    const line = this.line;
    if (line === undefined || index >= this.tornAt || index >= this.taken) return this.text(index);
    const from = this.#start(index);
    const to = this.#start(index + 1) - 1;
    const isTrimmed = from < to && (line.codes[from] ?? 0) > SPACE && (line.codes[to - 1] ?? 0) > SPACE;
    return isTrimmed ? internedPiece(line, from, to) : this.text(index);
  }

  /** Whether a field begins with characters that are no comma. */
  startsWith(index: number, beginning: string): boolean {
    if (index < this.tornAt && index < this.taken && this.chars.startsWith(beginning, this.#start(index))) return true;
    return this.text(index).startsWith(beginning);
  }

  /** A text; null when it is empty. */
  value(index: number): string | null {
    return this.text(index) || null;
  }

  /** A text that stands for something by its name, such as an address or a user; null where the source says that it has none. */
  named(name: string, index: number): string | number | null {
    return attributeOf(name, this.text(index));
  }

  /** A count of something, maybe negative; null when it is none. */
  integer(index: number): number | null {
    const text = this.text(index);
    const negative = text.charCodeAt(0) === 0x2d;
    const from = negative ? 1 : 0;
    if (text.length === from || text.length > 15) return null;
    let value = 0;
    for (let i = from; i < text.length; i++) {
      const digit = text.charCodeAt(i) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return null;
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }
}

/**
 * The end of a quoted field; -1 when its quote is never closed, and then it is a plain character. A backslash before a quote
 * escapes it, but the first one before the end of a field may be that of a path.
 */
function quotedEnd(text: string, at: number): number {
  let escapes = false;
  for (let i = text.indexOf('"', at + 1); i >= 0; i = text.indexOf('"', i + 1)) {
    const next = i + 1;
    const ends = next === text.length || text.charCodeAt(next) === COMMA;
    if (i > at + 1 && text.charCodeAt(i - 1) === BACKSLASH && (escapes || !ends)) escapes = true;
    else if (ends) return next;
    else if (text.charCodeAt(next) === QUOTE) i = next;
  }
  return -1;
}

function unquoted(text: string): string {
  if (text.length < 2 || text.charCodeAt(0) !== QUOTE || text.charCodeAt(text.length - 1) !== QUOTE) return text;
  const inner = text.slice(1, -1);
  return inner.includes('"') ? inner.replaceAll('""', '"').replaceAll('\\"', '"') : inner;
}
