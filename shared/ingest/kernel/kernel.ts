import { inflateRawSync } from 'node:zlib';
import { KERNEL_CODE } from './code.ts';
import {
  CIVIL_DAY_AT,
  CIVIL_DAY_NUMBER_AT,
  INPUT_AT,
  INPUT_BYTES,
  ISO_DAY_AT,
  ISO_ZONE_AT,
  KEPT_AT,
  MAX_ORIGIN,
  OPENING_AT,
  PAGES,
  PLAIN_INITIALS_AT,
  RECORD_DAY_AT,
  ROWS_AT,
  SCRATCH_AT,
  WORD_LETTERS_AT,
  WORD_SIZE,
  WORDS_AT,
} from './layout.ts';

/** What the compiled code offers; see `assembly/`. */
interface Exports {
  readLines(from: number, to: number, base: number): void;
  readonly rowsEnd: WebAssembly.Global;
  readonly nextLine: WebAssembly.Global;
  keepOrigin(at: number, end: number, isFielded: number): number;
  readRecords(from: number, to: number, base: number, place: number, isEnvelope: number): number;
  readonly nextRecord: WebAssembly.Global;
  readonly keptEnd: WebAssembly.Global;
  readonly passedLines: WebAssembly.Global;
  readonly place: WebAssembly.Global;
  keepHead(at: number, length: number, propertiesAt: number, kind: number): number;
}

/** Where the reading of records is. */
export interface Reading {
  readonly rows: Int32Array;
  /** What varies in the records. */
  readonly kept: string;
  readonly next: number;
  /** How many line feeds were passed. */
  readonly lines: number;
  readonly place: number;
}

/** How many letters of words are looked at first. */
const SEARCHED_LETTERS = 4;
const LINE_FEED = 0x0a;
const COLON = 0x3a;

/**
 * A small machine of its own, written in `assembly/`, for the lines that nearly all input is made of: it finds their ends, their
 * headers among those that were read before, and their fields, sixteen bytes at a time. It reads no header itself and cuts no text:
 * what it does not know is left to the parsers, and what these find out of it they tell it for the next lines.
 */
class Kernel {
  readonly #memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  readonly #bytes: Buffer;
  /** Compiled when it first has something to do: not every start of the app reads logs. */
  #exports: Exports | undefined;
  /** The rows that were made last. */
  readonly numbers: Int32Array;
  /** What lies in the input, and from where to where. */
  #loaded: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  constructor() {
    this.#bytes = Buffer.from(this.#memory.buffer);
    this.numbers = new Int32Array(this.#memory.buffer);
  }

  /**
   * What was left of some bytes and those behind it in one piece, which the kernel then has already: nobody else may read anything before
   * all is done with them.
   */
  joined(rest: Uint8Array, bytes: Uint8Array): Buffer {
    const size = rest.length + bytes.length;
    if (size > INPUT_BYTES) return Buffer.concat([rest, bytes]);
    this.#bytes.set(rest, INPUT_AT);
    this.#bytes.set(bytes, INPUT_AT + rest.length);
    const joined = this.#bytes.subarray(INPUT_AT, INPUT_AT + size);
    this.#hold(joined, 0, size);
    return joined;
  }

