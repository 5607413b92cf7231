import { unlinkSync } from 'node:fs';
import type { EntityRef } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import { compareItems, FactBuffer, type Item } from './fact-buffer.ts';
import { FactLines, isSameFact } from './fact-line.ts';
import { readRun, writeRun } from './sorted-run.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/** Facts of one entity in event-time order, each id once. Read them before asking for the next entity. */
export interface EntityFacts {
  readonly entity: EntityRef;
  readonly facts: Iterable<Fact>;
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
  readonly #lines = new FactLines();
  readonly #buffer: FactBuffer;
  readonly #maxRuns: number;
  #runs: string[] = [];

  constructor({ folder, maxBytesInMemory = 4 * 1024 * 1024, maxRuns = 64 }: SpoolOptions) {
    this.#folder = folder;
    this.#buffer = new FactBuffer(this.#lines, maxBytesInMemory);
    this.#maxRuns = maxRuns;
  }

  add(fact: Fact): void {
    if (this.#buffer.add(fact)) return;
    this.#runs.push(this.#write(this.#buffer.sorted()));
    this.#buffer.clear();
    this.#buffer.add(fact);
    if (this.#runs.length < this.#maxRuns) return;
    const merged = this.#write(merge(this.#runs.map(readRun)));
    for (const path of this.#runs) unlinkSync(path);
    this.#runs = [merged];
  }

  /** Every entity with its facts, in order. The spool is not to be added to any more. */
  *entities(): Generator<EntityFacts> {
    const items = distinct(merge([...this.#runs.map(readRun), this.#buffer.sorted()]), this.#lines);
    const lines = this.#lines;
    let next = items.next();
    while (!next.done) {
      const { place, entity } = next.value;
      const facts = (function* (): Generator<Fact> {
        while (!next.done && next.value.place === place) {
          yield lines.factOf(next.value.line, entity);
          next = items.next();
        }
      })();
      yield { entity, facts };
      for (const _ of facts);
    }
  }

  #write(items: Iterable<Item>): string {
    const path = this.#folder.newFile();
    writeRun(path, distinct(items, this.#lines));
    return path;
  }
}

/** Merges sorted runs. Logs are nearly in order, so the run that was first mostly stays first and moves by no place. */
function* merge(runs: readonly Generator<Item>[]): Generator<Item> {
  const heads: { item: Item; readonly rest: Generator<Item> }[] = [];
  for (const rest of runs) {
    const first = rest.next();
    if (!first.done) heads.push({ item: first.value, rest });
  }
  heads.sort((a, b) => compareItems(a.item, b.item));
  for (let head = heads[0]; head; head = heads[0]) {
    yield head.item;
    const next = head.rest.next();
    if (next.done) {
      heads.shift();
      continue;
    }
    head.item = next.value;
    let at = 0;
    for (let after = heads[1]; after && compareItems(head.item, after.item) > 0; after = heads[at + 1]) {
      heads[at++] = after;
    }
    heads[at] = head;
  }
}

/** Statements of one fact stand together; of them one stays, the same in whatever order they came. */
function* distinct(items: Iterable<Item>, lines: FactLines): Generator<Item> {
  let kept: Item | undefined;
  for (const item of items) {
    if (kept?.place === item.place && isSameFact(kept.line, item.line)) {
      const first = lines.compareStatements(kept.line, item.line, item.entity) <= 0 ? kept : item;
      // A copy: a view of a run holds only until the second next one.
      kept = { ...first, line: Buffer.from(first.line) };
      continue;
    }
    if (kept !== undefined) yield kept;
    kept = item;
  }
  if (kept !== undefined) yield kept;
}
