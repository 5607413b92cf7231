import { BundleTally, Framer, type FramerState, type Member, openMembers, Reader } from '../ingest/index.ts';
import { tunnelServerEntity } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import { makeFact } from '../model/fact.ts';
import type { Position, RawRecord } from '../model/record.ts';
import { type Millis, SECOND, timestampOf } from '../model/time.ts';
import type { BlobProperties, DeadLetter } from '../store/ports.ts';
import { absorb } from './absorb.ts';
import { rememberResource } from './archive-resources.ts';
import { blobInput, hostNamedBy } from './blob-input.ts';
import { type Cursor, readCursor, type StoredCursor, saveCursor } from './cursor.ts';
import { keepLogSet, keptPart } from './log-sets.ts';
import type { Pipeline } from './pipeline.ts';
import { sourceContext, sourceSettings } from './sources.ts';

/** A slice ends after this long and queues itself again, well inside the platform's limit. */
const SLICE_MS = 30 * SECOND;
/** Every step renews it; a worker that dies is waited for no longer than this. */
const LEASE_MS = 30 * SECOND;
/** How much is read before it is made durable and the cursor moves. */
const STEP_FACTS = 2_000;
const STEP_BYTES = 8 * 1024 * 1024;
const MAX_TRIES = 20;

/**
 * Works one slice of a blob: reads on from the cursor, makes facts and dead letters durable, then moves the cursor, step by
 * step until the blob or the time is over. Dying in between repeats at most one step, which changes nothing. `final`: the
 * blob will not grow, so a last line without a line end counts. Returns the cursor as it stands, undefined when there is none.
 */
export async function workCursor(
  pipeline: Pipeline,
  id: string,
  deadline: Millis = pipeline.now() + SLICE_MS,
  mode: 'growing' | 'final' = 'growing',
  known?: StoredCursor,
): Promise<StoredCursor | undefined> {
  const stored = known ?? (await readCursor(pipeline, id));
  if (!stored || stored.cursor.state === 'gone' || stored.cursor.state === 'failed') return stored;
  const now = pipeline.now();
  if (stored.cursor.leasedUntil > now) return stored;
  const blob = await pipeline.blobs.properties(stored.cursor.container, stored.cursor.blob);
  if (!blob) return saveCursor(pipeline, { ...stored.cursor, state: 'gone', leasedUntil: 0 }, stored.etag);
  if (stored.cursor.route === 'archive' && stored.cursor.membersDone === 0) {
    await rememberResource(pipeline, { container: blob.container, name: blob.name });
  }
  const current = { ...ofThisBlob(stored.cursor, blob), leasedUntil: now + LEASE_MS, tries: stored.cursor.tries + 1 };
  const leased = await saveCursor(pipeline, { ...current, state: 'open' }, stored.etag);
  if (!leased) return readCursor(pipeline, id);
  if (current.tries > MAX_TRIES) {
    pipeline.log('cursor.failed', { cursor: id, error: current.error });
    return saveCursor(pipeline, { ...leased.cursor, state: 'failed', leasedUntil: 0 }, leased.etag);
  }
  try {
    const slice = new Slice(pipeline, leased, blob, deadline);
    return await slice.run(mode === 'final' || leased.cursor.route === 'uploads');
  } catch (error) {
    // Storage that is away is waited for, by the queue's and the timer's tries; the lease must not make that slow.
    const name = error instanceof Error ? error.name : 'unknown error';
    await readCursor(pipeline, id)
      .then((held) => held && saveCursor(pipeline, { ...held.cursor, leasedUntil: 0, error: name }, held.etag))
      .catch(() => undefined);
    throw error;
  }
}

/**
 * Another creation time, or less than was read: another blob under the old name, read from its start under a new generation. So is a
 * block blob that is longer: it was written anew, with the end of its `{"records":[…]}` somewhere else; and an upload that was done.
 */
