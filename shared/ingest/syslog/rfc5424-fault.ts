import type { RawRecord } from '../../model/record.ts';
import { daysInMonth } from '../../model/time.ts';
import { type Codes, codesOf, isDigit, piece } from '../codes.ts';

/** The part of RFC 5424's grammar (section 6) that a line breaks first. */
export type FaultCode =
  | 'pri'
  | 'version'
  | 'timestamp'
  | 'hostname'
  | 'app-name'
  | 'proc-id'
  | 'msg-id'
  | 'structured-data'
  | 'sd-id'
  | 'sd-param'
  | 'escape';

export interface Fault {
  readonly code: FaultCode;
  /** Of the first character that cannot be where it is, from 1; one behind the end of a line that lacks something. */
  readonly column: number;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const DASH = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const CAPITAL_T = 0x54;
const CAPITAL_Z = 0x5a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const END = -1;

const MAX_VERSION_DIGITS = 3;
const MAX_FRACTION_DIGITS = 6;
const MAX_NAME = 32;
/** The fields behind the timestamp and their longest form (6.2.4 to 6.2.7). */
const FIELDS: readonly (readonly [FaultCode, number])[] = [
  ['hostname', 255],
  ['app-name', 48],
  ['proc-id', 128],
  ['msg-id', 32],
];

/** The attributes of a record that say so. */
export interface FaultAttributes {
  readonly fault?: FaultCode;
  readonly faultColumn?: number;
}

export const NO_FAULT: FaultAttributes = {};
const OCTET_COUNT = /^\d{1,8} (?=<)/;

/** The fault of a line as attributes: `NO_FAULT` when it is in form, and for the line in a shipper's JSON. Behind an octet count left over. */
export function faultOf(raw: RawRecord): FaultAttributes {
  if (raw.json !== undefined) return NO_FAULT;
  const text = codesOf(raw);
  const [count = ''] = isDigit(text.codes[text.at]) ? (OCTET_COUNT.exec(raw.text) ?? []) : [];
  const fault = faultIn(text, count.length);
  return fault === undefined ? NO_FAULT : { fault: fault.code, faultColumn: fault.column };
}

/**
 * The first place where a line departs from RFC 5424; undefined when it is all in form. Strict where `readHeader` is lenient, so
 * that a sender's mistake can be named; the message itself may be anything. Total; one pass. Begins behind so many characters.
 *
 * Example: `<13>1 2026-11-22t09:00:00Z …` gives `{ code: 'timestamp', column: 17 }`
 */
export const faultIn = (text: Codes, skipped = 0): Fault | undefined => new Grammar(text, skipped).fault();

/** Walks along the grammar; each step answers whether the text allows it, and `#at` stays on what it does not allow. */
class Grammar {
  readonly #text: Codes;
  #at: number;
  readonly #ids = new Set<string>();

  constructor(text: Codes, skipped: number) {
    this.#text = text;
    this.#at = text.at + skipped;
  }

