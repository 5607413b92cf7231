import { type ByteReader, resumable } from './byte-reader.ts';
import { ArchiveFault } from './member.ts';

export interface Entry {
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export const BLOCK_BYTES = 512;
/** Longest extended header that is read; a path is far shorter. */
const MAX_EXTENSION_BYTES = 64 * 1024;
/** Type flags of regular files: now, before POSIX, and contiguous. */
const FILE_TYPES = new Set(['0', '\0', '7']);

/**
 * The files in a tar (POSIX ustar with pax and GNU long names), as they come by. Own code, for a library that is fed by a
 * stream loses what it had buffered when the stream is cut: here a cut tar gives every byte there is, then a fault.
 */
export async function* untar(reader: ByteReader): AsyncGenerator<Entry> {
  let extension = new Map<string, string>();
  for (;;) {
    const header = await reader.take(BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return;
    if (header.length < BLOCK_BYTES) throw new ArchiveFault('truncated-archive', 'the tar ends in a header');
    if (!isTarHeader(header)) throw new ArchiveFault('corrupt-archive', 'expected a tar header');
    const type = textIn(header, 156, 1);
    const size = Number(extension.get('size') ?? numberIn(header, 124, 12));
    if (type === 'x' || type === 'L') {
      extension = new Map([...extension, ...(await readExtension(reader, type, size))]);
    } else {
      const content = resumable(reader.exactly(size));
      const path = extension.get('path') ?? pathIn(header);
      extension = new Map();
      if (FILE_TYPES.has(type === '' ? '\0' : type) && !path.endsWith('/')) yield { path, chunks: content };
      for await (const _rest of content);
    }
    await reader.take(padding(size));
  }
}

const padding = (size: number): number => (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;

/** What an extended header says of the next entry: pax records, `length key=value`, or a long path alone. */
async function readExtension(reader: ByteReader, type: string, size: number): Promise<ReadonlyMap<string, string>> {
  if (size > MAX_EXTENSION_BYTES) throw new ArchiveFault('corrupt-archive', 'expected a shorter extended header');
  const bytes = await reader.take(size);
  if (type === 'L') return new Map([['path', bytes.toString('utf8').replace(/\0.*$/s, '')]]);
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 10), 10);
    if (!(length > 0)) break;
    const record = bytes.toString('utf8', bytes.indexOf(' ', at) + 1, at + length - 1);
    const equals = record.indexOf('=');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** A header is told by its own checksum: the sum of its bytes, the checksum field taken as blanks. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK_BYTES || block[0] === 0) return false;
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK_BYTES; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum === numberIn(block, 148, 8);
}

function pathIn(header: Buffer): string {
  const name = textIn(header, 0, 100);
  const prefix = textIn(header, 257, 5) === 'ustar' && textIn(header, 263, 2) === '00' ? textIn(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

const textIn = (header: Buffer, at: number, length: number): string =>
  header.toString('utf8', at, at + length).replace(/\0.*$/s, '');

/** Octal text, or, with the first bit set, a big-endian binary number (GNU, for files from 8 GiB). */
function numberIn(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) === 0) return Number.parseInt(textIn(header, at, length).trim() || '0', 8);
  let value = 0;
  for (let i = at + 1; i < at + length; i++) value = value * 256 + (header[i] ?? 0);
  return value;
}
