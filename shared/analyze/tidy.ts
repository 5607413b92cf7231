/**
 * The engine lets garbage grow to a multiple of what lives before it looks; with `--expose-gc` we say when: each time that much was
 * worked through.
 */
export class Tidy {
  readonly #every: number;
  #since = 0;

  constructor(every: number) {
    this.#every = every;
  }

  /** So much more was worked through. */
  worked(amount: number): void {
    this.#since += amount;
    if (this.#since < this.#every) return;
    this.#since = 0;
    globalThis.gc?.();
  }
}