function ofThisBlob(cursor: Cursor, blob: BlobProperties): Cursor {
  const isDone = cursor.route === 'uploads' && cursor.drainedAt !== null;
  const goesOn = blob.appendable && !isDone && blob.length > cursor.length;
  const isSame = cursor.createdAt === blob.createdAt && (blob.length === cursor.length || goesOn);
  if (isSame) return { ...cursor, length: blob.length };
  return {
    ...cursor,
    createdAt: blob.createdAt,
    generation: cursor.generation + 1,
    length: blob.length,
    drainedAt: isDone ? null : cursor.drainedAt,
    membersDone: 0,
    framer: null,
    offset: 0,
    counters: {},
    bundle: null,
  };
}

class Slice {
  readonly #pipeline: Pipeline;
  readonly #blob: BlobProperties;
  readonly #deadline: Millis;
  #stored: StoredCursor;
  #facts: Fact[] = [];
  /** The text of a fact's record, by the fact's id, should storage refuse the fact. */
  #texts = new Map<string, string>();
  #letters: DeadLetter[] = [];
  #records = 0;
  #bytes = 0;
  /** Where reading has come to since the cursor was moved. */
  #position: Partial<Cursor> = {};
  #reader: Reader | undefined;
  /** An upload's counts for its log set. An archive is no bundle. */
  readonly #bundle: BundleTally | undefined;
  /** False when the source's access lines are counted on another route. */
  #counts = true;

  constructor(pipeline: Pipeline, stored: StoredCursor, blob: BlobProperties, deadline: Millis) {
    this.#pipeline = pipeline;
    this.#stored = stored;
    this.#blob = blob;
    this.#deadline = deadline;
    const { route, bundle } = stored.cursor;
    this.#bundle = route === 'uploads' ? new BundleTally(keptPart(bundle)) : undefined;
  }

