import { Reader, recordsOfEvent } from '../ingest/index.ts';
import { tunnelServerEntity } from '../model/entity.ts';
import { type Fact, makeFact, type Scalar } from '../model/fact.ts';
import type { Rejection } from '../model/record.ts';
import { fail } from '../model/result.ts';
import { HOUR, type Millis, timestampOf } from '../model/time.ts';
import type { DeadLetter } from '../store/ports.ts';
import { absorb } from './absorb.ts';
import type { HubEvent } from './hub.ts';
import { type Partition, partitionRoute, readPartition, type StoredPartition, savePartition } from './partition.ts';
import type { Pipeline } from './pipeline.ts';
import { sourceContext, sourceSettings } from './sources.ts';
import { PROGRESS } from './watermark.ts';

/** Access counts of older hours are final and leave the row. */
const KEEP_COUNTS: Millis = 3 * HOUR;
const MOVE_TRIES = 5;
const ROUTE = 'stream';

export interface EventBatch {
  readonly hub: string;
  readonly partition: string;
  /** The hub's creation time. */
  readonly generation: Millis;
  /** In the order of their sequence numbers. */
  readonly events: readonly HubEvent[];
}

/** Another instance moved the partition's row; the batch is absorbed again, which changes nothing but the counts. */
export class PartitionMoved extends Error {
  override readonly name = 'PartitionMoved';
}

/**
 * Absorbs one batch of one partition: facts and dead letters durable first, the partition's own progress last. A batch that
 * does not follow on leaves a gap to be read again. One odd event never takes its neighbours with it; storage that is away is
 * thrown, so that the platform's unlimited retry holds the partition: the hub is the queue.
 */
export async function absorbEvents(pipeline: Pipeline, batch: EventBatch): Promise<void> {
  const [first] = batch.events;
  const last = batch.events.at(-1);
  if (!first || !last) return;
  const stored = await readPartition(pipeline, batch.hub, batch.partition, batch.generation);
  const { row } = stored;
  const { hub, partition, generation } = batch;
  const read = await readEvents(pipeline, batch, {
    counters: recent(row.counters, pipeline.now()),
    identity: [partitionRoute(hub, partition), generation],
    absorbed: row.sequenceNumber,
  });
  await absorbRead(pipeline, read);
  const next = row.sequenceNumber + 1;
  // Before the very first batch too: a host may have died in the first one after it was checkpointed.
  if (first.sequenceNumber > next) await noteGap(pipeline, batch, row, first.sequenceNumber - 1);
  if (last.sequenceNumber <= row.sequenceNumber) {
    // Counts were written as the row has them; had it moved, they would be the older ones.
    const { row: now } = await readPartition(pipeline, hub, partition, generation);
    if (now.sequenceNumber !== row.sequenceNumber) throw new PartitionMoved();
    return;
  }
  // The byte of a position is the number of its event.
  const isNews = (sequenceNumber: number): boolean => sequenceNumber > row.sequenceNumber;
  const moved = (row: Partition): Partition => ({
    ...row,
    sequenceNumber: last.sequenceNumber,
    absorbedTo: Math.max(row.absorbedTo, last.enqueuedAt),
    lastSequenceNumber: Math.max(row.lastSequenceNumber, last.sequenceNumber),
    lastEnqueuedAt: Math.max(row.lastEnqueuedAt, last.enqueuedAt),
    waitsSince: null,
    records: row.records + read.records,
    facts: row.facts + read.facts.filter(({ evidence }) => isNews(evidence.byte)).length,
    deadLetters: row.deadLetters + read.letters.filter(({ byte }) => isNews(byte)).length,
    counters: read.counters,
  });
  if (!(await moveOn(pipeline, stored, moved))) throw new PartitionMoved();
}

/**
 * Writes the row as the batch moves it. The timer's look at the hub may have written it meanwhile; as long as nobody absorbed,
 * what was counted still follows on, and the batch need not come again.
 */
async function moveOn(
  pipeline: Pipeline,
  { row, etag }: StoredPartition,
  moved: (row: Partition) => Partition,
): Promise<boolean> {
  let stands: StoredPartition = { row, etag };
  for (let attempt = 0; attempt < MOVE_TRIES && stands.row.sequenceNumber === row.sequenceNumber; attempt++) {
    if (await savePartition(pipeline, { row: moved(stands.row), etag: stands.etag })) return true;
    stands = await readPartition(pipeline, row.hub, row.partition, row.generation);
  }
  return false;
}

/**
 * Reads events of a gap again. The row has gone on without them, so their access lines are a count of their own, named by where
 * the gap begins: read again from there it is written over, and what follows has another name.
 */
export async function absorbGap(pipeline: Pipeline, batch: EventBatch, from: number): Promise<void> {
  const identity = [partitionRoute(batch.hub, batch.partition), batch.generation, 'gap', from];
  await absorbRead(pipeline, await readEvents(pipeline, batch, { counters: {}, identity, absorbed: from - 1 }));
}

/** What access lines are added to. */
interface Counting {
  readonly counters: Partition['counters'];
  readonly identity: readonly Scalar[];
  /** Events up to here are in the counters. */
  readonly absorbed: number;
}

interface ReadBatch {
  readonly facts: Fact[];
  /** The dead letter of a fact's record, by the fact's id, should storage refuse the fact. */
  readonly letterOf: Map<string, (detail: string) => DeadLetter>;
  readonly letters: DeadLetter[];
  readonly counters: Partition['counters'];
  /** Of events that were not absorbed before. */
  records: number;
}