  fault(): Fault | undefined {
    if (!this.#pri()) return this.#here('pri');
    if (!(this.#version() && this.#take(SPACE))) return this.#here('version');
    if (!((this.#take(DASH) || this.#timestamp()) && this.#take(SPACE))) return this.#here('timestamp');
    for (const [code, limit] of FIELDS) if (!(this.#field(limit) && this.#take(SPACE))) return this.#here(code);
    const broken = this.#take(DASH) ? undefined : this.#elements();
    if (broken !== undefined) return this.#here(broken);
    return this.#code === END || this.#code === SPACE ? undefined : this.#here('structured-data');
  }

  #here(code: FaultCode): Fault {
    return { code, column: this.#at - this.#text.at + 1 };
  }

  get #code(): number {
    return this.#at < this.#text.end ? (this.#text.codes[this.#at] ?? END) : END;
  }

  #take(code: number): boolean {
    if (this.#code !== code) return false;
    this.#at++;
    return true;
  }

  /** `<0>` to `<191>` (6.2.1). */
  #pri(): boolean {
    if (!this.#take(LESS)) return false;
    let value = 0;
    for (let digits = 0; isDigit(this.#code) && (digits === 0 || value > 0); digits++) {
      value = value * 10 + this.#code - ZERO;
      if (value > 191) return false;
      this.#at++;
    }
    return this.#text.codes[this.#at - 1] !== LESS && this.#take(GREATER);
  }

  #version(): boolean {
    if (this.#code === ZERO) return false;
    const from = this.#at;
    while (this.#at - from < MAX_VERSION_DIGITS && isDigit(this.#code)) this.#at++;
    return this.#at > from;
  }

  /** RFC 3339 with upper-case T and Z, six digits of a second, no leap second (6.2.3). */
  #timestamp(): boolean {
    const yearAt = this.#at;
    for (let i = 0; i < 4; i++) if (!this.#digit(0, 9)) return false;
    if (!(this.#take(DASH) && this.#number(1, 12) && this.#take(DASH))) return false;
    const dayAt = this.#at;
    if (!this.#number(1, 31)) return false;
    if (!this.#isDay(yearAt)) {
      this.#at = dayAt;
      return false;
    }
    if (!(this.#take(CAPITAL_T) && this.#number(0, 23) && this.#take(COLON) && this.#number(0, 59))) return false;
    return this.#take(COLON) && this.#number(0, 59) && this.#fraction() && this.#offset();
  }

  #isDay(yearAt: number): boolean {
    const part = (from: number, to: number): number => {
      let value = 0;
      for (let i = from; i < to; i++) value = value * 10 + (this.#text.codes[i] ?? 0) - ZERO;
      return value;
    };
    const day = part(yearAt + 8, yearAt + 10);
    return day <= daysInMonth(part(yearAt, yearAt + 4), part(yearAt + 5, yearAt + 7));
  }

  #fraction(): boolean {
    if (!this.#take(POINT)) return true;
    const from = this.#at;
    while (this.#at - from < MAX_FRACTION_DIGITS && isDigit(this.#code)) this.#at++;
    return this.#at > from;
  }

  #offset(): boolean {
    if (this.#take(CAPITAL_Z)) return true;
    if (!(this.#take(PLUS) || this.#take(DASH))) return false;
    return this.#number(0, 23) && this.#take(COLON) && this.#number(0, 59);
  }

  /** Two digits that make a number in a range; stops at the digit that leads out of it. */
  #number(min: number, max: number): boolean {
    if (!this.#digit(0, Math.floor(max / 10))) return false;
    const tens = ((this.#text.codes[this.#at - 1] ?? 0) - ZERO) * 10;
    return this.#digit(Math.max(min - tens, 0), Math.min(max - tens, 9));
  }

  #digit(min: number, max: number): boolean {
    const value = this.#code - ZERO;
    if (!(value >= min && value <= max)) return false;
    this.#at++;
    return true;
  }

  /** Printable ASCII; NILVALUE is no more than a short field. */
  #field(limit: number): boolean {
    const from = this.#at;
    while (isPrintable(this.#code) && this.#at - from < limit) this.#at++;
    return this.#at > from;
  }

  /** `[id name="value" …]…`; the part that is broken, if any (6.3). */
  #elements(): FaultCode | undefined {
    if (this.#code !== OPEN_BRACKET) return 'structured-data';
    while (this.#take(OPEN_BRACKET)) {
      const from = this.#at;
      if (!this.#name()) return 'sd-id';
      if (!this.#isNewId(from)) {
        this.#at = from;
        return 'sd-id';
      }
      while (this.#take(SPACE)) {
        const broken = this.#parameter();
        if (broken !== undefined) return broken;
      }
      if (!this.#take(CLOSE_BRACKET)) return this.#text.codes[this.#at - 1] === QUOTE ? 'sd-param' : 'sd-id';
    }
    return undefined;
  }

  #name(): boolean {
    const from = this.#at;
    while (isNameCharacter(this.#code) && this.#at - from < MAX_NAME) this.#at++;
    return this.#at > from;
  }

  /** An id must not come twice (6.3.2). */
  #isNewId(from: number): boolean {
    const id = piece(this.#text, from, this.#at);
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    return true;
  }

  #parameter(): FaultCode | undefined {
    if (!(this.#name() && this.#take(EQUALS) && this.#take(QUOTE))) return 'sd-param';
    while (!this.#take(QUOTE)) {
      if (this.#code === END) return 'sd-param';
      // `"` and `]` stand behind a backslash, and a backslash behind another. Before anything else it is a fault, and stays (6.3.3).
      if (this.#code === CLOSE_BRACKET || (this.#take(BACKSLASH) && !isEscapable(this.#code))) return 'escape';
      this.#at++;
    }
    return undefined;
  }
}

const isPrintable = (code: number): boolean => code > SPACE && code < 0x7f;
const isNameCharacter = (code: number): boolean =>
  isPrintable(code) && code !== EQUALS && code !== CLOSE_BRACKET && code !== QUOTE;
const isEscapable = (code: number): boolean => code === QUOTE || code === BACKSLASH || code === CLOSE_BRACKET;
