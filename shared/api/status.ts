import * as z from 'zod';
import { isoOf, MINUTE, type Millis, SECOND } from '../model/time.ts';
import { allCursors, type Cursor } from '../pipeline/cursor.ts';
import { type Partition, readPartitions } from '../pipeline/partition.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type Progress, readProgress } from '../pipeline/watermark.ts';
import { StoreRefused, StoreUnavailable } from '../store/ports.ts';
import { iso, timeSchema } from './entity-answers.ts';
import { defineOperation } from './operation.ts';

/** Worst first: the whole is as bad as its worst part. */
const STATES = ['misconfigured', 'queueing', 'pipeline behind', 'failed', 'draining', 'ready'] as const;
type State = (typeof STATES)[number];

/** A part that does not answer by then is unavailable: the page must come although storage hangs. */
const PART_TIMEOUT_MS = 4 * SECOND;
/** A route is behind when what it has absorbed is older; the follower passes every 20 s. */
const BEHIND_AFTER_MS = 3 * MINUTE;
/** A blob with waiting bytes that nobody has worked on for so long is queueing; before, it is draining. */
const IDLE_AFTER_MS = 2 * MINUTE;
const MAX_LISTED = 200;
const MAX_COUNTED_PAGES = 20;

const stateSchema = z.enum(STATES);
const availability = z.enum(['available', 'unavailable', 'misconfigured']);
const routeSchema = z.strictObject({
  route: z.string(),
  state: stateSchema,
  absorbedTo: timeSchema.describe('What had come in by then is absorbed.'),
  lagSeconds: z.number(),
});
const blobSchema = z.strictObject({
  container: z.string(),
  blob: z.string(),
  source: z.string(),
  route: z.string(),
  state: stateSchema,
  bytes: z.int().describe('Length of the blob when it was last looked at.'),
  absorbedBytes: z.int().describe('Bytes absorbed; of an archive, of its current member.'),
  waitingSince: timeSchema.nullable(),
  workedAt: timeSchema.nullable(),
  records: z.int(),
  deadLetters: z.int(),
  error: z.string().nullable(),
});

const partitionSchema = z.strictObject({
  hub: z.string(),
  partition: z.string(),
  state: stateSchema,
  absorbed: z.int().describe('Sequence number up to which events are absorbed; -1 before the first.'),
  lastEnqueued: z.int().describe("The hub's own figure; -1 while the partition is empty."),
  depth: z.int().describe('Events that wait.'),
  lagSeconds: z.number(),
  checkedAt: timeSchema.nullable(),
  records: z.int(),
  deadLetters: z.int(),
});

const statusSchema = z.strictObject({
  state: stateSchema.describe(
    '`queueing`: input waits in its blobs or its hub, nothing is lost, and it drains by itself.',
  ),
  at: timeSchema,
  storage: availability,
  routes: z.strictObject({ availability, items: z.array(routeSchema) }),
  partitions: z.strictObject({ availability, items: z.array(partitionSchema) }).describe('Of the hub.'),
  blobs: z.strictObject({
    availability,
    total: z.int().nullable(),
    waiting: z.int().nullable(),
    waitingBytes: z.int().nullable(),
    failed: z.int().nullable(),
    items: z.array(blobSchema).describe(`Those that are not ready, at most ${MAX_LISTED}.`),
  }),
  deadLetters: z.strictObject({
    availability,
    entries: z.int().nullable(),
    records: z.int().nullable(),
    more: z.boolean().describe('True when there are more than were counted.'),
  }),
});
type Status = z.infer<typeof statusSchema>;

export const getStatus = defineOperation({
  summary: 'How far input is absorbed, by route and blob. Answers without data storage, too.',
  answer: statusSchema,
  async handle(pipeline) {
    const now = pipeline.now();
    const [routes, partitions, blobs, deadLetters] = await Promise.all([
      part(async () => (await readProgress(pipeline)).map((progress) => routeOf(progress, now))),
      part(async () => (await readPartitions(pipeline)).map((partition) => partitionOf(partition, now))),
      part(() => blobsOf(pipeline, now)),
      part(() => countDeadLetters(pipeline)),
    ]);
    const parts = [routes, partitions, blobs, deadLetters].map((one) => one.availability);
    const storage: Availability =
      parts.find((one) => one === 'misconfigured') ?? parts.find((one) => one !== 'available') ?? 'available';
    const states: State[] = [
      STORAGE_STATES[storage],
      ...(routes.value ?? []).map(({ state }) => state),
      ...(partitions.value ?? []).map(({ state }) => state),
      ...(blobs.value?.items ?? []).map(({ state }) => state),
    ];
    return {
      body: {
        state: STATES.find((state) => states.includes(state)) ?? 'ready',
        at: isoOf(now),
        storage,
        routes: { availability: routes.availability, items: routes.value ?? [] },
        partitions: { availability: partitions.availability, items: partitions.value ?? [] },
        blobs: { availability: blobs.availability, ...(blobs.value ?? UNKNOWN_BLOBS) },
        deadLetters: {
          availability: deadLetters.availability,
          ...(deadLetters.value ?? UNKNOWN_LETTERS),
        },
      },
    };
  },
});

