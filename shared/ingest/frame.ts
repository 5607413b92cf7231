import type { RawRecord, RecordFlag } from '../model/record.ts';
import { detectEncoding, type Encoding, needsDecoding, textOf, unitBytes, unitsOf } from './encoding.ts';
import { isObject, parseJson, recordSpans } from './json/records.ts';
import { resync } from './json/resync.ts';
import {
  arrayStart,
  beginsJson,
  envelopeStart,
  INCOMPLETE,
  scanRestOfObject,
  scanValue,
  skipBlanks,
} from './json/scan.ts';

/** A line or JSON record longer than this is cut and becomes a dead letter. */
export const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * - `lines`: at the start of a line, or right behind a JSON value.
 * - `skip-line`: inside a line that was too long.
 * - `element`, `between`: in an array of records, before or behind one. `tail`: in an envelope behind its records.
 * - `seek`: behind a record that was broken beyond the limit, looking for the next one.
 */
type Mode = 'lines' | 'skip-line' | 'element' | 'between' | 'tail' | 'seek';

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
}

const NEW_LINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = -1;
const NO_FLAGS: readonly RecordFlag[] = [];
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
  readonly #source: string;
  #encoding: Encoding | null;
  #mode: Mode;
  #envelope: boolean;
  #seekKey: string;
  #line: number;
  /** Offset in the source of the first unit in `#text`, and how many units of it are done. */
  #base: number;
  #text = '';
  #at = 0;
  /** Bytes not yet made into units: before the encoding is known, and half a UTF-16 character. */
  #bytes: Buffer = Buffer.alloc(0);
  /** Whether `#text` may hold more than plain ASCII. */
  #dirty = false;
  /** Whether what was consumed last ends inside a line. */
  #midLine = false;
  /** Index of a line feed in `#text`: the first at or behind `#at` once `#advance` looked. */
  #lineFeed = -1;

  constructor(source: string, resume: FramerState = START) {
    this.#source = source;
    this.#encoding = resume.encoding;
    this.#mode = resume.mode;
    this.#envelope = resume.envelope;
    this.#seekKey = resume.seekKey;
    this.#line = resume.nextLine;
    this.#base = resume.nextByte;
  }

  /** The records that these bytes complete. A last line without its line end waits. */
  push(chunk: Uint8Array): RawRecord[] {
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#bytes = this.#bytes.length === 0 ? fresh : Buffer.concat([this.#bytes, fresh]);
    return this.#drain(false);
  }

  /** What is left when the source is final: the last line without line end, a value that was cut off. */
  end(): RawRecord[] {
    const out = this.#drain(true);
    if (this.#midLine) this.#line++;
    this.#midLine = false;
    return out;
  }

  /** Where a new Framer would go on: the start of the first record that was not given out. */
  get state(): FramerState {
    return {
      encoding: this.#encoding,
      nextByte: this.#base,
      nextLine: this.#line,
      mode: this.#mode,
      envelope: this.#envelope,
      seekKey: this.#seekKey,
    };
  }

  #drain(final: boolean): RawRecord[] {
    const out: RawRecord[] = [];
    if (!this.#decode(final) || this.#encoding === null) return out;
    this.#lineFeed = -1;
    while (this.#step(out, final));
    if (this.#at > 0) this.#midLine = this.#text.charCodeAt(this.#at - 1) !== NEW_LINE;
    this.#base += this.#at * unitBytes(this.#encoding);
    this.#text = this.#text.slice(this.#at);
    this.#at = 0;
    if (this.#dirty) this.#dirty = needsDecoding(Buffer.from(this.#text, 'latin1'), this.#encoding);
    return out;
  }

  /** Moves bytes to units; false while the encoding is undecided. */
  #decode(final: boolean): boolean {
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
    const odd = final ? 0 : bytes.length % unitBytes(this.#encoding);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % unitBytes(this.#encoding)));
    this.#bytes = odd === 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(whole.length));
    this.#dirty ||= needsDecoding(whole, this.#encoding);
    this.#text += unitsOf(whole, this.#encoding);
    return true;
  }

  /** Goes one step in the present mode; false when it needs more text. */
  #step(out: RawRecord[], final: boolean): boolean {
    switch (this.#mode) {
      case 'lines':
        return this.#lines(out, final);
      case 'skip-line':
        return this.#skipLine();
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
    return this.#encoding === 'utf-8' ? MAX_RECORD_BYTES : MAX_RECORD_BYTES / 2;
  }

  /** True when the text from `at` may still grow into what is expected there. */
  #mayWait(at: number, final: boolean): boolean {
    return !final && this.#text.length - at <= this.#limit;
  }

  /** Lines as long as they are plain: the hot loop. Returns true when the mode changed or a JSON value was taken. */
  #lines(out: RawRecord[], final: boolean): boolean {
    const text = this.#text;
    const limit = this.#limit;
    for (;;) {
      const at = this.#at;
      const first = firstVisible(text, at);
      if (first === 0x7b || first === 0x5b) {
        const taken = this.#json(out, final);
        if (taken !== 'plain') return taken === 'taken';
      }
      const newLine = text.indexOf('\n', at);
      const end = newLine < 0 ? text.length : newLine;
      if (end - at > limit) return this.#skipNuls() || this.#tooLong(out, 'skip-line');
      if (newLine < 0 && (!final || end === at)) return false;
      if (first === BLANK) this.#at = newLine < 0 ? end : newLine + 1;
      else this.#plain(out, at, end, newLine < 0 ? end : newLine + 1);
      if (newLine < 0) return false;
      this.#line++;
    }
  }

  /** One line. Moves on to `next`. */
  #plain(out: RawRecord[], at: number, end: number, next: number): void {
    const stop = end > at && this.#text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    if (stop > at) out.push(this.#record(at, stop, next - at));
    this.#at = next;
  }

  /** A JSON value at the start of a line: `taken` means that something moved, `wait` that more text is needed. */
  #json(out: RawRecord[], final: boolean): 'taken' | 'wait' | 'plain' {
    const text = this.#text;
    const at = skipBlanks(text, this.#at);
    const wait = this.#mayWait(at, final);
    const begins = beginsJson(text, at);
    if (begins === undefined && wait) return 'wait';
    if (!begins) return 'plain';
    const envelope = envelopeStart(text, at);
    if (envelope === undefined && wait) return 'wait';
    const records = envelope || arrayStart(text, at);
    if (records) {
      this.#envelope = Boolean(envelope);
      this.#mode = 'element';
      this.#advance(records);
      return 'taken';
    }
    return this.#object(out, at, final);
  }

  /** A single JSON object, on one line or pretty-printed over many. */
  #object(out: RawRecord[], at: number, final: boolean): 'taken' | 'wait' | 'plain' {
    const text = this.#text;
    const end = scanValue(text, at);
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
    this.#value(out, at, end, next - this.#at);
    this.#advance(next);
    return 'taken';
  }

  /** The source ends inside an object: all of the rest is one broken record, unless the next line is a record of its own. */
  #cutObject(out: RawRecord[], at: number): 'taken' | 'plain' {
    const newLine = this.#text.indexOf('\n', at);
    if (newLine >= 0 && beginsJson(this.#text, newLine + 1) && this.#text[newLine + 1] === '{') return 'plain';
    this.#plain(out, at, this.#text.trimEnd().length, this.#text.length);
    return 'taken';
  }

  #element(out: RawRecord[], final: boolean): boolean {
    const text = this.#text;
    this.#advance(skipBlanks(text, this.#at));
    const at = this.#at;
    if (at === text.length) return false;
    if (text[at] === ']') return this.#closeArray();
    if (text[at] === ',') {
      this.#at++;
      return true;
    }
    const end = scanValue(text, at);
    if (end === INCOMPLETE && this.#mayWait(at, final)) return false;
    if (end < 0 || end - at > this.#limit) return this.#broken(out, final);
    this.#value(out, at, end, end - at);
    this.#advance(end);
    this.#mode = 'between';
    return true;
  }

  #between(): boolean {
    this.#advance(skipBlanks(this.#text, this.#at));
    if (this.#at === this.#text.length) return false;
    const next = this.#text[this.#at];
    if (next === ']') return this.#closeArray();
    // No comma: the array was cut off, and this is the start of something else.
    this.#mode = next === ',' ? 'element' : 'lines';
    if (next === ',') this.#at++;
    return true;
  }

  #closeArray(): boolean {
    this.#at++;
    this.#mode = this.#envelope ? 'tail' : 'lines';
    return true;
  }

  /** `}` or `,"more":…}` behind the records. When it never closes, what follows is read as lines. */
  #tail(final: boolean): boolean {
    const end = scanRestOfObject(this.#text, this.#at);
    if (end === INCOMPLETE && this.#mayWait(this.#at, final)) return false;
    this.#advance(end < 0 ? skipBlanks(this.#text, this.#at) : end);
    this.#mode = 'lines';
    return true;
  }

  /** A broken record in an array must not take its neighbours along: it ends where the next one seems to begin. */
  #broken(out: RawRecord[], final: boolean): boolean {
    const text = this.#text;
    const at = this.#at;
    this.#seekKey = firstKey(text, at);
    const found = resync(text, at + 1, this.#seekKey, final);
    if (found !== undefined && found.at - at <= this.#limit) {
      out.push(this.#record(at, found.end, found.end - at));
      this.#advance(found.at);
      this.#mode = found.mode;
      return true;
    }
    if (this.#mayWait(at, final)) return false;
    if (text.length - at > this.#limit) return this.#tooLong(out, 'seek');
    out.push(this.#record(at, text.trimEnd().length, text.length - at));
    this.#advance(text.length);
    return false;
  }

  #seek(final: boolean): boolean {
    const found = resync(this.#text, this.#at, this.#seekKey, final);
    if (found === undefined) {
      // Keep as much as a start of a record may need to be told.
      this.#advance(final ? this.#text.length : Math.max(this.#at, this.#text.length - 4096));
      return false;
    }
    this.#advance(found.at);
    this.#mode = found.mode;
    return true;
  }

  /** Gives out the first part of what is too long; its `length` says so. The rest is skipped in `mode`. */
  #tooLong(out: RawRecord[], mode: Mode): boolean {
    const at = this.#at;
    const record = this.#record(at, at + this.#limit, this.#limit + 1);
    out.push({ ...record, flags: [...record.flags, 'truncated'] });
    this.#advance(at + this.#limit);
    this.#mode = mode;
    return true;
  }

  /** A log cut while it was written to (`copytruncate`) begins with a hole of NULs, which may be longer than any line. */
  #skipNuls(): boolean {
    const end = this.#at + this.#limit;
    for (let i = this.#at; i < end; i++) if (this.#text.charCodeAt(i) !== 0) return false;
    this.#at = end;
    return true;
  }

  #skipLine(): boolean {
    const newLine = this.#text.indexOf('\n', this.#at);
    this.#at = newLine < 0 ? this.#text.length : newLine + 1;
    if (newLine < 0) return false;
    this.#line++;
    this.#mode = 'lines';
    return true;
  }

  /** A JSON value, or the records in it when it is an envelope that was not seen as one from its first bytes. */
  #value(out: RawRecord[], at: number, end: number, length: number): void {
    const record = this.#record(at, end, length);
    const json = parseJson(record.text);
    if (json === undefined) {
      out.push(record);
      return;
    }
    const spans =
      isObject(json) && Array.isArray(json['records']) ? recordSpans(this.#text.slice(at, end), 0) : undefined;
    if (spans === undefined) out.push({ ...record, json });
    else this.#spans(out, at, spans);
  }

  #spans(out: RawRecord[], at: number, spans: readonly (readonly [number, number])[]): void {
    const line = this.#line;
    let lineFeed = this.#text.indexOf('\n', this.#at);
    for (const [start, end] of spans) {
      for (; lineFeed >= 0 && lineFeed < at + start; lineFeed = this.#text.indexOf('\n', lineFeed + 1)) this.#line++;
      const record = this.#record(at + start, at + end, end - start);
      out.push({ ...record, json: parseJson(record.text) });
    }
    this.#line = line;
  }

  #record(start: number, end: number, length: number): RawRecord {
    const encoding = this.#encoding ?? 'utf-8';
    const size = unitBytes(encoding);
    const units = this.#text.slice(start, end);
    const position = { source: this.#source, line: this.#line, byte: this.#base + start * size };
    if (!this.#dirty) return { text: units, position, length: length * size, flags: NO_FLAGS };
    return { ...textOf(units, encoding), position, length: length * size };
  }

  /** Moves on, counting the line feeds passed. */
  #advance(to: number): void {
    if (this.#lineFeed < this.#at) this.#lineFeed = indexOrEnd(this.#text, this.#at);
    while (this.#lineFeed < to) {
      this.#line++;
      this.#lineFeed = indexOrEnd(this.#text, this.#lineFeed + 1);
    }
    this.#at = to;
  }
}

/** Code of the first character of the line at `at` that is no blank; BLANK for a blank line. */
function firstVisible(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === NEW_LINE) return BLANK;
    if (code !== 0x20 && code !== 0x09 && code !== CARRIAGE_RETURN) return code;
  }
  return BLANK;
}

/** Skips blanks and commas (records cut out of an array) up to the end of the line. */
function skipInLine(text: string, at: number): number {
  let i = at;
  while (i < text.length && ' \t\r,'.includes(text.charAt(i))) i++;
  return i;
}

function indexOrEnd(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found;
}

/** `"time"` of `{ "time": …`; empty when there is no whole key. */
function firstKey(text: string, at: number): string {
  const quote = skipBlanks(text, at + 1);
  if (text[at] !== '{' || text[quote] !== '"') return '';
  const end = text.indexOf('"', quote + 1);
  return end < 0 || end - quote > 100 ? '' : text.slice(quote, end + 1);
}
