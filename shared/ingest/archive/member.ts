import type { Rejection } from '../../model/record.ts';

/** Something to read: a file, standard input, a blob. */
export interface SourceInput {
  readonly name: string;
  /** Bytes; undefined for a pipe. */
  readonly size?: number;
  /** The bytes from an offset on; each piece holds until the next one is asked for. A pipe can be read once, from 0. */
  stream(fromByte?: number): AsyncIterable<Uint8Array>;
  /** Some bytes from anywhere; fewer at the end. Without it a zip is spooled to a temporary file. */
  read?(offset: number, length: number): Promise<Uint8Array>;
}

/** One log in a source: the source itself, or a file in its archive. Read it before asking for the next one. */
export interface Member {
  /** The source's name, and behind `!` the path in the archive: `bundle.zip!var/log/app.log`. */
  readonly name: string;
  /**
   * The uncompressed bytes from an offset on; each chunk holds until the next one is asked for. What was readable comes first; then
   * see `failure`. Once only.
   */
  chunks(fromByte?: number): AsyncIterable<Uint8Array>;
  /** Why it ended early or could not be read at all; known when `chunks()` is through. */
  readonly failure: Rejection | undefined;
}

/** A fault of an archive; `code` is the reason of the rejection that it becomes. Errors of the source itself stay errors. */
export class ArchiveFault extends Error {
  readonly code: string;
  /** Set when a member told it, so that the archive around it does not tell it again. */
  told = false;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Limits {
  /** From how many times the input's size on output is a bomb … */
  readonly maxRatio: number;
  /** … if it is more than this many bytes: small files of blanks are no bombs. */
  readonly harmlessBytes: number;
}

export const DEFAULT_LIMITS: Limits = { maxRatio: 1000, harmlessBytes: 1024 ** 3 };

/** Compares what came out of a source's archives, at every level, with what went in. */
export class Budget {
  readonly #limits: Limits;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  read(bytes: number): void {
    this.#bytesIn += bytes;
  }

  /** Throws the fault `archive-bomb` when it is too much. */
  inflated(bytes: number): void {
    this.#bytesOut += bytes;
    const tooMuch = this.#bytesOut > this.#limits.harmlessBytes;
    if (tooMuch && this.#bytesOut > this.#bytesIn * this.#limits.maxRatio) {
      throw new ArchiveFault('archive-bomb', `expected at most ${this.#limits.maxRatio} times the input`);
    }
  }
}
