import { unlinkSync } from 'node:fs';
import type { EntityRef } from '../model/entity.ts';
import type { StatedFact } from '../model/fact.ts';
import { FactBuffer } from './fact-buffer.ts';
import { FactRows } from './fact-rows.ts';
import { Merge } from './row-cursor.ts';
import { RunCursor, type RunSource, writeRun } from './sorted-run.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/** Facts of one entity in event-time order, each id once. Read them before asking for the next entity. */
export interface EntityFacts {
  readonly entity: EntityRef;
  readonly facts: Iterable<StatedFact>;
}

export interface SpoolOptions {
  readonly folder: TemporaryFolder;
  /** Bytes of facts held in memory (one takes some 400); more go to sorted runs on disk. */
  readonly maxBytesInMemory?: number;
  /** Runs on disk before they are merged into one, which bounds open files and read buffers. */
  readonly maxRuns?: number;
}

/**
 * All facts of a run, put in order: entity by entity, a parent right before its children, each entity's facts by event time.
 * Beyond the bound they are written to temporary files as sorted runs and merged again, so memory does not grow with the
 * input. Facts of one id are one fact; which of them stays does not depend on the order they came in.
 */
export class Spool {
  readonly #folder: TemporaryFolder;
  readonly #rows = new FactRows();
  readonly #buffer: FactBuffer;
  readonly #maxRuns: number;
  #runs: string[] = [];

  constructor({ folder, maxBytesInMemory = 4 * 1024 * 1024, maxRuns = 64 }: SpoolOptions) {
    this.#folder = folder;
    this.#buffer = new FactBuffer(this.#rows, maxBytesInMemory);
    this.#maxRuns = maxRuns;
  }

  /** Takes a fact's bytes: nothing of it is held. */
  add(fact: StatedFact): void {
    if (this.#buffer.add(fact)) return;
    this.#spill();
    this.#buffer.add(fact);
    if (this.#runs.length < this.#maxRuns) return;
    const merged = this.#write(this.#merged());
    for (const path of this.#runs) unlinkSync(path);
    this.#runs = [merged];
  }

  /** Every entity with its facts, in order. The spool is not to be added to any more. */
  *entities(): Generator<EntityFacts> {
    // Where there are runs, what is left becomes one too, so that what was compiled for them stays as it is.
    if (this.#runs.length > 0) this.#spill();
    const merge = this.#runs.length > 0 ? this.#merged() : new Merge([this.#buffer.sorted()]);
    for (let row = merge.first; row; row = merge.first) {
      const facts = factsOf(row.place, merge);
      yield { entity: row.entity, facts };
      for (const _ of facts);
    }
  }

  #spill(): void {
    this.#runs.push(this.#write(this.#buffer));
    this.#buffer.clear();
  }

  #merged(): Merge {
    return new Merge(this.#runs.map((path) => new RunCursor(this.#rows, path)));
  }

  #write(source: RunSource): string {
    const path = this.#folder.newFile();
    writeRun(path, source);
    return path;
  }
}

/**
 * The facts of the entity at a place, as far as the merge comes to them. Statements of one fact stand together; of them one stays, the
 * same in whatever order they came.
 */
function* factsOf(place: string, merge: Merge): Generator<StatedFact> {
  let kept: StatedFact | undefined;
  for (let row = merge.first; row?.place === place; row = merge.first) {
    const fact = row.rows.read(row.block, row.at, row.entity);
    merge.next();
    if (kept === undefined) kept = fact;
    else if (isSameFact(kept, fact)) kept = compareStatements(kept, fact) <= 0 ? kept : fact;
    else {
      yield kept;
      kept = fact;
    }
  }
  if (kept !== undefined) yield kept;
}

/** Whether two statements about one entity have one id, told without computing it. */
const isSameFact = (a: StatedFact, b: StatedFact): boolean =>
  a.ms === b.ms &&
  a.time === b.time &&
  a.kind === b.kind &&
  a.identity.length === b.identity.length &&
  a.identity.every((value, index) => value === b.identity[index]);

/** Puts two statements of one fact into an order that does not depend on which of them came first. */
const compareStatements = (a: StatedFact, b: StatedFact): number => Buffer.compare(statementOf(a), statementOf(b));

const statementOf = ({ kind, attributes, evidence: { source, line, byte }, flags }: StatedFact): Buffer =>
  Buffer.from(JSON.stringify([kind, attributes, source, line, byte, flags]));
