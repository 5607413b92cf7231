import { Readable } from 'node:stream';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type Entry as ZipEntry,
  type ZipFile,
} from 'yauzl';
import { ByteReader, resumable } from './byte-reader.ts';
import { inflate } from './inflate.ts';
import { ArchiveFault, type Budget } from './member.ts';
import type { Entry } from './tar.ts';

/** Bytes that can be read from anywhere. */
export interface Ranges {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

const READ_BYTES = 64 * 1024;

/** The files in a zip, by its directory; without one (the zip was cut) those that can be found from the front. */
export async function* unzip(ranges: Ranges, budget: Budget): AsyncGenerator<Entry> {
  const zip = await openZip(ranges);
  if (zip === undefined) {
    yield* unzipFromFront(ranges, budget);
    return;
  }
  try {
    for await (const entry of zip.eachEntry()) {
      if (!pathOf(entry).endsWith('/')) yield { path: pathOf(entry), chunks: contentOf(zip, entry, budget) };
    }
  } catch (error) {
    throw asFault(error);
  } finally {
    zip.close();
  }
}

const pathOf = (entry: ZipEntry): string =>
  getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);

async function openZip(ranges: Ranges): Promise<ZipFile | undefined> {
  try {
    return await fromRandomAccessReaderPromise(new RangeReader(ranges), ranges.size, {
      lazyEntries: true,
      autoClose: false,
      // With it, one path out of the ordinary refuses the whole archive; nothing here writes to a path.
      decodeStrings: false,
    });
  } catch (error) {
    if (error instanceof SourceError) throw error.cause;
    return undefined;
  }
}

async function* contentOf(zip: ZipFile, entry: ZipEntry, budget: Budget): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted()) throw new ArchiveFault('encrypted-archive', 'expected a file without a password');
  if (!entry.canDecodeFileData()) throw new ArchiveFault('unsupported-archive', 'expected a stored or deflated file');
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      budget.inflated(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw asFault(error);
  }
}

function asFault(error: unknown): unknown {
  if (error instanceof ArchiveFault) return error;
  return error instanceof SourceError ? error.cause : new ArchiveFault('corrupt-archive', 'expected a whole zip');
}

/** An error of the source, as against one of the zip's form. */
class SourceError extends Error {}

class RangeReader extends RandomAccessReader {
  readonly #ranges: Ranges;

  constructor(ranges: Ranges) {
    super();
    this.#ranges = ranges;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(rangeChunks(this.#ranges, start, end));
  }
}

async function* rangeChunks(ranges: Ranges, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const chunk = await readRange(ranges, at, Math.min(READ_BYTES, end - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

async function readRange(ranges: Ranges, offset: number, length: number): Promise<Uint8Array> {
  try {
    return await ranges.read(offset, length);
  } catch (cause) {
    throw new SourceError('the source cannot be read', { cause });
  }
}

const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const SIZES_FOLLOW = 0x08;
const ENCRYPTED = 0x01;
const DEFLATED = 8;

/** Walks the local headers (APPNOTE 4.3.7) of a zip that lost its directory; it always ends with a fault. */
async function* unzipFromFront(ranges: Ranges, budget: Budget): AsyncGenerator<Entry> {
  const reader = new ByteReader(rangeChunks(ranges, 0, ranges.size));
  for (;;) {
    const header = await reader.take(30);
    if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_HEADER) break;
    const flags = header.readUInt16LE(6);
    const method = header.readUInt16LE(8);
    const path = (await reader.take(header.readUInt16LE(26))).toString('utf8');
    await reader.take(header.readUInt16LE(28));
    // A stored file of unknown size, or an encrypted one, has no end that can be found.
    if ((flags & ENCRYPTED) !== 0 || (method !== DEFLATED && (flags & SIZES_FOLLOW) !== 0)) break;
    const size = header.readUInt32LE(18);
    const content = resumable(method === DEFLATED ? inflate(reader, budget) : reader.exactly(size));
    if (!path.endsWith('/')) yield { path, chunks: content };
    for await (const _rest of content);
    if ((flags & SIZES_FOLLOW) !== 0) await skipDescriptor(reader);
  }
  throw new ArchiveFault('truncated-archive', 'the zip has no directory');
}

async function skipDescriptor(reader: ByteReader): Promise<void> {
  const start = await reader.peek(4);
  await reader.take(start.length === 4 && start.readUInt32LE(0) === DATA_DESCRIPTOR ? 16 : 12);
}
