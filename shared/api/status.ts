import * as z from 'zod';
import { isoOf, type Millis } from '../model/time.ts';
import { allCursors, type Cursor } from '../pipeline/cursor.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type Progress, readProgress } from '../pipeline/watermark.ts';
import { iso, timeSchema } from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { partitionSchema, partitionsOf } from './status-partitions.ts';
import {
  type Availability,
  availabilitySchema,
  BEHIND_AFTER_MS,
  IDLE_AFTER_MS,
  part,
  STATES,
  STORAGE_STATES,
  type State,
  seconds,
  stateSchema,
} from './status-state.ts';

const MAX_LISTED = 200;
const MAX_COUNTED_PAGES = 20;

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
  lagSeconds: z.number().describe('For how long what waits has waited.'),
  workedAt: timeSchema.nullable(),
  records: z.int(),
  deadLetters: z.int(),
  error: z.string().nullable(),
});

const statusSchema = z.strictObject({
  state: stateSchema.describe(
    '`queueing`: input waits in its blobs or its hub, nothing is lost, and it drains by itself.',
  ),
  at: timeSchema,
  storage: availabilitySchema,
  routes: z.strictObject({ availability: availabilitySchema, items: z.array(routeSchema) }),
  partitions: z
    .strictObject({ availability: availabilitySchema, items: z.array(partitionSchema) })
    .describe('Of the hub.'),
  blobs: z.strictObject({
    asOf: timeSchema.nullable().describe('When `items` were read: earlier than now while storage is away.'),
    availability: availabilitySchema,
    total: z.int().nullable(),
    waiting: z.int().nullable(),
    waitingBytes: z.int().nullable(),
    failed: z.int().nullable(),
    items: z.array(blobSchema).describe(`Those that are not ready, at most ${MAX_LISTED}.`),
  }),
  deadLetters: z.strictObject({
    availability: availabilitySchema,
    entries: z.int().nullable(),
    records: z.int().nullable(),
    more: z.boolean().describe('True when there are more than were counted.'),
  }),
});
type Status = z.infer<typeof statusSchema>;

export const getStatus = defineOperation({
  summary: 'How far input is absorbed, by route, partition and blob. Answers without data storage, too.',
  answer: statusSchema,
  async handle(pipeline, { hub }) {
    const now = pipeline.now();
    const [routes, partitions, blobs, deadLetters] = await Promise.all([
      part(async () => (await readProgress(pipeline)).map((progress) => routeOf(progress, now))),
      partitionsOf(pipeline, hub, now),
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
        blobs: {
          availability: blobs.availability,
          ...(blobs.value ?? lastBlobs(pipeline, STORAGE_STATES[blobs.availability], now)),
        },
        deadLetters: {
          availability: deadLetters.availability,
          ...(deadLetters.value ?? UNKNOWN_LETTERS),
        },
      },
    };
  },
});

/** A count that cannot be read is null, never 0. */
const UNKNOWN_COUNTS = { total: null, waiting: null, waitingBytes: null, failed: null };
const UNKNOWN_LETTERS = { entries: null, records: null, more: false };

function routeOf({ route, absorbedTo, drained }: Progress, now: Millis): Status['routes']['items'][number] {
  const lagMs = drained ? 0 : Math.max(0, now - absorbedTo);
  const state = lagMs > BEHIND_AFTER_MS ? 'pipeline behind' : 'ready';
  return { route, state, absorbedTo: isoOf(drained ? now : absorbedTo), lagSeconds: seconds(lagMs) };
}

async function blobsOf(pipeline: Pipeline, now: Millis) {
  let [total, waiting, waitingBytes, failed] = [0, 0, 0, 0];
  const listed: Cursor[] = [];
  for await (const { cursor } of allCursors(pipeline)) {
    total++;
    if (cursor.state === 'failed') failed++;
    if (cursor.state === 'open') {
      waiting++;
      waitingBytes += Math.max(0, cursor.length - cursor.offset);
    }
    if (blobState(cursor, now) !== 'ready' && listed.length < MAX_LISTED) listed.push(cursor);
  }
  pipeline.lastSeen.blobs = { value: listed, at: now };
  const items = listed.map((cursor) => blobOf(cursor, blobState(cursor, now), now));
  return { asOf: isoOf(now), total, waiting, waitingBytes, failed, items };
}

/** Those that were not ready when this process could still read it. */
function lastBlobs({ lastSeen }: Pipeline, waiting: State, now: Millis): Omit<Status['blobs'], 'availability'> {
  const { blobs } = lastSeen;
  const items = (blobs?.value ?? []).map((cursor) =>
    blobOf(cursor, cursor.state === 'open' ? waiting : blobState(cursor, now), now),
  );
  return { ...UNKNOWN_COUNTS, asOf: blobs === null ? null : isoOf(blobs.at), items };
}

function blobState(cursor: Cursor, now: Millis): State {
  if (cursor.state === 'failed') return 'failed';
  if (cursor.state !== 'open') return 'ready';
  const touchedAt = Math.max(cursor.leasedUntil, cursor.workedAt ?? cursor.openedAt);
  return now - touchedAt > IDLE_AFTER_MS ? 'queueing' : 'draining';
}

function blobOf(cursor: Cursor, state: State, now: Millis): z.infer<typeof blobSchema> {
  const waitingSince = cursor.state === 'open' ? (cursor.drainedAt ?? cursor.openedAt) : null;
  return {
    container: cursor.container,
    blob: cursor.blob,
    source: cursor.source,
    route: cursor.route,
    state,
    bytes: cursor.length,
    absorbedBytes: cursor.offset,
    waitingSince: iso(waitingSince),
    lagSeconds: waitingSince === null ? 0 : seconds(now - waitingSince),
    workedAt: iso(cursor.workedAt),
    records: cursor.records,
    deadLetters: cursor.deadLetters,
    error: cursor.error,
  };
}

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
