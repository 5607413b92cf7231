import { ArchiveFault } from './member.ts';

/** As files are read, so that their pieces are passed on uncut. */
const SLICE_BYTES = 64 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * Reads a stream of chunks by need: some bytes, an exact number, a look ahead. A chunk of the stream holds until the next one is
 * asked for, and so does a slice; what is taken or looked at is the caller's own.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #pending: Buffer = NO_BYTES;
  #error: { readonly cause: unknown } | undefined;
  #done = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, in small slices; undefined at the end. An error of the source is thrown behind the bytes before it. */
  async slice(): Promise<Buffer | undefined> {
    await this.#fill(1);
    if (this.#pending.length === 0) {
      if (this.#error !== undefined) throw this.#error.cause;
      return undefined;
    }
    return this.#cut(Math.min(SLICE_BYTES, this.#pending.length));
  }

  /** Exactly `length` bytes, or what is left. */
  async take(length: number): Promise<Buffer> {
    await this.#fill(length);
    return Buffer.from(this.#cut(Math.min(length, this.#pending.length)));
  }

  /** Up to `length` bytes without moving on. */
  async peek(length: number): Promise<Buffer> {
    await this.#fill(length);
    return Buffer.from(this.#pending.subarray(0, length));
  }

  /** Puts bytes back. */
  unread(bytes: Buffer): void {
    this.#pending = Buffer.concat([bytes, this.#pending]);
  }

  /** The next `length` bytes as they come; fewer are a fault, behind them. */
  async *exactly(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      const slice = await this.slice();
      if (slice === undefined) throw new ArchiveFault('truncated-archive', 'the archive ends too early');
      if (slice.length > left) this.unread(slice.subarray(left));
      yield slice.subarray(0, left);
      left -= slice.length;
    }
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    try {
      for (let slice = await this.slice(); slice !== undefined; slice = await this.slice()) yield slice;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    await this.#source.return?.();
  }

  async #fill(length: number): Promise<void> {
    while (this.#pending.length < length && !this.#done) {
      const rest = Buffer.from(this.#pending);
      const chunk = await this.#next();
      // Of a plain file each chunk is passed on as it is.
      this.#pending = rest.length === 0 ? (chunk ?? rest) : Buffer.concat([rest, chunk ?? NO_BYTES]);
    }
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const { value, done } = await this.#source.next();
      if (done !== true) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    } catch (cause) {
      this.#error = { cause };
    }
    this.#done = true;
    return undefined;
  }

  #cut(length: number): Buffer {
    const bytes = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return bytes;
  }
}

/** An iterable that can be left and gone on with, and that meets its fault again each time. */
export function resumable(content: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  let fault: { readonly cause: unknown } | undefined;
  return {
    async *[Symbol.asyncIterator]() {
      if (fault !== undefined) throw fault.cause;
      try {
        for (let part = await content.next(); part.done !== true; part = await content.next()) yield part.value;
      } catch (cause) {
        fault = { cause };
        throw cause;
      }
    },
  };
}
