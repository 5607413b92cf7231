import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { type EntityRef, entityId, parentOf, parseEntityId } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import { factOf, idOf, lineOf } from './fact-line.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/** Facts of one entity in event-time order, each id once. Read them before asking for the next entity. */
export interface EntityFacts {
  readonly entity: EntityRef;
  readonly facts: Iterable<Fact>;
}

export interface SpoolOptions {
  readonly folder: TemporaryFolder;
  /** Facts held in memory; more go to sorted runs on disk. */
  readonly maxInMemory?: number;
  /** Runs on disk before they are merged into one, which bounds open files and read buffers. */
  readonly maxRuns?: number;
}

/** A fact as a line, behind the place of its entity in the order of the spool. */
interface Item {
  readonly place: string;
  readonly entity: EntityRef;
  readonly line: string;
}

const READ_BYTES = 16 * 1024;
const WRITE_CHARS = 64 * 1024;

/**
 * All facts of a run, put in order: entity by entity, a parent right before its children, each entity's facts by event time.
 * Beyond the bound they are written to temporary files as sorted runs and merged again, so memory does not grow with the
 * input. Facts of one id are one fact; which of them stays does not depend on the order they came in.
 */
export class Spool {
  readonly #folder: TemporaryFolder;
  readonly #maxInMemory: number;
  readonly #maxRuns: number;
  #runs: string[] = [];
  #buffer = new Map<string, { readonly entity: EntityRef; readonly lines: string[] }>();
  #buffered = 0;

  constructor({ folder, maxInMemory = 15_000, maxRuns = 64 }: SpoolOptions) {
    this.#folder = folder;
    this.#maxInMemory = maxInMemory;
    this.#maxRuns = maxRuns;
  }

  add(fact: Fact): void {
    const id = entityId(fact.entity);
    let bucket = this.#buffer.get(id);
    if (!bucket) {
      bucket = { entity: fact.entity, lines: [] };
      this.#buffer.set(id, bucket);
    }
    bucket.lines.push(lineOf(fact));
    this.#buffered++;
    if (this.#buffered >= this.#maxInMemory) this.#flush();
  }

  /** Every entity with its facts, in order. The spool is not to be added to any more. */
  *entities(): Generator<EntityFacts> {
    const items = distinct(merge([...this.#runs.map(readRun), this.#sorted()]));
    let next = items.next();
    while (!next.done) {
      const { place, entity } = next.value;
      const facts = (function* (): Generator<Fact> {
        while (!next.done && next.value.place === place) {
          yield factOf(next.value.line, entity);
          next = items.next();
        }
      })();
      yield { entity, facts };
      for (const _ of facts);
    }
  }

  #flush(): void {
    const run = this.#write(distinct(this.#sorted()));
    this.#buffer = new Map();
    this.#buffered = 0;
    this.#runs.push(run);
    if (this.#runs.length < this.#maxRuns) return;
    const merged = this.#write(distinct(merge(this.#runs.map(readRun))));
    for (const path of this.#runs) unlinkSync(path);
    this.#runs = [merged];
  }

  *#sorted(): Generator<Item> {
    const buckets = [...this.#buffer.values()].map((bucket) => ({ ...bucket, place: placeOf(bucket.entity) }));
    buckets.sort((a, b) => (a.place < b.place ? -1 : 1));
    for (const { place, entity, lines } of buckets) for (const line of lines.sort()) yield { place, entity, line };
  }

  /** A line per fact, and a line with the entity's id before its first one. */
  #write(items: Iterable<Item>): string {
    const path = this.#folder.newFile();
    const file = openSync(path, 'wx', 0o600);
    try {
      let pending = '';
      let place = '';
      for (const item of items) {
        if (item.place !== place) pending += `${JSON.stringify(entityId(item.entity))}\n`;
        place = item.place;
        pending += `${item.line}\n`;
        if (pending.length < WRITE_CHARS) continue;
        writeAll(file, pending);
        pending = '';
      }
      writeAll(file, pending);
    } finally {
      closeSync(file);
    }
    return path;
  }
}

/** Order of the entities: by system, a gateway or server before what belongs to it. */
function placeOf(entity: EntityRef): string {
  const parent = parentOf(entity);
  return `${(parent ?? entity).key}\u0000${parent ? 1 : 0}${entityId(entity)}`;
}

const isBefore = (a: Item, b: Item): boolean => (a.place === b.place ? a.line < b.line : a.place < b.place);

/** Merges sorted runs. Logs are nearly in order, so the run that was first mostly stays first and moves by no place. */
function* merge(runs: readonly Generator<Item>[]): Generator<Item> {
  const heads: { item: Item; readonly rest: Generator<Item> }[] = [];
  for (const rest of runs) {
    const first = rest.next();
    if (!first.done) heads.push({ item: first.value, rest });
  }
  heads.sort((a, b) => (isBefore(a.item, b.item) ? -1 : 1));
  for (let head = heads[0]; head; head = heads[0]) {
    yield head.item;
    const next = head.rest.next();
    if (next.done) {
      heads.shift();
      continue;
    }
    head.item = next.value;
    let at = 0;
    for (let after = heads[1]; after && isBefore(after.item, head.item); after = heads[at + 1]) heads[at++] = after;
    heads[at] = head;
  }
}

/** Statements of one fact stand together: its id follows from its entity, kind and time. */
function* distinct(items: Iterable<Item>): Generator<Item> {
  let last = '';
  for (const item of items) {
    const id = idOf(item.line);
    if (id === last) continue;
    last = id;
    yield item;
  }
}

function* readRun(path: string): Generator<Item> {
  let entity: EntityRef | undefined;
  let place = '';
  for (const line of readLines(path)) {
    if (line.startsWith('"')) {
      entity = parseEntityId(String(JSON.parse(line)));
      place = entity ? placeOf(entity) : '';
    } else if (entity) yield { place, entity, line };
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function* readLines(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(READ_BYTES);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let count = readSync(file, bytes); count > 0; count = readSync(file, bytes)) {
      const lines = (rest + decoder.write(bytes.subarray(0, count))).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
}
