import { KERNEL_CODE } from './code.ts';

/** What the compiled code offers; see `assembly/`. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readLines(from: number, to: number, base: number): void;
  readonly rowsEnd: WebAssembly.Global;
  readonly nextLine: WebAssembly.Global;
  keepOrigin(at: number, end: number, isFielded: number): number;
}

/** As in `assembly/memory.ts`. */
const INPUT = 0x1_0000;
const INPUT_BYTES = 0x4_f000;
const ROWS = 0x6_0000;
const PLAIN_INITIALS = 0x26_0000;
const CIVIL_DAY = 0x26_0120;
const ISO_DAY = 0x26_0140;
const ISO_ZONE = 0x26_0150;
const SCRATCH = 0x26_0200;
const MAX_ORIGIN = 128;
const LINE_FEED = 0x0a;
const COLON = 0x3a;

/**
 * A small machine of its own, written in `assembly/`, for the lines that nearly all input is made of: it finds their ends, their
 * headers among those that were read before, and their fields, sixteen bytes at a time. It reads no header itself and cuts no text:
 * what it does not know is left to the parsers, and what these find out of it they tell it for the next lines.
 */
class Kernel {
  readonly #exports: Exports;
  readonly #bytes: Uint8Array;
  readonly #numbers: Int32Array;
  /** What lies in the input, and from where to where. */
  #codes: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(KERNEL_CODE, 'base64'));
    this.#exports = new WebAssembly.Instance(module).exports as Exports;
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    this.#numbers = new Int32Array(this.#exports.memory.buffer);
  }

  /**
   * Rows of the lines from `at` on, as far as they are whole and nothing but lines, one behind the other as `layout.ts` describes
   * them; the next line begins at `next`. Places count in `codes`.
   */
  readLines(codes: Uint8Array, at: number): { readonly rows: Int32Array; readonly next: number } {
    if (codes !== this.#codes || at < this.#from || at >= this.#to) this.#load(codes, at);
    const base = INPUT - this.#from;
    this.#exports.readLines(base + at, base + this.#to, base);
    const rows = this.#numbers.slice(ROWS / 4, this.#exports.rowsEnd.value / 4);
    return { rows, next: this.#exports.nextLine.value - base };
  }

  /** Which codes, of those below 128, a line may begin with and be nothing but a line, whatever follows: a one for each. */
  knowInitials(isPlain: Uint8Array): void {
    this.#bytes.set(isPlain, PLAIN_INITIALS);
  }

  /** Remembers who wrote a line, by the bytes that say so and what stands behind them; the number of it in rows, or -1. */
  keepOrigin(codes: Uint8Array, at: number, end: number, isFielded: boolean): number {
    if (end - at > MAX_ORIGIN) return -1;
    const length = Math.min(codes.length, end + 8) - at;
    this.#bytes.set(codes.subarray(at, at + length), SCRATCH);
    this.#bytes[SCRATCH + length] = LINE_FEED;
    return this.#exports.keepOrigin(SCRATCH, SCRATCH + end - at, isFielded ? 1 : 0);
  }

  /** Stamps of this day are known from now on: `Nov 20 ` and what else the stamp spells of it. */
  keepCivilDay(codes: Uint8Array, at: number): void {
    this.#bytes.set(codes.subarray(at, at + 7), CIVIL_DAY);
  }

  /** The same for `2026-11-20`, and for the zone that the stamp ends with: `+01:00`. */
  keepIsoDay(codes: Uint8Array, at: number, end: number): void {
    this.#bytes.set(codes.subarray(at, at + 10), ISO_DAY);
    if (codes[end - 3] === COLON) this.#bytes.set(codes.subarray(end - 6, end), ISO_ZONE);
  }

  #load(codes: Uint8Array, from: number): void {
    const to = Math.min(codes.length, from + INPUT_BYTES);
    this.#bytes.set(codes.subarray(from, to), INPUT);
    this.#bytes[INPUT + to - from] = LINE_FEED;
    this.#codes = codes;
    this.#from = from;
    this.#to = to;
  }
}

/** One for all sources: nothing of a source stays in it but what its lines begin with. */
export const KERNEL = new Kernel();
