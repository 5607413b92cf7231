import type { Fact, Scalar } from '../model/fact.ts';

/** What many facts have in common. */
export interface Head {
  readonly kind: Fact['kind'];
  readonly source: string;
  readonly flags: Fact['flags'];
  /** Names of the attributes, in their order. */
  readonly names: readonly string[];
  /** Attributes of these names, to be copied: much faster than to name them one by one. */
  readonly blank: Readonly<Record<string, Scalar>>;
}

/** Of so many the rows say only the number; a run over very many sources has more. */
const MAX_HEADS = 4_096;

/** The heads of all rows, by number. */
export class FactHeads {
  readonly #heads: Head[] = [];
  /** Numbers of heads of the source that is being read, by kind: a kind has few sets of flags and names. */
  readonly #current = new Map<string, number[]>();
  #source = '';

  at(number: number): Head | undefined {
    return this.#heads[number];
  }

  /** The number of a fact's head; -1 when there are too many. */
  numberOf({ kind, flags, attributes, evidence: { source } }: Omit<Fact, 'id'>): number {
    if (source !== this.#source) this.#current.clear();
    this.#source = source;
    const numbers = this.#current.get(kind);
    if (numbers !== undefined)
      for (const number of numbers) {
        const head = this.#heads[number];
        if (head && hasFlags(head.flags, flags) && hasNames(head.names, attributes)) return number;
      }
    if (this.#heads.length >= MAX_HEADS) return -1;
    this.#current.set(kind, [...(numbers ?? []), this.#heads.length]);
    const names = Object.keys(attributes);
    const blank = Object.fromEntries(names.map((name) => [name, null]));
    return this.#heads.push({ kind, source, flags, names, blank }) - 1;
  }
}

function hasFlags(known: Fact['flags'], flags: Fact['flags']): boolean {
  return known === flags || (known.length === flags.length && flags.every((flag, index) => flag === known[index]));
}

function hasNames(names: readonly string[], attributes: Fact['attributes']): boolean {
  let index = 0;
  for (const name in attributes) if (names[index++] !== name) return false;
  return index === names.length;
}
