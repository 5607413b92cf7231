/** How often each of a few things came. Made for every line of a log: a count is looked up and raised, not put back. */
export class Counts<Name extends string = string> {
  readonly #counts = new Map<Name, { count: number }>();

  /** Goes on from counts that were stored, if any. */
  constructor(known: Iterable<readonly [Name, number]> = []) {
    for (const [name, count] of known) this.add(name, count);
  }

  add(name: Name, count = 1): void {
    const known = this.#counts.get(name);
    if (known === undefined) this.#counts.set(name, { count });
    else known.count += count;
  }

  of(name: Name): number {
    return this.#counts.get(name)?.count ?? 0;
  }

  /** In the order in which they first came. */
  *[Symbol.iterator](): Generator<[Name, number]> {
    for (const [name, { count }] of this.#counts) yield [name, count];
  }
}
