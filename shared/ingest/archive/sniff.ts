import { isDer } from './der.ts';
import { BLOCK_BYTES, isTarHeader } from './tar.ts';

export type ContentKind = 'plain' | 'der' | 'gzip' | 'zip' | 'tar' | 'unsupported';

/** Bytes that `sniff` wants to see: one tar header. */
export const SNIFF_BYTES = BLOCK_BYTES;

const MAGIC: readonly (readonly [ContentKind, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['unsupported', [0x42, 0x5a, 0x68]],
  ['unsupported', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['unsupported', [0x28, 0xb5, 0x2f, 0xfd]],
  ['unsupported', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['unsupported', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
];

/** What the first bytes say it is; names are not asked. `BZh` needs its digit, for a log may begin with these letters. */
export function sniff(head: Buffer): ContentKind {
  const found = MAGIC.find(([, magic]) => magic.every((byte, i) => head[i] === byte));
  if (found?.[1].length === 3 && found[0] === 'unsupported' && !/^BZh[1-9]1AY/.test(head.toString('latin1', 0, 8))) {
    return 'plain';
  }
  if (found !== undefined) return found[0];
  return isTarHeader(head) ? 'tar' : isDer(head) ? 'der' : 'plain';
}
