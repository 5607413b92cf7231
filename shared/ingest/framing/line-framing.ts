import type { RawRecord } from '../../model/record.ts';
import { blockBeginningWith, mayBeginBlock } from '../blocks/index.ts';
import { lineWith, RawLine } from '../raw-line.ts';
import { type Framing, MAX_COLUMNS_LENGTH, MAX_RECORD_BYTES, type Taken } from './framing.ts';
import type { JsonFraming } from './json-framing.ts';
import { KnownLines } from './known-lines.ts';
import { boundaryAt, octetFrameEnd, opensAnother, trueFrameIn } from './octet-frame.ts';
import { TableFraming } from './table-framing.ts';
import type { Units } from './units.ts';

const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const QUOTE = 0x22;
const LETTER_A = 0x41;
const LETTER_Z = 0x5a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const HASH = 0x23;
/** Before each value of a JSON text sequence (RFC 7464), as journalctl `-o json-seq` writes them. */
const RECORD_SEPARATOR = 0x1e;
const BLANK = -1;
const COLUMNS = '#Fields:';
/** `<191>` */
const LONGEST_PRIORITY = 5;

/** Lines, messages behind octet counts, and what a command printed over several lines. */
export class LineFraming {
  readonly #at: Framing;
  readonly #json: JsonFraming;
  readonly #known: KnownLines;
  readonly #table: TableFraming;

  constructor(framing: Framing, json: JsonFraming) {
    this.#at = framing;
    this.#json = json;
    this.#known = new KnownLines(framing);
    this.#table = new TableFraming(framing);
  }

  /** Lines as long as they are plain: the hot loop. Returns true when the mode changed or a JSON value was taken. */
  lines(): boolean {
    const { units, limit } = this.#at;
    for (;;) {
      if (units.line === 1 && mayBeginTable(units.codeAt(units.at)) && this.#table.header()) continue;
      this.#known.take();
      if (units.codeAt(units.at) === RECORD_SEPARATOR) {
        units.at++;
        continue;
      }
      const { at } = units;
      const first = firstVisible(units);
      if (this.#at.columns !== undefined && first !== BLANK) {
        const taken = this.#table.row();
        if (taken === 'taken') continue;
        if (taken === 'wait') return false;
      }
      if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        const taken = this.#json.value();
        if (taken !== 'plain') return taken === 'taken';
      }
      if (first > DIGIT_0 && first <= DIGIT_9) {
        const taken = this.#counted(at);
        if (taken === 'wait' || taken === 'skip') return taken === 'skip';
        if (taken === 'taken') continue;
      }
      if (mayBeginBlock(first)) {
        const taken = this.#block();
        if (taken === 'taken') continue;
        if (taken === 'wait') return false;
      }
      const { text, lineEnd: end } = units;
      if (end - at > limit) return this.#skipNuls() || this.#at.tooLong('skip-line');
      const isWhole = end < text.length;
      if (!isWhole && (!this.#at.final || end === at)) return false;
      const next = isWhole ? end + 1 : end;
      if (first === BLANK || this.#isHole(at, end)) units.at = next;
      else this.#plain(at, end, next);
      if (!isWhole) return false;
      if (text.charCodeAt(end) === NEW_LINE) units.line++;
    }
  }

  /** One line. Moves on to `next`. */
  #plain(at: number, end: number, next: number): void {
    const stop = end > at && this.#at.units.text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    if (stop > at) this.#line(this.#at.units.record(at, stop, next - at));
    this.#at.units.at = next;
  }

  #line(record: RawRecord): void {
    if (firstCode(record) === HASH) this.#at.columns = columnsIn(record.text) ?? this.#at.columns;
    const { columns } = this.#at;
    this.#at.out.push(columns === undefined ? record : lineWith(record, { columns }));
  }

  /**
   * A message behind its octet count, over as many lines as it has. A count that is no longer true leaves a line: when the next
   * message begins inside it, or none does behind it. What lacks its end at the end of the source is flagged.
   */
  #counted(at: number): Taken {
    const { text, encoding } = this.#at.units;
    const end = encoding === 'utf-8' ? octetFrameEnd(text, at) : undefined;
    if (end === undefined) return 'plain';
    const most = Math.min(end, at + MAX_RECORD_BYTES);
    if (opensAnother(text, at, Math.min(most, text.length))) return this.#miscounted(at);
    if (text.length < most) {
      if (!this.#at.final) return 'wait';
      const isCut = text.charCodeAt(text.length - 1) !== NEW_LINE;
      const taken = this.#miscounted(at);
      if (taken === 'taken' || !isCut) return taken;
      const record = this.#at.units.record(at, text.length, text.length - at);
      this.#line(lineWith(record, { flags: [...record.flags, 'truncated'] }));
      this.#at.units.advance(text.length);
      return 'taken';
    }
    if (end > most) {
      this.#at.skip = end - most;
      this.#at.tooLong('skip-frame');
      return 'skip';
    }
    const isWhole = boundaryAt(text, end, this.#at.final);
    if (isWhole !== true) return isWhole === undefined ? 'wait' : this.#miscounted(at);
    let stop = end;
    while (text.charCodeAt(stop - 1) === NEW_LINE || text.charCodeAt(stop - 1) === CARRIAGE_RETURN) stop--;
    this.#line(this.#at.units.record(at, stop, end - at));
    this.#at.units.advance(end);
    return 'taken';
  }

  /** A message whose count is not true ends where one with a true count begins in its line, or with the line. */
  #miscounted(at: number): Taken {
    const { units, final } = this.#at;
    const end = Math.min(lineEnd(units.text, at), at + MAX_RECORD_BYTES);
    const next = trueFrameIn(units.text, units.text.indexOf('<', at) + 1, end, final);
    if (next === undefined || next < 0) return next === undefined ? 'wait' : 'plain';
    const record = units.record(at, next, next - at);
    this.#line(lineWith(record, { flags: [...record.flags, 'best-effort'] }));
    units.advance(next);
    return 'taken';
  }

  /** What a command printed, over several lines. It ends with the first line that is none of it. */
  #block(): Taken {
    const { text, at } = this.#at.units;
    let end = this.#at.units.lineEnd;
    const shape = end === text.length && !this.#at.final ? undefined : blockBeginningWith(this.#textOf(at, end));
    if (shape === undefined) return 'plain';
    let next = end;
    while (next < text.length && next - at < this.#at.limit) {
      const lineAt = next + 1;
      next = lineEnd(text, lineAt);
      if (next === text.length && !this.#at.final && next - at < this.#at.limit) return 'wait';
      const line = this.#textOf(lineAt, next);
      if (!shape.continues(line)) break;
      if (line.trim() !== '') end = next;
    }
    const after = Math.min(end + 1, text.length);
    const stop = text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    this.#line(this.#at.units.record(at, stop, after - at));
    this.#at.units.advance(after);
    return 'taken';
  }

  #textOf(at: number, end: number): string {
    const { text } = this.#at.units.record(at, end, end - at);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  /** A log cut while it was written to (`copytruncate`) begins with a hole of NULs, which may be longer than any line. */
  #skipNuls(): boolean {
    const { units, limit } = this.#at;
    const end = units.at + limit;
    const isHole = this.#isHole(units.at, end);
    if (isHole) units.at = end;
    return isHole;
  }

