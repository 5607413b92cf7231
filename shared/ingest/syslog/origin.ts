import type { RawLine } from '../raw-line.ts';

/** Who wrote a line. */
export interface Origin {
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly msgId: string | undefined;
}

interface Known {
  readonly bytes: Uint8Array;
  readonly origin: Origin;
}

const SLOTS = 4096;
/** Longer than any usual host, tag and process id together. */
const MAX_LENGTH = 128;
const COLON = 0x3a;
const SPACE = 0x20;

/**
 * What the bytes between stamp and message said of who wrote the line: hosts and programs are few, so the same bytes come again and
 * again, and are read once. Only bytes that settle it all are kept: what follows them changes nothing. Forgets what another displaces.
 */
class KnownOrigins {
  readonly #slots: (Known | undefined)[] = new Array(SLOTS).fill(undefined);
  #hash = 0;

  /** The index behind the next so many spaces, for `find` and `keep`; -1 when there are not. */
  behindSpaces({ codes, end }: RawLine, at: number, count: number): number {
    const limit = Math.min(end, at + MAX_LENGTH);
    let hash = count;
    let left = count;
    for (let i = at; i < limit; i++) {
      const code = codes[i] ?? 0;
      hash = (Math.imul(hash, 31) + code) | 0;
      if (code === SPACE && --left === 0) {
        this.#hash = hash;
        return i + 1;
      }
    }
    return -1;
  }

  /** The index behind the first colon that a space follows, for `find` and `keep`; -1 when the first colon is none. */
  behindColon({ codes, end }: RawLine, at: number): number {
    const limit = Math.min(end - 1, at + MAX_LENGTH);
    let hash = 0;
    for (let i = at; i < limit; i++) {
      const code = codes[i] ?? 0;
      hash = (Math.imul(hash, 31) + code) | 0;
      if (code === COLON) {
        this.#hash = hash;
        return codes[i + 1] === SPACE ? i + 1 : -1;
      }
    }
    return -1;
  }

  /** What the bytes up to the index that was found last said; undefined when they are not known. */
  find({ codes }: RawLine, at: number, end: number): Origin | undefined {
    const known = this.#slots[this.#slot];
    if (known === undefined || known.bytes.length !== end - at) return undefined;
    const { bytes } = known;
    for (let i = bytes.length - 1; i >= 0; i--) if (bytes[i] !== codes[at + i]) return undefined;
    return known.origin;
  }

  keep({ codes }: RawLine, at: number, end: number, origin: Origin): void {
    this.#slots[this.#slot] = { bytes: Uint8Array.from(codes.subarray(at, end)), origin };
  }

  get #slot(): number {
    return (this.#hash ^ (this.#hash >>> 12)) & (SLOTS - 1);
  }
}

/** By `host tag[pid]:`. */
export const taggedOrigins = new KnownOrigins();
/** By the fields of RFC 5424. */
export const fieldedOrigins = new KnownOrigins();
