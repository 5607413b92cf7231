import { mayBeginBlock } from '../blocks/index.ts';
import { KERNEL } from '../kernel/kernel.ts';
import { AT, END, KIND, LENGTH, UNREAD } from '../kernel/layout.ts';
import { rowLength } from '../kernel/rows.ts';
import { HeadedLine } from '../syslog/headed-line.ts';
import type { Framing } from './framing.ts';

const CARRIAGE_RETURN = 0x0d;

/** What may begin nothing but a line: no JSON, octet count, comment or block. */
const isPlainInitial = (code: number): boolean =>
  code > 0x20 && code < 0x7f && !/[[{#1-9]/.test(String.fromCharCode(code)) && !mayBeginBlock(code);
KERNEL.knowInitials(Uint8Array.from({ length: 0x80 }, (_, code) => (isPlainInitial(code) ? 1 : 0)));

/** What the kernel is asked about: that, and what stamps and priorities begin with. */
const INITIALS = Uint8Array.from({ length: 0x100 }, (_, code) =>
  /[<2A-Za-z]/.test(String.fromCharCode(code)) || isPlainInitial(code) ? 1 : 0,
);

/**
 * Lines that are nothing but lines, as the kernel finds them: nearly all there are. Those that begin as others did come with their header
 * and fields. What may be anything else is left where it is, to be framed step by step.
 */
export class KnownLines {
  readonly #at: Framing;

  constructor(framing: Framing) {
    this.#at = framing;
  }

  /** Takes lines as long as they are known to be some. */
  take(): void {
    const { units, columns } = this.#at;
    if (!units.isBytes || columns !== undefined) return;
    const { bytes } = units;
    while (units.at < bytes.length && INITIALS[bytes[units.at] ?? 0] === 1) {
      const { rows, next } = KERNEL.readLines(bytes, units.at);
      this.#takeRows(rows);
      if (next === units.at) return;
      units.at = next;
    }
  }

  #takeRows(rows: Int32Array): void {
    const { units, out } = this.#at;
    const { chunk } = units;
    if (chunk === undefined) return;
    for (let row = 0; row < rows.length; row += rowLength(rows, row)) {
      if (rows[row + KIND] === UNREAD) this.#unread(rows[row + AT] ?? 0, rows[row + END] ?? 0, rows[row + LENGTH] ?? 0);
      else out.push(new HeadedLine(chunk, rows, row, units.line));
      units.line++;
    }
  }

  /** A line, or the messages in it that end with NULs. */
  #unread(start: number, end: number, length: number): void {
    const { units, out } = this.#at;
    let at = start;
    for (let nul = units.nulFrom(at); nul < end; nul = units.nulFrom(at)) {
      const stop = units.codeAt(nul - 1) === CARRIAGE_RETURN && nul > at ? nul - 1 : nul;
      if (stop > at) out.push(units.record(at, stop, nul + 1 - at));
      at = nul + 1;
    }
    out.push(units.record(at, end, start + length - at));
  }
}
