import type { RawRecord } from '../model/record.ts';
import { copyOf } from './copy.ts';
import { RawLine } from './raw-line.ts';

/**
 * A text beside its characters as numbers: `codes[i]` is `chars.charCodeAt(i)`. Lines are pieces of a chunk, and
 * reading a character of a piece costs several times what reading an array does; so scanning goes by `codes`, and only what is
 * kept is cut out of `chars`. The text goes from `at` to `end`, which may be a part of them.
 */
export interface Codes {
  readonly chars: string;
  readonly codes: Uint8Array | Uint16Array;
  readonly at: number;
  readonly end: number;
}

let scratch = new Uint16Array(4096);

/** The characters of a record: those of its chunk, or copied out of its text. Of copies only the last one holds. */
export const codesOf = (raw: RawRecord): Codes => (raw instanceof RawLine ? raw : codesOfText(raw.text));

/** The characters of a text, valid until the next call. */
export function codesOfText(text: string): Codes {
  if (text.length > scratch.length) scratch = new Uint16Array(text.length * 2);
  for (let i = 0; i < text.length; i++) scratch[i] = text.charCodeAt(i);
  return { chars: text, codes: scratch, at: 0, end: text.length };
}

/** The piece between two indices. */
export const piece = ({ chars }: Codes, from: number, to: number): string => chars.slice(from, to);

/** The first index at or after `from` that holds `code`; `end` when there is none. */
export function indexOfCode({ codes, end }: Codes, code: number, from: number): number {
  let i = from;
  while (i < end && codes[i] !== code) i++;
  return i;
}

export const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 0x30 && code <= 0x39;

const SLOTS = 4096;
const names: string[] = new Array(SLOTS).fill('');

/**
 * The piece between two indices as one string for all its occurrences: hosts, programs and protocols are few, are compared
 * and looked up all the time, and then cost no memory of their own. Forgets what another name displaces.
 */
export function internedPiece(text: Codes, from: number, to: number): string {
  const { codes } = text;
  let hash = to - from;
  for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + (codes[i] ?? 0)) | 0;
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const known = names[slot] ?? '';
  if (isAt(known, codes, from, to)) return known;
  const name = copyOf(piece(text, from, to));
  names[slot] = name;
  return name;
}

function isAt(name: string, codes: Codes['codes'], from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== codes[from + i]) return false;
  return true;
}