  /**
   * Rows of the lines from `at` on, as far as they are whole and nothing but lines, one behind the other as `layout.ts` describes
   * them; the next line begins at `next`. Places count in `bytes`.
   */
  readLines(bytes: Uint8Array, at: number): { readonly rows: Int32Array; readonly next: number } {
    const base = this.#baseOf(bytes, at);
    const run = this.#run;
    run.readLines(base + at, base + this.#to, base);
    const rows = this.numbers.slice(ROWS_AT / 4, run.rowsEnd.value / 4);
    return { rows, next: run.nextLine.value - base };
  }

  /** Which codes, of those below 128, a line may begin with and be nothing but a line, whatever follows: a one for each. */
  knowInitials(isPlain: Uint8Array): void {
    this.#bytes.set(isPlain, PLAIN_INITIALS_AT);
  }

  /** Remembers who wrote a line, by the bytes that say so and what stands behind them; the number of it in rows, or -1. */
  keepOrigin(codes: Uint8Array, at: number, end: number, isFielded: boolean): number {
    if (end - at > MAX_ORIGIN) return -1;
    const length = Math.min(codes.length, end + 8) - at;
    this.#bytes.set(codes.subarray(at, at + length), SCRATCH_AT);
    this.#bytes[SCRATCH_AT + length] = LINE_FEED;
    return this.#run.keepOrigin(SCRATCH_AT, SCRATCH_AT + end - at, isFielded ? 1 : 0);
  }

  /** Stamps of this day are known from now on: `Nov 20 ` and what else the stamp spells of it. `number`: below `MAX_CIVIL_DAYS`. */
  keepCivilDay(day: string, number: number): void {
    this.#write(day, CIVIL_DAY_AT);
    this.numbers[CIVIL_DAY_NUMBER_AT / 4] = number;
  }

  /** The same for `2026-11-20`, and for the zone that the stamp ends with: `+01:00`. */
  keepIsoDay(codes: Uint8Array, at: number, end: number): void {
    this.#bytes.set(codes.subarray(at, at + 10), ISO_DAY_AT);
    if (codes[end - 3] === COLON) this.#bytes.set(codes.subarray(end - 6, end), ISO_ZONE_AT);
  }

  /**
   * Makes rows, as `layout.ts` describes them, of the records of Azure Monitor from `at` on, as far as they are whole, right behind one
   * another and begin as a head that is kept. `place`: where `at` is; `isEnvelope`: whether the array around it is one of `{"records":[`.
   */
  readRecords(bytes: Uint8Array, at: number, place: number, isEnvelope: boolean): Reading {
    const base = this.#baseOf(bytes, at);
    const run = this.#run;
    const rowsEnd = run.readRecords(base + at, base + this.#to, base, place, isEnvelope ? 1 : 0);
    const { nextRecord, passedLines, place: reached } = run;
    const next = nextRecord.value - base;
    const rows = this.numbers.slice(ROWS_AT / 4, rowsEnd / 4);
    const kept = rows.length === 0 ? '' : this.#bytes.toString('latin1', KEPT_AT, run.keptEnd.value);
    return { rows, kept, next, lines: passedLines.value, place: reached.value };
  }

  /**
   * Remembers what stands behind the time of a record and before what varies, plain ASCII of 64 to 2048 bytes: the number of it in rows. What
   * varies is what its kind in `layout.ts` says; the properties begin `propertiesAt` behind the start of the record.
   */
  keepHead(text: string, propertiesAt: number, kind: number): number {
    this.#write(text, SCRATCH_AT);
    return this.#run.keepHead(SCRATCH_AT, text.length, propertiesAt, kind);
  }

  /** Records of this day are known from now on: `2026-11-20T`. */
  keepRecordDay(day: string): void {
    this.#write(day, RECORD_DAY_AT);
  }

  /**
   * Which words tell in a glancing message: at most 40 of 4 to 15 letters in lower case. Those side by side are looked for together. A message
   * that begins with `opening` is searched from `openingLength` on.
   */
  knowWords(words: readonly string[], opening: string, openingLength: number): void {
    this.#write(opening, OPENING_AT);
    this.#bytes[OPENING_AT + 16] = openingLength;
    for (const [index, word] of words.entries()) {
      this.#bytes[WORDS_AT + index * WORD_SIZE] = word.length;
      this.#write(word, WORDS_AT + index * WORD_SIZE + 1);
      const bit = 1 << Math.floor((index * 8) / words.length);
      for (let letter = 0; letter < SEARCHED_LETTERS; letter++) {
        const at = WORD_LETTERS_AT + letter * 16 + kindOf(word.charCodeAt(letter));
        this.#bytes[at] = (this.#bytes[at] ?? 0) | bit;
      }
    }
  }

  get #run(): Exports {
    this.#exports ??= started(this.#memory);
    return this.#exports;
  }

  /** How far places in the input are behind those in the bytes, of which those from `at` on are there now. */
  #baseOf(bytes: Uint8Array, at: number): number {
    if (bytes !== this.#loaded || at < this.#from || at >= this.#to) this.#load(bytes, at);
    return INPUT_AT - this.#from;
  }

  /** As many bytes as there is room for. */
  #load(bytes: Uint8Array, at: number): void {
    // Those that lie there are all there.
    if (bytes.buffer === this.#memory.buffer) return;
    const to = Math.min(bytes.length, at + INPUT_BYTES);
    this.#bytes.set(bytes.subarray(at, to), INPUT_AT);
    this.#hold(bytes, at, to);
  }

  #hold(bytes: Uint8Array, from: number, to: number): void {
    this.#bytes[INPUT_AT + to - from] = LINE_FEED;
    this.#loaded = bytes;
    this.#from = from;
    this.#to = to;
  }

  #write(text: string, at: number): void {
    this.#bytes.write(text, at, 'latin1');
  }
}

/** One of sixteen, the same for both cases of a letter; few that are alike in English follow one another alike. */
const kindOf = (code: number): number => ((code | 0x20) ^ ((code | 0x20) >> 1)) & 0xf;

function started(memory: WebAssembly.Memory): Exports {
  const module = new WebAssembly.Module(inflateRawSync(Buffer.from(KERNEL_CODE, 'base64')));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}

/** One for all sources: nothing of a source stays in it but what its lines begin with. */
export const KERNEL = new Kernel();