async function readEvents(pipeline: Pipeline, batch: EventBatch, counting: Counting): Promise<ReadBatch> {
  const source = partitionRoute(batch.hub, batch.partition);
  const logSource = `${ROUTE}/${batch.hub}`;
  const { countingRoute } = await sourceSettings(pipeline, logSource);
  const counts = countingRoute === null || countingRoute === ROUTE;
  const read: ReadBatch = {
    facts: [],
    letterOf: new Map(),
    letters: [],
    counters: { ...counting.counters },
    records: 0,
  };
  for (const event of batch.events) {
    const reader = new Reader(await sourceContext(pipeline, logSource, event.enqueuedAt));
    const records = framed(source, event);
    const letter = ({ position, reason, detail }: Rejection, raw: Uint8Array): DeadLetter => ({
      ...position,
      reason,
      detail,
      raw: Buffer.from(raw).toString('base64'),
      at: pipeline.now(),
      context: { route: ROUTE, logSource, referenceMs: event.enqueuedAt },
    });
    if (!records.ok) {
      const position = { source, line: 1, byte: event.sequenceNumber };
      read.letters.push(letter({ position, reason: records.error.code, detail: records.error.message }, event.body));
      continue;
    }
    for (const raw of records.value) {
      const outcome = reader.read(raw);
      if (outcome.kind === 'rejected') {
        read.letters.push(letter(outcome.rejection, Buffer.from(raw.text)));
        continue;
      }
      if (event.sequenceNumber > counting.absorbed) read.records++;
      for (const fact of outcome.facts) {
        read.facts.push(fact);
        read.letterOf.set(fact.id, (detail) =>
          letter({ position: raw.position, reason: 'internal-error', detail }, Buffer.from(raw.text)),
        );
      }
    }
    read.facts.push(...reader.takeFacts());
    if (counts) count(read, reader, counting, event.sequenceNumber);
  }
  return read;
}

/** Total, as the Reader is: an error in framing is that event's alone. */
function framed(source: string, event: HubEvent): ReturnType<typeof recordsOfEvent> {
  try {
    return recordsOfEvent(source, event.sequenceNumber, event.body);
  } catch (error) {
    return fail('internal-error', error instanceof Error ? error.name : 'unknown error');
  }
}

/**
 * Compared per event: what was counted before is not counted again when a batch comes twice in other parts. Its sums are written
 * again all the same, since another owner of the partition that lost the race may have written older ones over them.
 */
function count(read: ReadBatch, reader: Reader, { identity, absorbed }: Counting, sequenceNumber: number): void {
  for (const { server, hourMs, lines, dns, evidence } of reader.takeCounters()) {
    const key = `${server}|${hourMs}`;
    const known = read.counters[key];
    const isCounted = sequenceNumber <= absorbed;
    if (isCounted && known === undefined) continue;
    const [lines0, dns0] = known ?? [0, 0];
    const sums: [number, number] = isCounted ? [lines0, dns0] : [lines0 + lines, dns0 + dns];
    read.counters[key] = sums;
    const attributes = { lines: sums[0], dns: sums[1] };
    const entity = tunnelServerEntity(server);
    read.facts.push(
      makeFact({ kind: 'access.counted', entity, time: timestampOf(hourMs), identity, attributes }, evidence, []),
    );
  }
}

const recent = (counters: Partition['counters'], now: Millis): Partition['counters'] =>
  Object.fromEntries(
    Object.entries(counters).filter(([key]) => Number(key.slice(key.lastIndexOf('|') + 1)) > now - KEEP_COUNTS),
  );

/** What storage refuses for good becomes a dead letter by itself, or it would block the partition for ever. */
async function absorbRead(pipeline: Pipeline, read: ReadBatch): Promise<void> {
  for (const { fact, detail } of await absorb(pipeline, read.facts, ROUTE)) {
    const letter = read.letterOf.get(fact.id)?.(detail);
    // Two facts of one record are one letter; a count has no record of its own.
    const isKept = read.letters.some(({ line, byte }) => line === fact.evidence.line && byte === fact.evidence.byte);
    if (letter && !isKept) read.letters.push(letter);
  }
  await keepLetters(pipeline, read.letters);
}

/** One blob for each event, named by its place: coming again, it is written over. */
async function keepLetters(pipeline: Pipeline, letters: readonly DeadLetter[]): Promise<void> {
  const byEvent = Map.groupBy(letters, ({ source, byte }) => `${source} ${byte}`);
  for (const group of byEvent.values()) {
    const [first] = group;
    if (first) await pipeline.store.deadLetters.put(first.source, first.byte, group);
  }
}

export const GAPS = 'gaps';

/**
 * A gap is a row until the timer has read it again. Until then absence is judged up to it only:
 * what is missing may be the very connect.
 */
async function noteGap(pipeline: Pipeline, batch: EventBatch, row: Partition, to: number): Promise<void> {
  const from = row.sequenceNumber + 1;
  const id = `${batch.hub}!${batch.partition}!${String(from).padStart(16, '0')}`;
  const { hub, partition, generation } = batch;
  await pipeline.store.documents.put(GAPS, id, { hub, partition, generation, from, to });
  const progress = { route: partitionRoute(hub, partition), absorbedTo: row.absorbedTo, drained: false };
  await pipeline.store.documents.put(PROGRESS, gapProgressId(id), progress);
  pipeline.log('gap.found', { hub, partition, from, to });
}

export const gapProgressId = (gap: string): string => `gap!${gap}`;
