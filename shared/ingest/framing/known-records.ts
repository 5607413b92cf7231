import type { Glancing } from '../glance.ts';
import { JsonRecord } from '../json/json-record.ts';
import { headAt, recordWith, TIME, timeAt } from '../json/known-heads.ts';
import { parseJson } from '../json/records.ts';
import type { Framing } from './framing.ts';

const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;
/** More than nearly all records have. */
const MAX_CUT = 2048;
const NEXT_ELEMENT = '},{"time":"';
/** What closes the message, the properties and the record. */
const END = '"}}';
/** The end of the last element of an envelope on a line. */
const LAST = '}]}';

/**
 * Records that begin as others did, one right behind the other: nearly all of what Azure writes. Of each only what varies is looked at.
 *
 * Safe: what is known is the start of an object up to a value (see `learnHead`), and a record is taken when a look at the message or a
 * parse of the properties shows that the value is whole and the brace follows. Its end is where the brackets would have put it. What
 * is anything else is left where it is, to be framed step by step.
 */
export class KnownRecords {
  readonly #at: Framing;
  /** The next of each in the text, or its end: one search serves all records up to there. */
  #separator = -1;
  #lineFeed = -1;
  #backslash = -1;

  constructor(framing: Framing) {
    this.#at = framing;
  }

  /** The text has changed. */
  restart(): void {
    this.#separator = -1;
    this.#lineFeed = -1;
    this.#backslash = -1;
  }

  /** Takes elements of an array as long as they are known; true when there were some, and it is now behind the last. */
  elements(): boolean {
    const { units } = this.#at;
    const start = units.at;
    for (let at = start; ; at = units.at + 1) {
      const end = this.#take(at, undefined);
      if (end < 0) return units.at > start;
      units.at = end;
      if (units.text.charCodeAt(end) !== COMMA) return true;
    }
  }

  /** Takes lines as long as each is one known record; true when there were some, and it is now at the next line. */
  lines(): boolean {
    const { units } = this.#at;
    const start = units.at;
    while (this.#take(units.at, this.#nextLineFeed(units.at)) >= 0) {
      units.at = this.#lineFeed + 1;
      units.line++;
    }
    return units.at > start;
  }

  /**
   * Whether the text seems to end inside the record at `at`: then it waits for more without being scanned. A wrong yes costs a wait, and
   * ends when the next record begins or there is much more text.
   */
  isCutAt(at: number): boolean {
    const { text } = this.#at.units;
    if (text.length - at > MAX_CUT || !text.startsWith(TIME, at) || this.#nextLineFeed(at) < text.length) return false;
    const last = text.charCodeAt(text.length - 1);
    return last !== CLOSE_BRACE && last !== CLOSE_BRACKET && this.#nextSeparator(at) === text.length;
  }

  /** Takes the record at `at`, which is all of its line up to `lineFeed` if that is given; the index behind it, or -1. */
  #take(at: number, lineFeed: number | undefined): number {
    const { units, limit } = this.#at;
    const { text, plainChunk: chunk } = units;
    if (lineFeed === text.length || chunk === undefined) return -1;
    const head = headAt(text, at);
    if (head === undefined) return -1;
    const lineEnd =
      lineFeed !== undefined && text.charCodeAt(lineFeed - 1) === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
    const chatterEnd = head.glancing === undefined ? -1 : this.#chatterEnd(head.glancing, at + head.messageAt);
    const isChatter = chatterEnd >= 0 && (lineEnd === undefined || lineEnd === chatterEnd);
    const end = isChatter ? chatterEnd : (lineEnd ?? this.#elementEnd(at));
    if (end < 0 || end - at > limit || end > this.#nextLineFeed(at)) return -1;
    const properties = isChatter ? undefined : this.#valueBefore(end, at + head.propertiesAt);
    if (!isChatter && properties === undefined) return -1;
    const length = (lineFeed === undefined ? end : lineFeed + 1) - at;
    this.#at.out.push(
      isChatter && head.glancing !== undefined
        ? JsonRecord.glanced(head.glancing.name, chunk, at, end, length, units.line)
        : JsonRecord.parsed(recordWith(head, timeAt(text, at), properties), chunk, at, end, length, units.line),
    );
    return end;
  }

  /** The end of the record whose message begins at `from` and can only count; -1 when it must be read. */
  #chatterEnd({ glance }: Glancing, from: number): number {
    const { text } = this.#at.units;
    const end = text.indexOf('"', from);
    if (end < 0 || !text.startsWith(END, end) || this.#nextBackslash(from) < end) return -1;
    return glance.isChatter(text.slice(from, end)) ? end + END.length : -1;
  }

  /** The value from `from` on to the brace that ends at `end`; undefined when there is none. */
  #valueBefore(end: number, from: number): unknown {
    const { text } = this.#at.units;
    return text.charCodeAt(end - 1) === CLOSE_BRACE ? parseJson(text.slice(from, end - 1)) : undefined;
  }

  /** Where the element at `at` would end: before the next that begins as Azure's do, or before the end of the array and its envelope. */
  #elementEnd(at: number): number {
    const { text } = this.#at.units;
    const lineFeed = this.#nextLineFeed(at);
    if (this.#nextSeparator(at) < lineFeed) return this.#separator + 1;
    return text.startsWith(LAST, lineFeed - LAST.length) ? lineFeed - 2 : -1;
  }

  #nextSeparator(at: number): number {
    if (this.#separator < at) this.#separator = indexOrEnd(this.#at.units.text, NEXT_ELEMENT, at);
    return this.#separator;
  }

  #nextLineFeed(at: number): number {
    if (this.#lineFeed < at) this.#lineFeed = indexOrEnd(this.#at.units.text, '\n', at);
    return this.#lineFeed;
  }

  #nextBackslash(at: number): number {
    if (this.#backslash < at) this.#backslash = indexOrEnd(this.#at.units.text, '\\', at);
    return this.#backslash;
  }
}

function indexOrEnd(text: string, searched: string, from: number): number {
  const found = text.indexOf(searched, from);
  return found < 0 ? text.length : found;
}