/** A count that cannot be read is null, never 0. */
const UNKNOWN_BLOBS = { total: null, waiting: null, waitingBytes: null, failed: null, items: [] };
const UNKNOWN_LETTERS = { entries: null, records: null, more: false };

type Availability = z.infer<typeof availability>;

/** Without storage nothing is absorbed, so that whatever comes waits where it came in. */
const STORAGE_STATES = {
  available: 'ready',
  unavailable: 'queueing',
  misconfigured: 'misconfigured',
} as const satisfies Record<Availability, State>;

/** Reads one part of the page; storage that is down or refuses us is an answer here, not a failure. */
async function part<T>(read: () => Promise<T>): Promise<{ readonly availability: Availability; readonly value?: T }> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), PART_TIMEOUT_MS);
  try {
    const value = await Promise.race([read(), late]);
    return value === 'late' ? { availability: 'unavailable' } : { availability: 'available', value };
  } catch (error) {
    if (error instanceof StoreUnavailable) return { availability: 'unavailable' };
    if (error instanceof StoreRefused && error.status === 403) return { availability: 'misconfigured' };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function routeOf({ route, absorbedTo, drained }: Progress, now: Millis): Status['routes']['items'][number] {
  const lagMs = drained ? 0 : Math.max(0, now - absorbedTo);
  const state = lagMs > BEHIND_AFTER_MS ? 'pipeline behind' : 'ready';
  return { route, state, absorbedTo: isoOf(drained ? now : absorbedTo), lagSeconds: Math.round(lagMs / SECOND) };
}

function partitionOf(row: Partition, now: Millis): Status['partitions']['items'][number] {
  const { hub, partition, sequenceNumber: absorbed, lastSequenceNumber: lastEnqueued, records, deadLetters } = row;
  const depth = Math.max(0, lastEnqueued - absorbed);
  const lagMs = depth === 0 ? 0 : Math.max(0, now - row.absorbedTo);
  const state = depth === 0 ? 'ready' : lagMs > BEHIND_AFTER_MS ? 'pipeline behind' : 'draining';
  const checkedAt = row.checkedAt === 0 ? null : isoOf(row.checkedAt);
  return {
    hub,
    partition,
    state,
    absorbed,
    lastEnqueued,
    depth,
    lagSeconds: Math.round(lagMs / SECOND),
    checkedAt,
    records,
    deadLetters,
  };
}

async function blobsOf(pipeline: Pipeline, now: Millis) {
  let [total, waiting, waitingBytes, failed] = [0, 0, 0, 0];
  const items: Status['blobs']['items'] = [];
  for await (const { cursor } of allCursors(pipeline)) {
    total++;
    if (cursor.state === 'failed') failed++;
    if (cursor.state === 'open') {
      waiting++;
      waitingBytes += Math.max(0, cursor.length - cursor.offset);
    }
    const state = blobState(cursor, now);
    if (state !== 'ready' && items.length < MAX_LISTED) items.push(blobOf(cursor, state));
  }
  return { total, waiting, waitingBytes, failed, items };
}

function blobState(cursor: Cursor, now: Millis): State {
  if (cursor.state === 'failed') return 'failed';
  if (cursor.state !== 'open') return 'ready';
  const touchedAt = Math.max(cursor.leasedUntil, cursor.workedAt ?? cursor.openedAt);
  return now - touchedAt > IDLE_AFTER_MS ? 'queueing' : 'draining';
}

const blobOf = (cursor: Cursor, state: State): z.infer<typeof blobSchema> => ({
  container: cursor.container,
  blob: cursor.blob,
  source: cursor.source,
  route: cursor.route,
  state,
  bytes: cursor.length,
  absorbedBytes: cursor.offset,
  waitingSince: cursor.state === 'open' ? isoOf(cursor.drainedAt ?? cursor.openedAt) : null,
  workedAt: iso(cursor.workedAt),
  records: cursor.records,
  deadLetters: cursor.deadLetters,
  error: cursor.error,
});

async function countDeadLetters(pipeline: Pipeline) {
  let [entries, records] = [0, 0];
  let after: string | undefined;
  for (let page = 0; page < MAX_COUNTED_PAGES; page++) {
    const { items, next } = await pipeline.store.deadLetters.list(after === undefined ? {} : { after });
    entries += items.length;
    for (const { count } of items) records += count;
    after = next;
    if (after === undefined) break;
  }
  return { entries, records, more: after !== undefined };
}
