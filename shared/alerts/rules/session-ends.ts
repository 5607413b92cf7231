import type { Position } from '../../model/record.ts';
import type { Millis } from '../../model/time.ts';

export interface SessionEnd {
  readonly at: Millis;
  /** By dead peer detection. */
  readonly dpd: boolean;
  readonly evidence: Position;
}

/** So many that left the window, and as many as are in it, are dropped at once. */
const DROP_BATCH = 64;

/** Stands first in every list: to the engine one that begins empty is of another kind, and what it compiled for the others is thrown away. */
const GONE: SessionEnd = { at: Number.NEGATIVE_INFINITY, dpd: false, evidence: { source: '', line: 0, byte: 0 } };

/** The ends of a server's sessions within a window, oldest first. All of them are judged at each, so nothing is counted or moved anew. */
export class SessionEnds {
  readonly #ends: SessionEnd[];
  /** How many of them have left the window. */
  #gone = 1;
  #dpdCount: number;

  constructor(ends: readonly SessionEnd[] = []) {
    this.#ends = [GONE, ...ends];
    this.#dpdCount = ends.filter(({ dpd }) => dpd).length;
  }

  get first(): SessionEnd | undefined {
    return this.#ends[this.#gone];
  }

  get count(): number {
    return this.#ends.length - this.#gone;
  }

  /** How many of them were by dead peer detection. */
  get dpdCount(): number {
    return this.#dpdCount;
  }

  all(): SessionEnd[] {
    return this.#ends.slice(this.#gone);
  }

  add(end: SessionEnd): void {
    this.#ends.push(end);
    if (end.dpd) this.#dpdCount++;
  }

  forgetBefore(from: Millis): void {
    for (let { first } = this; first !== undefined && first.at < from; first = this.first) {
      if (first.dpd) this.#dpdCount--;
      this.#gone++;
    }
    if (this.#gone < DROP_BATCH || this.#gone < this.count) return;
    this.#ends.splice(0, this.#gone);
    this.#gone = 0;
  }
}
