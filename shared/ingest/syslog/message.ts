import type { Piece } from './fields.ts';
import type { SyslogHeader } from './header.ts';

/** A beginning of messages, of plain ASCII. */
export class Beginning {
  readonly length: number;
  readonly #text: string;
  readonly #codes: Uint8Array;

  constructor(text: string) {
    this.length = text.length;
    this.#text = text;
    this.#codes = Buffer.from(text);
  }

  /** Whether a message begins so. */
  isOf(header: SyslogHeader): boolean {
    const { line, bodyAt = 0 } = header;
    if (line === undefined) return header.body.startsWith(this.#text);
    const codes = this.#codes;
    if (bodyAt + codes.length > line.end) return false;
    for (let i = 0; i < codes.length; i++) if (line.codes[bodyAt + i] !== codes[i]) return false;
    return true;
  }
}

/** The message as a piece of a text: where it lies, or cut out. */
export function bodyOf(header: SyslogHeader): Piece {
  const { line, bodyAt = 0 } = header;
  if (line !== undefined) return { chars: line.chars, from: bodyAt, to: line.end };
  const { body } = header;
  return { chars: body, from: 0, to: body.length };
}
