import { isDigit } from '../codes.ts';
import { isBlank } from '../json/scan.ts';
import { splitEndpoint } from './address.ts';
import { HeadedLine } from './headed-line.ts';
import type { SyslogHeader } from './header.ts';
import { bodyOf } from './message.ts';

const COLON = 0x3a;

const ROOM = 16_384;
/** Indices of many messages in one block, since a block costs more than what one message needs of it. */
let room = new Int32Array(ROOM);
let used = 0;

/** Where so many indices have room. */
function roomFor(count: number): number {
  if (used + count > room.length) {
    room = new Int32Array(Math.max(ROOM, count));
    used = 0;
  }
  return used;
}

/**
 * The comma-separated fields of one message, where they lie: a field costs nothing until it is asked for. For the formats that
 * make up most lines; elsewhere `split(',')` is clearer. A field that is missing is empty.
 */
export class Fields {
  readonly #text: string;
  readonly #to: number;
  /** Where the fields begin: `count` indices from `#startsAt` on, and one behind the end. */
  readonly #starts: Int32Array;
  readonly #startsAt: number;
  readonly count: number;

  /** Those of a message behind its first `skip` characters: as the kernel found them, or searched here. */
  constructor(header: SyslogHeader, skip: number) {
    if (header instanceof HeadedLine && header.fieldCount > 0) {
      this.#text = header.chars;
      this.#to = header.end;
      this.#starts = header.rows;
      this.#startsAt = header.fieldsAt;
      this.count = header.fieldCount;
      return;
    }
    const { chars, from, to } = bodyOf(header);
    this.#text = chars;
    this.#to = to;
    const at = roomFor(to - from + 2);
    const starts = room;
    starts[at] = from + skip;
    let next = at + 1;
    // A search for one character is a single fast instruction loop of the engine, where our own loop is not.
    for (let i = chars.indexOf(',', from + skip); i >= 0 && i < to; i = chars.indexOf(',', i + 1))
      starts[next++] = i + 1;
    starts[next] = to + 1;
    used = next + 1;
    this.#starts = starts;
    this.#startsAt = at;
    this.count = next - at;
  }

  /** The text of a field, trimmed. */
  text(index: number): string {
    const from = this.#start(index);
    const to = this.#end(index);
    const text = this.#text.slice(from, to);
    return isBlank(this.#text.charCodeAt(from)) || isBlank(this.#text.charCodeAt(to - 1)) ? text.trim() : text;
  }

  /** Whether a field is digits and nothing else, however many. */
  isDigits(index: number): boolean {
    const text = this.#text;
    const from = this.#start(index);
    const to = this.#end(index);
    for (let i = from; i < to; i++) if (!isDigit(text.charCodeAt(i))) return /^\d+$/.test(this.text(index));
    return to > from;
  }

  /** A count of something; null when the field is empty or no number. */
  integer(index: number): number | null {
    return integerIn(this.#text, this.#start(index), this.#end(index));
  }

  /** The address of an `ip:port`. */
  address(index: number): string {
    const colon = this.#onlyColon(index);
    return colon < 0 ? splitEndpoint(this.text(index)).address : this.#text.slice(this.#start(index), colon);
  }

  /** The port of an `ip:port`; null when it has none. */
  port(index: number): number | null {
    const from = this.#start(index);
    const first = this.#text.indexOf(':', from);
    const digits =
      first < 0 || isBlank(this.#text.charCodeAt(from)) ? null : integerIn(this.#text, first + 1, this.#end(index));
    if (digits !== null) return digits;
    const colon = this.#onlyColon(index);
    return colon < 0 ? splitEndpoint(this.text(index)).port : integerIn(this.#text, colon + 1, this.#end(index));
  }

  /** Where the colon of a plain `ip:port` is; -1 of any other. */
  #onlyColon(index: number): number {
    const from = this.#start(index);
    const to = this.#end(index);
    const colon = this.#text.indexOf(':', from);
    if (colon < 0 || colon > to || isBlank(this.#text.charCodeAt(from))) return -1;
    for (let i = colon + 1; i < to; i++) if (this.#text.charCodeAt(i) === COLON) return -1;
    return colon;
  }

  #start(index: number): number {
    return index < this.count ? (this.#starts[this.#startsAt + index] ?? 0) : this.#to + 1;
  }

  #end(index: number): number {
    return index < this.count ? (this.#starts[this.#startsAt + index + 1] ?? 0) - 1 : this.#to;
  }
}

const MAX_DIGITS = 15;

/** The digits between two offsets, blanks around them allowed; null for anything else. */
function integerIn(text: string, from: number, to: number): number | null {
  let value = 0;
  let digits = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x20 && (digits === 0 || i === to - 1)) continue;
    if (code < 0x30 || code > 0x39) return null;
    value = value * 10 + code - 0x30;
    digits++;
  }
  return digits === 0 || digits > MAX_DIGITS ? null : value;
}
