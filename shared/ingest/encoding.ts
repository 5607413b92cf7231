import { isAscii, isUtf8 } from 'node:buffer';
import type { RecordFlag } from '../model/record.ts';
import { japaneseText } from './japanese.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Bytes looked at, at most, to tell UTF-16 without a byte order mark. */
const PREFIX = 256;
const LINE_FEED = 0x0a;

export const unitBytes = (encoding: Encoding): number => (encoding === 'utf-8' ? 1 : 2);

export interface Detected {
  readonly encoding: Encoding;
  readonly bomBytes: number;
}

/**
 * Tells the encoding from the first bytes: a byte order mark, or, without one, zeros in every other byte of the first line
 * (Windows writes such logs). Undefined while more bytes could change the answer; the answer depends on the bytes up to the
 * first line feed only, so chunk boundaries do not matter.
 */
export function detectEncoding(bytes: Buffer, final: boolean): Detected | undefined {
  if (bytes.length < 3 && !final) return undefined;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', bomBytes: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  const lineFeed = bytes.subarray(0, PREFIX).indexOf(LINE_FEED);
  if (lineFeed < 0 && bytes.length < PREFIX && !final) return undefined;
  return { encoding: byZeros(bytes.subarray(0, lineFeed < 0 ? PREFIX : lineFeed)), bomBytes: 0 };
}

/** At least 7 of 10 characters with a zero high byte and none with a zero low byte; a few NULs in UTF-8 do not do that. */
function byZeros(prefix: Buffer): Encoding {
  const zeros = [0, 0];
  for (let i = 0; i < prefix.length; i++) if (prefix[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const enough = Math.max(2, (prefix.length / 2) * 0.7);
  if (odd >= enough && even === 0) return 'utf-16le';
  return even >= enough && odd === 0 ? 'utf-16be' : 'utf-8';
}

/**
 * Bytes as a string of units: one character per byte for UTF-8 (so that an index is a byte offset), one per two bytes for
 * UTF-16. The structure of lines and JSON is ASCII, so framing scans units; `textOf` makes real text of a piece of them.
 */
export function unitsOf(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'utf-8') return bytes.toString('latin1');
  return (encoding === 'utf-16le' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
}

export interface Decoded {
  readonly text: string;
  readonly flags: readonly RecordFlag[];
}

/** The text of a piece of units: NUL removed, what is no character U+FFFD, an encoding that had to be guessed: all of it flagged. */
export function textOf(units: string, encoding: Encoding): Decoded {
  const flags: RecordFlag[] = [];
  let text = units;
  if (encoding === 'utf-8') {
    const bytes = Buffer.from(units, 'latin1');
    const japanese = isUtf8(bytes) ? undefined : japaneseText(bytes);
    if (!isAscii(bytes)) text = japanese ?? bytes.toString('utf8');
    if (japanese !== undefined) flags.push('encoding-assumed');
    else if (!isUtf8(bytes)) flags.push('invalid-encoding');
  } else if (!units.isWellFormed()) {
    text = units.toWellFormed();
    flags.push('invalid-encoding');
  }
  if (text.includes('\0')) {
    text = text.replaceAll('\0', '');
    flags.push('nul-removed');
  }
  return { text, flags };
}
