import type { Rejection } from '../model/record.ts';
import { ByteReader } from './archive/byte-reader.ts';
import { pemOf } from './archive/der.ts';
import { gunzip } from './archive/inflate.ts';
import { ArchiveFault, Budget, DEFAULT_LIMITS, type Limits, type Member, type SourceInput } from './archive/member.ts';
import { SNIFF_BYTES, sniff } from './archive/sniff.ts';
import { spool } from './archive/spool.ts';
import { type Entry, untar } from './archive/tar.ts';
import { type Ranges, unzip } from './archive/zip.ts';

/** Archives in archives: a bundle holds rotated `.gz` files; more than this is a trap. */
const MAX_DEPTH = 6;

interface Content {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Only the source itself has these. */
  readonly ranges?: Ranges | undefined;
  readonly reopen?: (fromByte: number) => AsyncIterable<Uint8Array>;
}

/**
 * The logs in a source: itself, or what its archives hold, at any depth: gzip, tar, zip and mixtures, told by their first bytes
 * and never loaded whole; certificates in DER as text. An archive that is cut, broken, too deep or a bomb gives what was readable, then a failure.
 *
 * Example: `for await (const member of openMembers(input)) for await (const chunk of member.chunks()) framer.push(chunk);`
 */
export function openMembers(input: SourceInput, limits: Limits = DEFAULT_LIMITS): AsyncGenerator<Member> {
  const budget = new Budget(limits);
  const { size, read } = input;
  const ranges: Ranges | undefined =
    size === undefined || read === undefined
      ? undefined
      : {
          size,
          async read(offset, length) {
            const bytes = await read.call(input, offset, length);
            budget.read(bytes.length);
            return bytes;
          },
        };
  const counted = (fromByte: number) => counting(input.stream(fromByte), budget);
  return open({ name: input.name, chunks: counted(0), ranges, reopen: counted }, budget, 0);
}

async function* open(content: Content, budget: Budget, depth: number): AsyncGenerator<Member> {
  const reader = new ByteReader(content.chunks);
  const kind = sniff(await reader.peek(SNIFF_BYTES));
  if (kind === 'plain' || kind === 'der') {
    // Of what is made anew from its bytes, no place is a place in the source.
    if (kind === 'plain') yield new ContentMember(content, reader);
    else yield new ContentMember({ name: content.name }, new ByteReader(pemOf(reader)));
    await reader.close();
    return;
  }
  try {
    if (depth === MAX_DEPTH)
      throw new ArchiveFault('archive-too-deep', `expected at most ${MAX_DEPTH} archives in each other`);
    if (kind === 'unsupported') throw new ArchiveFault('unsupported-archive', 'expected gzip, zip or tar');
    if (kind === 'gzip') yield* open({ name: content.name, chunks: gunzip(reader, budget) }, budget, depth + 1);
    else if (kind === 'tar') yield* openEntries(content.name, untar(reader), budget, depth);
    else yield* openZip(content, reader, budget, depth);
  } catch (error) {
    if (!(error instanceof ArchiveFault)) throw error;
    if (!error.told) yield new FailedMember(content.name, error);
  } finally {
    await reader.close();
  }
}

async function* openEntries(
  name: string,
  entries: AsyncIterable<Entry>,
  budget: Budget,
  depth: number,
): AsyncGenerator<Member> {
  for await (const { path, chunks } of entries) yield* open({ name: `${name}!${path}`, chunks }, budget, depth + 1);
}

async function* openZip(content: Content, reader: ByteReader, budget: Budget, depth: number): AsyncGenerator<Member> {
  if (content.ranges !== undefined) {
    yield* openEntries(content.name, unzip(content.ranges, budget), budget, depth);
    return;
  }
  const spooled = await spool(reader.rest());
  try {
    yield* openEntries(content.name, unzip(spooled, budget), budget, depth);
  } finally {
    await spooled.remove();
  }
}

async function* counting(chunks: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    budget.read(chunk.length);
    yield chunk;
  }
}

const rejectionOf = (source: string, byte: number, fault: ArchiveFault): Rejection => ({
  position: { source, line: 0, byte },
  reason: fault.code,
  detail: fault.message,
});

/** A log whose bytes come out of the reader. */
class ContentMember implements Member {
  readonly name: string;
  readonly #content: Pick<Content, 'name' | 'reopen'>;
  readonly #reader: ByteReader;
  #failure: Rejection | undefined;

  constructor(content: Pick<Content, 'name' | 'reopen'>, reader: ByteReader) {
    this.name = content.name;
    this.#content = content;
    this.#reader = reader;
  }

  get failure(): Rejection | undefined {
    return this.#failure;
  }

  async *chunks(fromByte = 0): AsyncGenerator<Uint8Array> {
    if (fromByte > 0 && this.#content.reopen !== undefined) {
      await this.#reader.close();
      yield* this.#content.reopen(fromByte);
      return;
    }
    let at = 0;
    try {
      for await (const chunk of this.#reader.rest()) {
        const start = Math.max(0, fromByte - at);
        at += chunk.length;
        if (start < chunk.length) yield chunk.subarray(start);
      }
    } catch (error) {
      if (!(error instanceof ArchiveFault)) throw error;
      error.told = true;
      this.#failure = rejectionOf(this.name, at, error);
    }
  }
}

/** An archive that could not be opened, or not to its end. */
class FailedMember implements Member {
  readonly name: string;
  readonly failure: Rejection;

  constructor(name: string, fault: ArchiveFault) {
    this.name = name;
    this.failure = rejectionOf(name, 0, fault);
  }

  async *chunks(): AsyncGenerator<Uint8Array> {}
}
