import { copyOf } from '../ingest/index.ts';
import { type EntityKind, type EntityRef, entityId, parentOf } from '../model/entity.ts';
import type { StatedFact } from '../model/fact.ts';
import { Block, compareTimes, endOf, type FactRows, NO_ROOM, roomFor } from './fact-rows.ts';
import { compareIds, RowCursor } from './row-cursor.ts';
import type { RunWriter } from './sorted-run.ts';

/** Order of the entities: by system, a gateway or server before what belongs to it. */
export function placeOf(entity: EntityRef): string {
  const parent = parentOf(entity);
  return `${(parent ?? entity).key}\u0000${parent ? 1 : 0}${entityId(entity)}`;
}

/** The rows of one entity. */
interface Rows {
  readonly entity: EntityRef;
  /** Where each begins, in the order in which they came. */
  readonly starts: number[];
}

/**
 * Facts waiting to be put in order, as rows in one block of memory outside of the heap: a fixed bound, and no work for the
 * garbage collector, which would let objects that live this long grow to several times their size.
 */
export class FactBuffer {
  readonly #rows: FactRows;
  #block: Block;
  #end = 0;
  readonly #entities = new Map<EntityKind, Map<string, Rows>>();

  constructor(rows: FactRows, maxBytes: number) {
    this.#rows = rows;
    this.#block = new Block(maxBytes);
  }

  /** False, and nothing done, when there is no room. An empty buffer makes room for anything. */
  add(fact: StatedFact): boolean {
    let end = this.#rows.write(fact, this.#block, this.#end);
    if (end === NO_ROOM) {
      if (this.#end > 0) return false;
      this.#block = new Block(roomFor(fact));
      end = this.#rows.write(fact, this.#block, 0);
    }
    this.#rowsOf(fact.entity).starts.push(this.#end);
    this.#end = end;
    return true;
  }

  /** Everything in order. It holds until `clear`. */
  sorted(): RowCursor {
    return new BufferCursor(this.#rows, this.#block, this.#placed());
  }

  /** Writes everything in order. */
  writeTo(run: RunWriter): void {
    const { bytes, view } = this.#block;
    for (const { entity, starts } of this.#placed()) {
      run.addEntity(entity);
      for (const at of starts) run.add(bytes, at, endOf(view, at));
    }
  }

  #placed(): PlacedRows[] {
    const all = [...this.#entities.values()].flatMap((byKey) => [...byKey.values()]);
    const placed = all.map(({ entity, starts }) => ({
      entity,
      place: placeOf(entity),
      starts: this.#sort(entity, starts),
    }));
    return placed.sort((a, b) => (a.place < b.place ? -1 : 1));
  }

  clear(): void {
    this.#entities.clear();
    this.#end = 0;
  }

  #rowsOf({ kind, key }: EntityRef): Rows {
    let byKey = this.#entities.get(kind);
    if (byKey === undefined) {
      byKey = new Map();
      this.#entities.set(kind, byKey);
    }
    let rows = byKey.get(key);
    if (rows === undefined) {
      const own = copyOf(key);
      rows = { entity: { kind, key: own }, starts: [] };
      byKey.set(own, rows);
    }
    return rows;
  }

  /**
   * By time first, in which facts mostly come, then those of one tick by their ids, which are costly. Where they begin is sorted, not
   * objects of them: ten thousand that live this long would be garbage hard to collect.
   */
  #sort(entity: EntityRef, starts: number[]): readonly number[] {
    const { view } = this.#block;
    if (!isInOrder(view, starts)) starts.sort((a, b) => compareTimes(view, a, view, b));
    for (let from = 0; from < starts.length; ) {
      const to = endOfTick(view, starts, from);
      if (to - from > 1) this.#sortTick(entity, starts, from, to);
      from = to;
    }
    return starts;
  }

  #sortTick(entity: EntityRef, starts: number[], from: number, to: number): void {
    const rows: { at: number; id: string }[] = [];
    for (let i = from; i < to; i++) {
      const at = starts[i] ?? 0;
      rows.push({ at, id: this.#rows.idOf(this.#block, at, entity) });
    }
    rows.sort(byId);
    for (const { at } of rows) starts[from++] = at;
  }
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => compareIds(a.id, b.id);

function isInOrder(view: DataView, starts: readonly number[]): boolean {
  let before = starts[0] ?? 0;
  for (const at of starts) {
    if (compareTimes(view, before, view, at) > 0) return false;
    before = at;
  }
  return true;
}

/** Where the rows end that have the time and the rank of one; they are in order. */
function endOfTick(view: DataView, starts: readonly number[], from: number): number {
  const first = starts[from] ?? 0;
  let to = from + 1;
  while (to < starts.length && compareTimes(view, first, view, starts[to] ?? 0) === 0) to++;
  return to;
}

interface PlacedRows {
  readonly entity: EntityRef;
  readonly place: string;
  /** Where each begins, in order. */
  readonly starts: readonly number[];
}

class BufferCursor extends RowCursor {
  readonly block: Block;
  readonly #left: Iterator<PlacedRows>;
  #current: PlacedRows = NOTHING;
  #index = 0;

  constructor(rows: FactRows, block: Block, placed: readonly PlacedRows[]) {
    super(rows);
    this.block = block;
    this.#left = placed.values();
  }

  get entity(): EntityRef {
    return this.#current.entity;
  }

  get place(): string {
    return this.#current.place;
  }

  protected advance(): boolean {
    let at = this.#current.starts[this.#index++];
    if (at === undefined) {
      const next = this.#left.next();
      if (next.done) return false;
      this.#current = next.value;
      at = next.value.starts[0] ?? 0;
      this.#index = 1;
    }
    this.at = at;
    return true;
  }
}

const NOTHING: PlacedRows = { entity: { kind: 'log-source', key: '' }, place: '', starts: [] };
