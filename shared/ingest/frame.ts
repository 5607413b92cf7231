import type { RawRecord } from '../model/record.ts';
import { blockBeginningWith, mayBeginBlock } from './blocks/index.ts';
import type { Encoding } from './encoding.ts';
import { JsonRecord } from './json/json-record.ts';
import { isObject, recordSpans, type Span } from './json/records.ts';
import { firstKey, resync } from './json/resync.ts';
import {
  arrayStart,
  beginsJson,
  envelopeStart,
  INCOMPLETE,
  scanRestOfObject,
  scanValue,
  skipBlanks,
  skipInLine,
} from './json/scan.ts';
import { boundaryAt, octetFrameEnd, opensAnother } from './octet-frame.ts';
import { Units } from './units.ts';

/** A line or JSON record longer than this is cut and becomes a dead letter. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * - `lines`: at the start of a line, or right behind a JSON value.
 * - `skip-line`: inside a line that was too long. `skip-frame`: inside a counted message that was.
 * - `element`, `between`: in an array of records, before or behind one. `tail`: in an envelope behind its records.
 * - `seek`: behind a record that was broken beyond the limit, looking for the next one.
 */
type Mode = 'lines' | 'skip-line' | 'skip-frame' | 'element' | 'between' | 'tail' | 'seek';

/** All that is needed to go on framing at `nextByte`; plain JSON. */
export interface FramerState {
  /** Null until enough bytes were seen. */
  readonly encoding: Encoding | null;
  readonly nextByte: number;
  readonly nextLine: number;
  readonly mode: Mode;
  readonly envelope: boolean;
  /** First key of the broken record: what the next one will begin with. */
  readonly seekKey: string;
  /** The last `#Fields:` line of a W3C extended log, without its name. */
  readonly columns?: string | undefined;
  /** Bytes left of the message that is skipped. */
  readonly skip?: number | undefined;
}

const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CLOSE_BRACE = 0x7d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const FIRST_KEY = '{"time":"';
const NEXT_ELEMENT = '},{"time":"';
const BLANK = -1;
const COLUMNS = '#Fields:';
const MAX_COLUMNS_LENGTH = 8192;
const START: FramerState = {
  encoding: null,
  nextByte: 0,
  nextLine: 1,
  mode: 'lines',
  envelope: false,
  seekKey: '',
};

/**
 * Cuts bytes into records: lines, and the single records of JSON envelopes and arrays, even when they are pretty-printed or
 * on one endless line. Where the chunks were cut changes nothing. Memory is bounded by one chunk and one record.
 *
 * Example: `const framer = new Framer('app.log'); [...framer.push(bytes), ...framer.end()]`
 */
export class Framer {
  readonly #units: Units;
  #mode: Mode;
  #envelope: boolean;
  #seekKey: string;
  #columns: string | undefined;
  /** Index of the separator of two elements found last; the end of the text when there is no more. */
  #separator = -1;
  #skip: number;

  constructor(source: string, resume: FramerState = START) {
    this.#units = new Units(source, resume.encoding, resume.nextByte, resume.nextLine);
    this.#mode = resume.mode;
    this.#envelope = resume.envelope;
    this.#seekKey = resume.seekKey;
    this.#columns = resume.columns;
    this.#skip = resume.skip ?? 0;
  }

  /** The records that these bytes complete. A last line without its line end waits. */
  push(chunk: Uint8Array): RawRecord[] {
    this.#units.push(chunk);
    return this.#drain(false);
  }

  /** What is left when the source is final: the last line without line end, a value that was cut off. */
  end(): RawRecord[] {
    const out = this.#drain(true);
    this.#units.finish();
    return out;
  }

  /** Where a new Framer would go on: the start of the first record that was not given out. */
  get state(): FramerState {
    const { encoding, byte, line } = this.#units;
    return {
      encoding,
      nextByte: byte,
      nextLine: line,
      mode: this.#mode,
      envelope: this.#envelope,
      seekKey: this.#seekKey,
      columns: this.#columns,
      skip: this.#skip === 0 ? undefined : this.#skip,
    };
  }

  #drain(final: boolean): RawRecord[] {
    const out: RawRecord[] = [];
    if (!this.#units.decode(final)) return out;
    this.#separator = -1;
    while (this.#step(out, final));
    this.#units.drop();
    return out;
  }

  /** Goes one step in the present mode; false when it needs more text. */
  #step(out: RawRecord[], final: boolean): boolean {
    switch (this.#mode) {
      case 'lines':
        return this.#lines(out, final);
      case 'skip-line':
        return this.#skipLine();
      case 'skip-frame':
        return this.#skipFrame();
      case 'element':
        return this.#element(out, final);
      case 'between':
        return this.#between();
      case 'tail':
        return this.#tail(final);
      case 'seek':
        return this.#seek(final);
      default:
        return this.#mode satisfies never;
    }
  }

