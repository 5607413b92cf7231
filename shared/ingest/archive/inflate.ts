import { constants, crc32, createInflateRaw } from 'node:zlib';
import type { ByteReader } from './byte-reader.ts';
import { ArchiveFault, type Budget } from './member.ts';

/**
 * Inflates one deflate stream and leaves the reader right behind it. zlib's own gunzip throws away what it had inflated when
 * something odd follows; here everything readable comes out before the fault `truncated-archive` or `corrupt-archive`.
 */
export async function* inflate(reader: ByteReader, budget: Budget): AsyncGenerator<Buffer> {
  const inflater = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  const inflated: Buffer[] = [];
  let wake = () => {};
  inflater.on('data', (bytes: Buffer) => inflated.push(bytes));
  // Where its stream ends before its input does, zlib ends without answering the write.
  inflater.on('end', () => wake());
  inflater.on('error', () => wake());
  try {
    let fed = 0;
    for (let slice = await reader.slice(); slice !== undefined; slice = await reader.slice()) {
      const bytes = slice;
      fed += bytes.length;
      await new Promise<void>((resolve) => {
        wake = resolve;
        inflater.write(bytes, () => resolve());
      });
      for (const part of inflated.splice(0)) {
        budget.inflated(part.length);
        yield part;
      }
      if (inflater.errored !== null) throw new ArchiveFault('corrupt-archive', 'expected deflate data');
      if (inflater.readableEnded) {
        reader.unread(bytes.subarray(bytes.length - (fed - inflater.bytesWritten)));
        return;
      }
    }
  } finally {
    inflater.destroy();
  }
  throw new ArchiveFault('truncated-archive', 'the compressed data ends too early');
}

const HAS_HEADER_CHECKSUM = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;

/** All members of a gzip file (RFC 1952), one after the other. What is no member behind the last one is a fault at the end. */
export async function* gunzip(reader: ByteReader, budget: Budget): AsyncGenerator<Buffer> {
  for (;;) {
    await skipHeader(reader);
    let sum = 0;
    for await (const part of inflate(reader, budget)) {
      sum = crc32(part, sum);
      yield part;
    }
    const trailer = await reader.take(8);
    if (trailer.length < 8) throw new ArchiveFault('truncated-archive', 'the gzip trailer is missing');
    if (trailer.readUInt32LE(0) !== sum) throw new ArchiveFault('corrupt-archive', 'the gzip checksum does not match');
    let next = await reader.peek(2);
    while (next[0] === 0) {
      await reader.take(1);
      next = await reader.peek(2);
    }
    if (next.length === 0) return;
    if (next[0] !== 0x1f || next[1] !== 0x8b)
      throw new ArchiveFault('trailing-garbage', 'expected the end behind gzip data');
  }
}

async function skipHeader(reader: ByteReader): Promise<void> {
  const header = await reader.take(10);
  const flags = header[3] ?? 0;
  if (flags & HAS_EXTRA) {
    const size = await reader.take(2);
    if (size.length === 2) await reader.take(size.readUInt16LE(0));
  }
  if (flags & HAS_NAME) await skipText(reader);
  if (flags & HAS_COMMENT) await skipText(reader);
  if (flags & HAS_HEADER_CHECKSUM) await reader.take(2);
}

async function skipText(reader: ByteReader): Promise<void> {
  for (let byte = await reader.take(1); byte.length === 1 && byte[0] !== 0; byte = await reader.take(1));
}