  async run(final: boolean): Promise<StoredCursor> {
    const { cursor } = this.#stored;
    const startedAt = this.#pipeline.now();
    const { countingRoute } = await sourceSettings(this.#pipeline, cursor.source);
    this.#counts = countingRoute === null || countingRoute === cursor.route;
    this.#reader = new Reader(
      await sourceContext(this.#pipeline, cursor.source, this.#blob.createdAt, hostNamedBy(this.#blob)),
    );
    let index = 0;
    for await (const member of openMembers(blobInput(this.#pipeline, this.#blob))) {
      if (index++ < cursor.membersDone) continue;
      if ((await this.#member(member, final)) === 'later') return this.#again();
      // What may grow after all stays at its member, even when it was taken as final.
      if (cursor.route === 'uploads') this.#position = { membersDone: index, framer: null, offset: 0 };
    }
    const state = final ? 'closed' : 'drained';
    const { length } = this.#blob;
    // Before the cursor is closed: dying in between writes the same again.
    if (this.#bundle)
      await keepLogSet(this.#pipeline, cursor, this.#blob, this.#bundle.isSet ? this.#bundle.part() : undefined);
    await this.#step({ state, leasedUntil: 0, drainedAt: startedAt, length, error: null });
    this.#pipeline.log('blob.absorbed', { source: cursor.source, bytes: length, state });
    return this.#stored;
  }

  async #member(member: Member, final: boolean): Promise<'done' | 'later'> {
    const resume = { ...this.#stored.cursor, ...this.#position }.framer as FramerState | null;
    const framer = resume === null ? new Framer(member.name) : new Framer(member.name, resume);
    const reached = (): void => {
      this.#position = { framer: JSON.parse(JSON.stringify(framer.state)), offset: framer.state.nextByte };
    };
    for await (const chunk of member.chunks(framer.state.nextByte)) {
      this.#take(framer.push(chunk));
      this.#bytes += chunk.length;
      if (this.#facts.length < STEP_FACTS && this.#bytes < STEP_BYTES) continue;
      reached();
      await this.#step();
      if (this.#pipeline.now() >= this.#deadline) return 'later';
    }
    if (final) this.#take(framer.end());
    const { failure } = member;
    if (failure) {
      this.#letters.push(this.#letter(failure.position, failure.reason, failure.detail, ''));
      this.#bundle?.reject();
    }
    reached();
    return 'done';
  }

  #take(records: readonly RawRecord[]): void {
    for (const raw of records) {
      const outcome = this.#reader?.read(raw);
      if (outcome?.kind === 'record') {
        this.#records++;
        this.#bundle?.record(outcome.record, raw);
        for (const fact of outcome.facts) {
          this.#facts.push(fact);
          this.#texts.set(fact.id, raw.text);
        }
      } else if (outcome) {
        const { position, reason, detail } = outcome.rejection;
        this.#bundle?.reject();
        this.#letters.push(this.#letter(position, reason, detail, Buffer.from(raw.text).toString('base64')));
      }
    }
  }

  /** Facts and dead letters become durable, and only then the cursor moves. */
  async #step(change: Partial<Cursor> = {}): Promise<void> {
    const { cursor } = this.#stored;
    const counters = this.#count();
    this.#facts.push(...(this.#reader?.takeFacts() ?? []));
    await this.#absorb(cursor.route);
    const [first] = this.#letters;
    if (first) await this.#pipeline.store.deadLetters.put(first.source, first.byte, this.#letters);
    await this.#move({
      ...this.#position,
      counters,
      bundle: this.#keptBundle(),
      records: cursor.records + this.#records,
      facts: cursor.facts + this.#facts.length,
      deadLetters: cursor.deadLetters + this.#letters.length,
      tries: 0,
      ...change,
    });
    this.#position = {};
    this.#facts = [];
    this.#texts.clear();
    this.#letters = [];
    this.#records = 0;
    this.#bytes = 0;
  }

  /** Of a source that tells nothing about tunnel servers nothing is kept. */
  #keptBundle(): Cursor['bundle'] {
    return this.#bundle?.isEmpty === false ? JSON.parse(JSON.stringify(this.#bundle.part())) : null;
  }

  /** What storage refuses for good must not hold up its neighbours: it becomes a dead letter. */
  async #absorb(route: string): Promise<void> {
    for (const { fact, detail } of await absorb(this.#pipeline, this.#facts, route)) {
      const text = this.#texts.get(fact.id);
      const { line, byte } = fact.evidence;
      // Two facts of one record are one letter; a count has no record of its own.
      if (text === undefined || this.#letters.some((letter) => letter.line === line && letter.byte === byte)) continue;
      this.#letters.push(this.#letter(fact.evidence, 'internal-error', detail, Buffer.from(text).toString('base64')));
    }
  }

  /** Sums of access lines are part of the position, so a repeated step counts nothing twice. */
  #count(): Cursor['counters'] {
    const { cursor } = this.#stored;
    const counters = { ...cursor.counters };
    const taken = this.#reader?.takeCounters() ?? [];
    if (!this.#counts) return counters;
    for (const { server, hourMs, lines, dns, evidence } of taken) {
      const key = `${server}|${hourMs}`;
      const [lines0, dns0] = counters[key] ?? [0, 0];
      counters[key] = [lines0 + lines, dns0 + dns];
      this.#facts.push(
        makeFact(
          {
            kind: 'access.counted',
            entity: tunnelServerEntity(server),
            time: timestampOf(hourMs),
            identity: [cursor.id, cursor.generation],
            attributes: { lines: lines0 + lines, dns: dns0 + dns },
          },
          evidence,
          [],
        ),
      );
    }
    return counters;
  }

  #letter(position: Position, reason: string, detail: string, raw: string): DeadLetter {
    const { cursor } = this.#stored;
    return {
      ...position,
      reason,
      detail,
      raw,
      at: this.#pipeline.now(),
      context: {
        route: cursor.route,
        logSource: cursor.source,
        referenceMs: this.#blob.createdAt,
        host: hostNamedBy(this.#blob) ?? null,
      },
    };
  }

  async #again(): Promise<StoredCursor> {
    await this.#move({ leasedUntil: 0 });
    await this.#pipeline.wakeups.cursor(this.#stored.cursor.id);
    return this.#stored;
  }

  async #move(change: Partial<Cursor>): Promise<void> {
    const now = this.#pipeline.now();
    const cursor = { ...this.#stored.cursor, leasedUntil: now + LEASE_MS, workedAt: now, ...change };
    const saved = await saveCursor(this.#pipeline, cursor, this.#stored.etag);
    if (!saved) throw new Error('another worker moved this cursor');
    this.#stored = saved;
  }
}