  get #limit(): number {
    return this.#units.encoding === 'utf-8' ? MAX_RECORD_BYTES : MAX_RECORD_BYTES / 2;
  }

  /** True when the text from `at` may still grow into what is expected there. */
  #mayWait(at: number, final: boolean): boolean {
    return !final && this.#units.text.length - at <= this.#limit;
  }

  /** Lines as long as they are plain: the hot loop. Returns true when the mode changed or a JSON value was taken. */
  #lines(out: RawRecord[], final: boolean): boolean {
    const text = this.#units.text;
    const limit = this.#limit;
    for (;;) {
      const at = this.#units.at;
      const first = firstVisible(text, at);
      if (first === 0x7b || first === 0x5b) {
        const taken = this.#json(out, final);
        if (taken !== 'plain') return taken === 'taken';
      }
      if (first > DIGIT_0 && first <= DIGIT_9) {
        const taken = this.#counted(out, at, final);
        if (taken === 'wait' || taken === 'skip') return taken === 'skip';
        if (taken === 'taken') continue;
      }
      if (mayBeginBlock(first)) {
        const taken = this.#block(out, final);
        if (taken === 'taken') continue;
        if (taken === 'wait') return false;
      }
      const newLine = text.indexOf('\n', at);
      const end = newLine < 0 ? text.length : newLine;
      if (end - at > limit) return this.#skipNuls() || this.#tooLong(out, 'skip-line');
      if (newLine < 0 && (!final || end === at)) return false;
      if (first === BLANK) this.#units.at = newLine < 0 ? end : newLine + 1;
      else this.#plain(out, at, end, newLine < 0 ? end : newLine + 1);
      if (newLine < 0) return false;
      this.#units.line++;
    }
  }

  /** One line. Moves on to `next`. */
  #plain(out: RawRecord[], at: number, end: number, next: number): void {
    const stop = end > at && this.#units.text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    if (stop > at) this.#line(out, this.#units.record(at, stop, next - at));
    this.#units.at = next;
  }

  #line(out: RawRecord[], record: RawRecord): void {
    if (record.text.startsWith('#')) this.#columns = columnsIn(record.text) ?? this.#columns;
    out.push(this.#columns === undefined ? record : { ...record, columns: this.#columns });
  }

  /**
   * A message behind its octet count, over as many lines as it has. A count that is no longer true leaves a line: when the next
   * message begins inside it, or none does behind it. What lacks its end at the end of the source is flagged.
   */
  #counted(out: RawRecord[], at: number, final: boolean): 'taken' | 'wait' | 'skip' | 'plain' {
    const { text, encoding } = this.#units;
    const end = encoding === 'utf-8' ? octetFrameEnd(text, at) : undefined;
    if (end === undefined) return 'plain';
    const most = Math.min(end, at + MAX_RECORD_BYTES);
    if (opensAnother(text, at, Math.min(most, text.length))) return 'plain';
    if (text.length < most) {
      if (!final) return 'wait';
      if (text.charCodeAt(text.length - 1) === NEW_LINE) return 'plain';
      const record = this.#units.record(at, text.length, text.length - at);
      this.#line(out, { ...record, flags: [...record.flags, 'truncated'] });
      this.#units.advance(text.length);
      return 'taken';
    }
    if (end > most) {
      this.#skip = end - most;
      this.#tooLong(out, 'skip-frame');
      return 'skip';
    }
    const isWhole = boundaryAt(text, end, final);
    if (isWhole !== true) return isWhole === undefined ? 'wait' : 'plain';
    let stop = end;
    while (text.charCodeAt(stop - 1) === NEW_LINE || text.charCodeAt(stop - 1) === CARRIAGE_RETURN) stop--;
    this.#line(out, this.#units.record(at, stop, end - at));
    this.#units.advance(end);
    return 'taken';
  }

  /** What a command printed, over several lines. It ends with the first line that is none of it. */
  #block(out: RawRecord[], final: boolean): 'taken' | 'wait' | 'plain' {
    const { text, at } = this.#units;
    let end = lineEnd(text, at);
    const shape = end === text.length && !final ? undefined : blockBeginningWith(this.#textOf(at, end));
    if (shape === undefined) return 'plain';
    let next = end;
    while (next < text.length && next - at < this.#limit) {
      const lineAt = next + 1;
      next = lineEnd(text, lineAt);
      if (next === text.length && !final && next - at < this.#limit) return 'wait';
      const line = this.#textOf(lineAt, next);
      if (!shape.continues(line)) break;
      if (line.trim() !== '') end = next;
    }
    const after = Math.min(end + 1, text.length);
    const stop = text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    this.#line(out, this.#units.record(at, stop, after - at));
    this.#units.advance(after);
    return 'taken';
  }

  #textOf(at: number, end: number): string {
    const { text } = this.#units.record(at, end, end - at);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  /** A JSON value at the start of a line: `taken` means that something moved, `wait` that more text is needed. */
  #json(out: RawRecord[], final: boolean): 'taken' | 'wait' | 'plain' {
    const text = this.#units.text;
    const at = skipBlanks(text, this.#units.at);
    const wait = this.#mayWait(at, final);
    const begins = beginsJson(text, at);
    if (begins === undefined && wait) return 'wait';
    if (!begins) return 'plain';
    if (this.#quick(out, at, text.indexOf('\n', at))) return 'taken';
    const envelope = envelopeStart(text, at);
    if (envelope === undefined && wait) return 'wait';
    const records = envelope || arrayStart(text, at);
    if (records) {
      this.#envelope = Boolean(envelope);
      this.#mode = 'element';
      this.#units.advance(records);
      return 'taken';
    }
    return this.#object(out, at, final);
  }

  /** A single JSON object, on one line or pretty-printed over many. */
  #object(out: RawRecord[], at: number, final: boolean): 'taken' | 'wait' | 'plain' {
    const text = this.#units.text;
    const end = scanValue(this.#units.codes, at);
    if (end === INCOMPLETE && this.#mayWait(at, final)) return 'wait';
    if (end === INCOMPLETE && final && text.length - at <= this.#limit) return this.#cutObject(out, at);
    if (end < 0 || end - at > this.#limit) return 'plain';
    const rest = skipInLine(text, end);
    if (rest === text.length && !final) return 'wait';
    const lineEnds = rest === text.length || text.charCodeAt(rest) === NEW_LINE;
    if (!lineEnds) {
      const another = beginsJson(text, rest);
      if (another === undefined && this.#mayWait(rest, final)) return 'wait';
      // Text behind the value on its own line: the line as a whole is not JSON.
      if (!another && !text.slice(at, end).includes('\n')) return 'plain';
    }
    const next = lineEnds ? Math.min(rest + 1, text.length) : rest;
    this.#value(out, at, end, next - this.#units.at);
    this.#units.advance(next);
    return 'taken';
  }

  /** The source ends inside an object: all of the rest is one broken record, unless the next line is a record of its own. */
  #cutObject(out: RawRecord[], at: number): 'taken' | 'plain' {
    const newLine = this.#units.text.indexOf('\n', at);
    if (newLine >= 0 && beginsJson(this.#units.text, newLine + 1) && this.#units.text[newLine + 1] === '{')
      return 'plain';
    this.#plain(out, at, this.#units.text.trimEnd().length, this.#units.text.length);
    return 'taken';
  }

  #element(out: RawRecord[], final: boolean): boolean {
    const text = this.#units.text;
    this.#units.advance(skipBlanks(text, this.#units.at));
    const at = this.#units.at;
    if (at === text.length) return false;
    if (text[at] === ']') return this.#closeArray();
    if (text[at] === ',') {
      this.#units.at++;
      return true;
    }
    if (this.#quick(out, at, this.#elementEnd(at))) {
      this.#mode = 'between';
      return true;
    }
    const end = scanValue(this.#units.codes, at);
    if (end === INCOMPLETE && this.#mayWait(at, final)) return false;
    if (end < 0 || end - at > this.#limit) return this.#broken(out, final);
    this.#value(out, at, end, end - at);
    this.#units.advance(end);
    this.#mode = 'between';
    return true;
  }

  #between(): boolean {
    this.#units.advance(skipBlanks(this.#units.text, this.#units.at));
    if (this.#units.at === this.#units.text.length) return false;
    const next = this.#units.text[this.#units.at];
    if (next === ']') return this.#closeArray();
    // No comma: the array was cut off, and this is the start of something else.
    this.#mode = next === ',' ? 'element' : 'lines';
    if (next === ',') this.#units.at++;
    return true;
  }

  #closeArray(): boolean {
    this.#units.at++;
    this.#mode = this.#envelope ? 'tail' : 'lines';
    return true;
  }

  /** `}` or `,"more":…}` behind the records. When it never closes, what follows is read as lines. */
  #tail(final: boolean): boolean {
    const end = scanRestOfObject(this.#units.codes, this.#units.at);
    if (end === INCOMPLETE && this.#mayWait(this.#units.at, final)) return false;
    this.#units.advance(end < 0 ? skipBlanks(this.#units.text, this.#units.at) : end);
    this.#mode = 'lines';
    return true;
  }

  /** A broken record in an array must not take its neighbours along: it ends where the next one seems to begin. */
  #broken(out: RawRecord[], final: boolean): boolean {
    const text = this.#units.text;
    const at = this.#units.at;
    this.#seekKey = firstKey(text, at);
    const found = resync(text, at + 1, this.#seekKey, final);
    if (found !== undefined && found.at - at <= this.#limit) {
      out.push(this.#units.record(at, found.end, found.end - at));
      this.#units.advance(found.at);
      this.#mode = found.mode;
      return true;
    }
    if (this.#mayWait(at, final)) return false;
    if (text.length - at > this.#limit) return this.#tooLong(out, 'seek');
    out.push(this.#units.record(at, text.trimEnd().length, text.length - at));
    this.#units.advance(text.length);
    return false;
  }

  #seek(final: boolean): boolean {
    const found = resync(this.#units.text, this.#units.at, this.#seekKey, final);
    if (found === undefined) {
      // Keep as much as a start of a record may need to be told.
      this.#units.advance(final ? this.#units.text.length : Math.max(this.#units.at, this.#units.text.length - 4096));
      return false;
    }
    this.#units.advance(found.at);
    this.#mode = found.mode;
    return true;
  }

  /** Gives out the first part of what is too long; its `length` says so. The rest is skipped in `mode`. */
  #tooLong(out: RawRecord[], mode: Mode): boolean {
    const at = this.#units.at;
    const record = this.#units.record(at, at + this.#limit, this.#limit + 1);
    out.push({ ...record, flags: [...record.flags, 'truncated'] });
    this.#units.advance(at + this.#limit);
    this.#mode = mode;
    return true;
  }

  /** A log cut while it was written to (`copytruncate`) begins with a hole of NULs, which may be longer than any line. */
  #skipNuls(): boolean {
    const end = this.#units.at + this.#limit;
    for (let i = this.#units.at; i < end; i++) if (this.#units.text.charCodeAt(i) !== 0) return false;
    this.#units.at = end;
    return true;
  }

  #skipFrame(): boolean {
    const { text, at } = this.#units;
    const skipped = Math.min(this.#skip, text.length - at);
    this.#units.advance(at + skipped);
    this.#skip -= skipped;
    if (this.#skip === 0) this.#mode = 'lines';
    return this.#skip === 0;
  }

  #skipLine(): boolean {
    const newLine = this.#units.text.indexOf('\n', this.#units.at);
    this.#units.at = newLine < 0 ? this.#units.text.length : newLine + 1;
    if (newLine < 0) return false;
    this.#units.line++;
    this.#mode = 'lines';
    return true;
  }

  /**
   * A record as Azure writes nearly all of them, found by searching for what should follow it instead of by its brackets. Taken
   * only when that piece is one JSON value for sure: then it is just what the brackets would have given.
   */
  #quick(out: RawRecord[], at: number, end: number): boolean {
    const { text } = this.#units;
    if (end < 0 || end - at > this.#limit || !text.startsWith(FIRST_KEY, at)) return false;
    if (text.charCodeAt(end - 1) !== CLOSE_BRACE) return false;
    const record = new JsonRecord(this.#units.record(at, end, end - at));
    if (!record.isWhole || (record.glanced === undefined && isEnvelope(record.json))) return false;
    out.push(record);
    this.#units.advance(end);
    return true;
  }

  /** The end of the element at `at`, if the next one begins as Azure's do; -1 when none does. One search serves all up to there. */
  #elementEnd(at: number): number {
    if (this.#separator < at) {
      const found = this.#units.text.indexOf(NEXT_ELEMENT, at);
      this.#separator = found < 0 ? this.#units.text.length : found;
    }
    return this.#separator < this.#units.text.length ? this.#separator + 1 : -1;
  }

  /** A JSON value, or the records in it when it is an envelope that was not seen as one from its first bytes. */
  #value(out: RawRecord[], at: number, end: number, length: number): void {
    const record = new JsonRecord(this.#units.record(at, end, length));
    const spans =
      mayBeEnvelope(record.text) && isEnvelope(record.json) ? recordSpans(this.#units.codes, at) : undefined;
    if (spans === undefined) out.push(record);
    else this.#spans(out, spans);
  }

  #spans(out: RawRecord[], spans: readonly Span[]): void {
    const line = this.#units.line;
    let lineFeed = this.#units.text.indexOf('\n', this.#units.at);
    for (const [start, end] of spans) {
      for (; lineFeed >= 0 && lineFeed < start; lineFeed = this.#units.text.indexOf('\n', lineFeed + 1))
        this.#units.line++;
      out.push(new JsonRecord(this.#units.record(start, end, end - start)));
    }
    this.#units.line = line;
  }
}

const mayBeEnvelope = (text: string): boolean => text.includes('"records"');

const isEnvelope = (json: unknown): boolean => isObject(json) && Array.isArray(json['records']);

/** Code of the first character of the line at `at` that is no blank; BLANK for a blank line. */
function firstVisible(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === NEW_LINE) return BLANK;
    if (code !== 0x20 && code !== 0x09 && code !== CARRIAGE_RETURN) return code;
  }
  return BLANK;
}

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
