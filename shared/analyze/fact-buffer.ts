import { type EntityRef, entityId, parentOf } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import type { FactLines } from './fact-line.ts';

/** A fact as a line, with the place of its entity in the order of the spool. */
export interface Item {
  readonly place: string;
  readonly entity: EntityRef;
  readonly line: Buffer;
}

/** Order of the entities: by system, a gateway or server before what belongs to it. */
export function placeOf(entity: EntityRef): string {
  const parent = parentOf(entity);
  return `${(parent ?? entity).key}\u0000${parent ? 1 : 0}${entityId(entity)}`;
}

export function compareItems(a: Item, b: Item): number {
  if (a.place !== b.place) return a.place < b.place ? -1 : 1;
  return a.line.compare(b.line);
}

/** Bytes of UTF-8 that one character of a string takes at most. */
const MAX_BYTES_PER_CHAR = 3;

/**
 * Facts waiting to be put in order, as lines in one block of memory outside of the heap: a fixed bound, and no work for the
 * garbage collector, which would let objects that live this long grow to several times their size.
 */
export class FactBuffer {
  readonly #lines: FactLines;
  #bytes: Buffer;
  #end = 0;
  readonly #entities = new Map<
    string,
    { readonly entity: EntityRef; readonly ends: number[]; readonly starts: number[] }
  >();

  constructor(lines: FactLines, maxBytes: number) {
    this.#lines = lines;
    this.#bytes = Buffer.allocUnsafeSlow(maxBytes);
  }

  /** False, and nothing done, when there is no room. An empty buffer makes room for anything. */
  add(fact: Fact): boolean {
    const line = this.#lines.lineOf(fact);
    const need = line.length * MAX_BYTES_PER_CHAR;
    if (this.#end + need > this.#bytes.length) {
      if (this.#end > 0) return false;
      this.#bytes = Buffer.allocUnsafeSlow(need);
    }
    const id = entityId(fact.entity);
    let lines = this.#entities.get(id);
    if (!lines) {
      lines = { entity: fact.entity, starts: [], ends: [] };
      this.#entities.set(id, lines);
    }
    lines.starts.push(this.#end);
    this.#end += this.#bytes.write(line, this.#end);
    lines.ends.push(this.#end);
    return true;
  }

  /** Everything in order. The lines are views: they hold until `clear`. */
  *sorted(): Generator<Item> {
    const entities = [...this.#entities.values()].map((lines) => ({ ...lines, place: placeOf(lines.entity) }));
    entities.sort((a, b) => (a.place < b.place ? -1 : 1));
    const bytes = this.#bytes;
    for (const { place, entity, starts, ends } of entities) {
      const compare = (a: number, b: number) => bytes.compare(bytes, starts[b], ends[b], starts[a], ends[a]);
      // Their numbers are sorted, not views of them: ten thousand objects that live this long would be garbage hard to collect.
      for (const index of [...starts.keys()].sort(compare)) {
        yield { place, entity, line: bytes.subarray(starts[index], ends[index]) };
      }
    }
  }

  clear(): void {
    this.#entities.clear();
    this.#end = 0;
  }
}
