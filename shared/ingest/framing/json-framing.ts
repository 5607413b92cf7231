import { UnreadRecord } from '../json/json-record.ts';
import { learnHead } from '../json/known-heads.ts';
import { listIn, recordSpans, type Span } from '../json/records.ts';
import { firstKey, resync } from '../json/resync.ts';
import {
  arrayStart,
  beginsJson,
  elementFollows,
  envelopeStart,
  INCOMPLETE,
  scanRestOfObject,
  scanValue,
  skipBlanks,
  skipInLine,
} from '../json/scan.ts';
import type { Framing, Taken } from './framing.ts';
import { isCut, KnownRecords } from './known-records.ts';

const NEW_LINE = 0x0a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const CLOSING = new Set(['}', ']']);

/** JSON values, and the single records of envelopes and arrays, pretty-printed or on one endless line. */
export class JsonFraming {
  readonly #at: Framing;
  readonly #known: KnownRecords;

  constructor(framing: Framing) {
    this.#at = framing;
    this.#known = new KnownRecords(framing);
  }

  /** A JSON value at the start of a line: `taken` means that something moved, `wait` that more text is needed. */
  value(): Taken {
    const moved = this.#known.read();
    if (this.#isCut()) return 'wait';
    if (moved) return 'taken';
    const text = this.#at.units.text;
    const at = skipBlanks(text, this.#at.units.at);
    const wait = this.#at.mayWait(at);
    const begins = beginsJson(text, at);
    if (begins === undefined && wait) return 'wait';
    if (!begins) return 'plain';
    const envelope = envelopeStart(text, at);
    if (envelope === undefined && wait) return 'wait';
    const records = envelope || arrayStart(text, at);
    if (records) {
      this.#at.envelope = Boolean(envelope);
      this.#at.mode = 'element';
      this.#at.units.advance(records);
      return 'taken';
    }
    return this.#object(at);
  }

  #isCut(): boolean {
    return this.#at.mayWait(this.#at.units.at) && isCut(this.#at.units);
  }

  /** A single JSON object, on one line or pretty-printed over many. */
  #object(at: number): Taken {
    const text = this.#at.units.text;
    const end = scanValue(this.#at.units.codes, at);
    if (end === INCOMPLETE && this.#at.mayWait(at)) return 'wait';
    if (end === INCOMPLETE && this.#at.final && text.length - at <= this.#at.limit) return this.#cutObject(at);
    if (end < 0 || end - at > this.#at.limit) return 'plain';
    const rest = skipInLine(text, end);
    if (rest === text.length && !this.#at.final) return 'wait';
    const lineEnds = rest === text.length || text.charCodeAt(rest) === NEW_LINE;
    if (!lineEnds) {
      const another = beginsJson(text, rest);
      if (another === undefined && this.#at.mayWait(rest)) return 'wait';
      // Text behind the value on its own line: the line as a whole is not JSON.
      if (!another && !text.slice(at, end).includes('\n')) return 'plain';
    }
    const next = lineEnds ? Math.min(rest + 1, text.length) : rest;
    this.#value(at, end, next - this.#at.units.at);
    this.#at.units.advance(next);
    return 'taken';
  }

  /** The source ends inside an object: all of the rest is one broken record, unless the next line is a record of its own. */
  #cutObject(at: number): 'taken' | 'plain' {
    const newLine = this.#at.units.text.indexOf('\n', at);
    if (newLine >= 0 && beginsJson(this.#at.units.text, newLine + 1) && this.#at.units.text[newLine + 1] === '{')
      return 'plain';
    this.#rest(at);
    return 'taken';
  }

  /** All that is left, as one record that is broken. */
  #rest(at: number): void {
    const { text } = this.#at.units;
    this.#at.out.push(this.#at.units.record(at, text.trimEnd().length, text.length - at));
    this.#at.units.advance(text.length);
  }

  element(): boolean {
    const { units } = this.#at;
    if (units.codeAt(units.at) === OPEN_BRACE) {
      const moved = this.#known.read();
      if (this.#isCut()) return false;
      if (moved) return true;
    }
    const { text, at: from } = units;
    units.advance(skipBlanks(text, from));
    const { at } = units;
    if (at === text.length) return false;
    if (at > from) return true;
    if (text[at] === ']') return this.#closeArray();
    if (text[at] === ',') {
      this.#at.units.at++;
      return true;
    }
    const end = scanValue(this.#at.units.codes, at);
    if (end === INCOMPLETE && this.#at.mayWait(at)) return false;
    if (end < 0 || end - at > this.#at.limit) return this.#broken();
    this.#value(at, end, end - at);
    this.#at.units.advance(end);
    this.#at.mode = 'between';
    return true;
  }

  between(): boolean {
    const { units } = this.#at;
    const { text, at: from } = units;
    const at = skipBlanks(text, from);
    if (at === text.length) {
      if (!this.#at.mayWait(from)) units.advance(at);
      return false;
    }
    const next = text[at];
    if (next === '}') return this.#surplus(at);
    // A comma that is missing within a line; in front of another line the array was cut off, and this is the start of something else.
    const isElement = next === '{' && !text.slice(from, at).includes('\n') ? this.#isElement(at) : next === ',';
    if (isElement === undefined) return false;
    units.advance(at);
    if (next === ']') return this.#closeArray();
    this.#at.mode = isElement ? 'element' : 'lines';
    if (next === ',') units.at++;
    return true;
  }

  /** Whether a whole object is here, and no envelope, with which another document begins; undefined while it cannot be told. */
  #isElement(at: number): boolean | undefined {
    const envelope = envelopeStart(this.#at.units.text, at);
    const end = scanValue(this.#at.units.codes, at);
    if ((envelope === undefined || end === INCOMPLETE) && this.#at.mayWait(at)) return undefined;
    return envelope === false && end >= 0 && end - at <= this.#at.limit;
  }

  /** Brackets that close more than was open are a broken piece of their own, if another element follows them. */
  #surplus(at: number): boolean {
    const { units } = this.#at;
    const { text } = units;
    let end = at;
    while (CLOSING.has(text[end] ?? '')) end = skipBlanks(text, end + 1);
    const follows = elementFollows(text, end);
    if (follows === undefined && this.#at.mayWait(at)) return false;
    units.advance(at);
    if (follows) {
      const surplus = text.slice(at, end).trimEnd().length;
      this.#at.out.push(units.record(at, at + surplus, surplus));
      units.advance(end);
    } else this.#at.mode = 'lines';
    return true;
  }

  #closeArray(): boolean {
    const { units } = this.#at;
    const follows = elementFollows(units.text, units.at + 1);
    if (follows === undefined && this.#at.mayWait(units.at)) return false;
    if (follows) return this.#surplus(units.at);
    units.at++;
    this.#at.mode = this.#at.envelope ? 'tail' : 'lines';
    return true;
  }

  /** `}` or `,"more":…}` behind the records. When it never closes, what follows is read as lines. */
  tail(): boolean {
    const { units } = this.#at;
    const closes = units.text.charCodeAt(units.at) === CLOSE_BRACE;
    const end = closes ? units.at + 1 : scanRestOfObject(units.codes, units.at);
    if (end === INCOMPLETE && this.#at.mayWait(this.#at.units.at)) return false;
    this.#at.units.advance(end < 0 ? skipBlanks(this.#at.units.text, this.#at.units.at) : end);
    this.#at.mode = 'lines';
    return true;
  }

  /** A broken record in an array must not take its neighbours along: it ends where the next one seems to begin. */
  #broken(): boolean {
    const text = this.#at.units.text;
    const at = this.#at.units.at;
    this.#at.seekKey = firstKey(text, at);
    const found = resync(text, at + 1, this.#at.seekKey, this.#at.final);
    if (found !== undefined && found.at - at <= this.#at.limit) {
      this.#at.out.push(this.#at.units.record(at, found.end, found.end - at));
      this.#at.units.advance(found.at);
      this.#at.mode = found.mode;
      return true;
    }
    if (this.#at.mayWait(at)) return false;
    if (text.length - at > this.#at.limit) return this.#at.tooLong('seek');
    this.#rest(at);
    return false;
  }

  seek(): boolean {
    const found = resync(this.#at.units.text, this.#at.units.at, this.#at.seekKey, this.#at.final);
    if (found === undefined) {
      // Keep as much as a start of a record may need to be told.
      this.#at.units.advance(
        this.#at.final ? this.#at.units.text.length : Math.max(this.#at.units.at, this.#at.units.text.length - 4096),
      );
      return false;
    }
    this.#at.units.advance(found.at);
    this.#at.mode = found.mode;
    return true;
  }

  /** A JSON value, or the records in it when it is an envelope that was not seen as one from its first bytes. */
  #value(at: number, end: number, length: number): void {
    const record = new UnreadRecord(this.#at.units.record(at, end, length));
    learnHead(record.text);
    const list = mayBeEnvelope(record.text) ? listIn(record.json) : undefined;
    const spans = list === undefined ? undefined : recordSpans(this.#at.units.codes, at, list);
    if (spans === undefined) this.#at.out.push(record);
    else this.#spans(spans);
  }

  #spans(spans: readonly Span[]): void {
    const line = this.#at.units.line;
    let lineFeed = this.#at.units.text.indexOf('\n', this.#at.units.at);
    for (const [start, end] of spans) {
      for (; lineFeed >= 0 && lineFeed < start; lineFeed = this.#at.units.text.indexOf('\n', lineFeed + 1))
        this.#at.units.line++;
      this.#at.out.push(new UnreadRecord(this.#at.units.record(start, end, end - start)));
    }
    this.#at.units.line = line;
  }
}

const mayBeEnvelope = (text: string): boolean => text.includes('"records"') || text.includes('"value"');
