import { type Fact, rankOf, type Scalar, type StatedFact } from '../model/fact.ts';

/** What many facts have in common. */
export interface Head {
  readonly kind: Fact['kind'];
  readonly rank: number;
  readonly source: string;
  readonly flags: Fact['flags'];
  readonly identity: Shape;
  readonly attributes: Shape;
  /** Attributes of this shape, to be copied and filled: much faster than to name them one by one. */
  readonly blank: Readonly<Record<string, Scalar>>;
  /** How many texts and how many numbers a row of it holds. */
  readonly textCount: number;
  readonly numberCount: number;
}

/** What is known of values in turn: of a text and of a number that it is one, of all else (null, true, false) what it is. */
interface Shape {
  /** Where they have names. */
  readonly names: readonly string[];
  /** An empty text for each text, nought for each number, and the others. */
  readonly values: readonly Scalar[];
  /** The names of the texts, and those of the numbers. */
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
}

/** Of so many the rows say only the number; a run over very many sources has more. */
const MAX_HEADS = 4_096;
/** Of one kind and source so many are looked through. */
const MAX_ALIKE = 32;

const NONE: readonly number[] = [];

/** The heads of all rows, by number. */
export class FactHeads {
  readonly #heads: Head[] = [];
  /** Numbers of heads of the source that is being read, by kind: a kind has few sets of flags and shapes. */
  readonly #current = new Map<string, readonly number[]>();
  #source = '';

  at(number: number): Head | undefined {
    return this.#heads[number];
  }

  /** The number of a fact's head; -1 when there are too many, or a value is none that a row can hold. */
  numberOf(fact: StatedFact): number {
    const { kind, flags, identity, attributes } = fact;
    const { source } = fact.evidence;
    if (source !== this.#source) this.#current.clear();
    this.#source = source;
    const numbers = this.#current.get(kind) ?? NONE;
    for (const number of numbers) {
      const head = this.#heads[number];
      if (head && hasFlags(head.flags, flags) && isList(head.identity, identity) && isSet(head.attributes, attributes))
        return number;
    }
    if (
      this.#heads.length >= MAX_HEADS ||
      numbers.length >= MAX_ALIKE ||
      ![...identity, ...Object.values(attributes)].every(isPlain)
    )
      return -1;
    this.#current.set(kind, [...numbers, this.#heads.length]);
    return this.#heads.push(headOf(fact)) - 1;
  }
}

function headOf({ kind, evidence: { source }, flags, identity, attributes }: StatedFact): Head {
  const list = shapeOf(identity.map((value, index) => [String(index), value]));
  const set = shapeOf(Object.entries(attributes));
  const blank = Object.fromEntries(set.names.map((name, index) => [name, set.values[index] ?? null]));
  const textCount = list.texts.length + set.texts.length;
  const numberCount = list.numbers.length + set.numbers.length;
  return { kind, rank: rankOf(kind), source, flags, identity: list, attributes: set, blank, textCount, numberCount };
}

function shapeOf(entries: readonly (readonly [string, Scalar])[]): Shape {
  const namesOf = (type: string) => entries.filter(([, value]) => typeof value === type).map(([name]) => name);
  return {
    names: entries.map(([name]) => name),
    values: entries.map(([, value]) => (typeof value === 'string' ? '' : typeof value === 'number' ? 0 : value)),
    texts: namesOf('string'),
    numbers: namesOf('number'),
  };
}

function hasFlags(known: Fact['flags'], flags: Fact['flags']): boolean {
  return known === flags || (known.length === flags.length && flags.every((flag, index) => flag === known[index]));
}

function isList({ values }: Shape, identity: StatedFact['identity']): boolean {
  if (identity.length !== values.length) return false;
  for (let i = 0; i < values.length; i++) if (!isAs(values[i], identity[i])) return false;
  return true;
}

function isSet({ names, values }: Shape, attributes: Fact['attributes']): boolean {
  let index = 0;
  for (const name in attributes) {
    if (names[index] !== name || !isAs(values[index], attributes[name])) return false;
    index++;
  }
  return index === names.length;
}

/** Whether a value is as the shape says. */
const isAs = (known: Scalar | undefined, value: Scalar | undefined): boolean =>
  typeof value === 'string'
    ? typeof known === 'string'
    : typeof value === 'number'
      ? typeof known === 'number' && Number.isFinite(value)
      : value === known;

/** JSON has no word for the other numbers, nor for nothing at all. */
const isPlain = (value: Scalar | undefined): boolean =>
  typeof value === 'number' ? Number.isFinite(value) : value !== undefined;
