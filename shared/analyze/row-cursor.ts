import type { EntityRef } from '../model/entity.ts';
import { type Block, compareTimes, endOf, type FactRows } from './fact-rows.ts';
import type { RunWriter } from './sorted-run.ts';

/** Goes through rows in order. It stands before the first one until `next` is called. */
export abstract class RowCursor {
  readonly rows: FactRows;
  abstract readonly block: Block;
  /** Where the row is in the block. It stays there until `next`. */
  at = 0;
  abstract readonly entity: EntityRef;
  /** The place of the entity in the order of the spool. */
  abstract readonly place: string;
  #id: string | undefined;

  constructor(rows: FactRows) {
    this.rows = rows;
  }

  /** Goes to the next row; false behind the last one. */
  next(): boolean {
    this.#id = undefined;
    return this.advance();
  }

  protected abstract advance(): boolean;

  /** The order of the rows that two cursors are at. Facts of different entities seldom meet, and of one tick few: only these have their ids computed. */
  compare(other: RowCursor): number {
    if (this.place !== other.place) return this.place < other.place ? -1 : 1;
    const times = compareTimes(this.block.view, this.at, other.block.view, other.at);
    if (times !== 0) return times;
    return compareIds(this.#idOfRow(), other.#idOfRow());
  }

  #idOfRow(): string {
    this.#id ??= this.rows.idOf(this.block, this.at, this.entity);
    return this.#id;
  }
}

export const compareIds = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Several cursors as one: all of buffers or all of runs, else what is compiled for the ones is thrown away for the others. Logs are
 * nearly in order, so the one that was first mostly stays first and moves by no place.
 */
export class Merge {
  readonly #cursors: RowCursor[];

  constructor(cursors: readonly RowCursor[]) {
    this.#cursors = cursors.filter((cursor) => cursor.next()).sort((a, b) => a.compare(b));
  }

  /** The cursor whose row is next; undefined behind the last row of all. */
  get first(): RowCursor | undefined {
    return this.#cursors[0];
  }

  /** Writes all that is to come. */
  writeTo(run: RunWriter): void {
    let place = '';
    for (let row = this.first; row; this.next(), row = this.first) {
      if (row.place !== place) run.addEntity(row.entity);
      place = row.place;
      run.add(row.block.bytes, row.at, endOf(row.block.view, row.at));
    }
  }

  next(): void {
    const cursors = this.#cursors;
    const moved = cursors[0];
    if (moved === undefined) return;
    if (!moved.next()) {
      cursors.shift();
      return;
    }
    let at = 0;
    for (let after = cursors[1]; after && moved.compare(after) > 0; after = cursors[at + 1]) cursors[at++] = after;
    cursors[at] = moved;
  }
}
