import { HeadedLine } from './headed-line.ts';
import type { SyslogHeader } from './header.ts';

/** A beginning of messages, of plain ASCII. */
export class Beginning {
  readonly length: number;
  readonly #text: string;
  readonly #codes: Uint8Array;
  readonly #kind: number;

  /** `kind`: what the kernel calls lines whose messages begin so, those that are spelled as most are. */
  constructor(text: string, kind: number) {
    this.length = text.length;
    this.#text = text;
    this.#codes = Buffer.from(text);
    this.#kind = kind;
  }

  /** Whether a message begins so. */
  isOf(header: SyslogHeader): boolean {
    if (header instanceof HeadedLine && header.kind === this.#kind) return true;
    const { rawLine, bodyAt = 0 } = header;
    if (rawLine === undefined) return header.body.startsWith(this.#text);
    const codes = this.#codes;
    if (bodyAt + codes.length > rawLine.end) return false;
    for (let i = 0; i < codes.length; i++) if (rawLine.codes[bodyAt + i] !== codes[i]) return false;
    return true;
  }
}

/** A part of a text. */
export interface Piece {
  readonly chars: string;
  readonly from: number;
  readonly to: number;
}

/** The message as a piece of a text: where it lies, or cut out. */
export function bodyOf(header: SyslogHeader): Piece {
  const { rawLine, bodyAt = 0 } = header;
  if (rawLine !== undefined) return { chars: rawLine.chars, from: bodyAt, to: rawLine.end };
  const { body } = header;
  return { chars: body, from: 0, to: body.length };
}