  #isHole(at: number, end: number): boolean {
    const { units } = this.#at;
    let i = at;
    while (i < end && units.codeAt(i) === 0) i++;
    return i === end && end > at;
  }

  skipFrame(): boolean {
    const { text, at } = this.#at.units;
    const skipped = Math.min(this.#at.skip, text.length - at);
    this.#at.units.advance(at + skipped);
    this.#at.skip -= skipped;
    if (this.#at.skip === 0) this.#at.mode = 'lines';
    return this.#at.skip === 0;
  }

  skipLine(): boolean {
    const { units } = this.#at;
    const { text, lineEnd: end } = units;
    const isWhole = end < text.length;
    // What ends it may be a NUL and a priority of which the last bytes are still to come.
    units.at = isWhole ? end + 1 : Math.max(units.at, this.#at.final ? end : end - LONGEST_PRIORITY);
    if (!isWhole) return false;
    if (text.charCodeAt(end) === NEW_LINE) units.line++;
    this.#at.mode = 'lines';
    return true;
  }
}

/** A name of a column, in quotes or not. */
const mayBeginTable = (code: number | undefined): boolean =>
  code !== undefined && (code === QUOTE || (code >= LETTER_A && code <= LETTER_Z));

/** Code of the first character of the line at hand that is no blank; BLANK for a blank line. */
function firstVisible(units: Units): number {
  for (let i = units.at; i < units.size; i++) {
    const code = units.codeAt(i);
    if (code === undefined || code === NEW_LINE) return BLANK;
    if (code !== 0x20 && code !== 0x09 && code !== CARRIAGE_RETURN) return code;
  }
  return BLANK;
}

const firstCode = (record: RawRecord): number | undefined =>
  record instanceof RawLine ? record.codes[record.at] : record.text.charCodeAt(0);

function lineEnd(text: string, at: number): number {
  const newLine = text.indexOf('\n', at);
  return newLine < 0 ? text.length : newLine;
}

/** The names behind the last `#Fields:` of a line or a header; undefined when it has none. */
function columnsIn(text: string): string | undefined {
  const lineFeed = text.lastIndexOf(`\n${COLUMNS}`);
  if (lineFeed < 0 && !text.startsWith(COLUMNS)) return undefined;
  const from = lineFeed + 1 + COLUMNS.length;
  return text.slice(from, Math.min(lineEnd(text, from), from + MAX_COLUMNS_LENGTH)).trim();
}
