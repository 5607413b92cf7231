import * as z from 'zod';
import { isoOf, type Millis } from '../model/time.ts';
import type { Hub, HubPartition } from '../pipeline/hub.ts';
import { type Partition, partitionId, readPartitions } from '../pipeline/partition.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { timeSchema } from './entity-answers.ts';
import {
  BEHIND_AFTER_MS,
  IDLE_AFTER_MS,
  type Part,
  part,
  STORAGE_STATES,
  type State,
  seconds,
  stateSchema,
} from './status-state.ts';

export const partitionSchema = z.strictObject({
  hub: z.string(),
  partition: z.string(),
  state: stateSchema,
  absorbed: z
    .int()
    .nullable()
    .describe('Sequence number up to which events are absorbed; -1 before the first, null while nobody can say.'),
  asOf: timeSchema.nullable().describe('When `absorbed` was read: earlier than now while storage is away.'),
  lastEnqueued: z.int().nullable().describe("The hub's own figure; -1 while the partition is empty."),
  checkedAt: timeSchema.nullable().describe('When the hub was asked for it.'),
  depth: z.int().nullable().describe('Events that wait.'),
  lagSeconds: z.number().nullable(),
  records: z.int().nullable(),
  deadLetters: z.int().nullable(),
});
type PartitionStatus = z.infer<typeof partitionSchema>;

/**
 * How far each partition is absorbed. Without storage: what the hub itself says is enqueued, beside what this process knew of
 * the progress last. The hub is not asked as long as the rows answer: the timer writes its figures there every 20 s.
 */
export async function partitionsOf(
  pipeline: Pipeline,
  hub: () => Promise<Hub | null>,
  now: Millis,
): Promise<Part<PartitionStatus[]>> {
  const { availability, value: rows } = await part(() => readPartitions(pipeline));
  if (rows) return { availability, value: rows.map((row) => partitionOf(row, now)) };
  const figures = await part(() => figuresOf(pipeline, hub));
  return { availability, value: withoutStorage(pipeline, figures.value, STORAGE_STATES[availability], now) };
}

function partitionOf(row: Partition, now: Millis): PartitionStatus {
  const depth = Math.max(0, row.lastSequenceNumber - row.sequenceNumber);
  // Drained as far as anybody has looked; nobody may have looked for long.
  const isDrained = depth === 0 && now - row.checkedAt <= BEHIND_AFTER_MS;
  const lagMs = isDrained ? 0 : Math.max(0, now - row.absorbedTo);
  const isIdle = depth > 0 && row.waitsSince !== null && now - row.waitsSince > IDLE_AFTER_MS;
  const state: State = isIdle
    ? 'queueing'
    : lagMs > BEHIND_AFTER_MS
      ? 'pipeline behind'
      : depth > 0
        ? 'draining'
        : 'ready';
  return {
    ...placeOf(row),
    state,
    absorbed: row.sequenceNumber,
    asOf: isoOf(now),
    lastEnqueued: row.lastSequenceNumber,
    checkedAt: row.checkedAt === 0 ? null : isoOf(row.checkedAt),
    depth,
    lagSeconds: seconds(lagMs),
    records: row.records,
    deadLetters: row.deadLetters,
  };
}

const placeOf = ({ hub, partition }: Partition) => ({ hub, partition });

interface Figures {
  readonly hub: string;
  readonly generation: Millis;
  readonly partitions: readonly HubPartition[];
}

/** A hub that does not answer, or refuses us, is one of which nothing is known. */
async function figuresOf(pipeline: Pipeline, hubOf: () => Promise<Hub | null>): Promise<Figures | undefined> {
  try {
    const hub = await hubOf();
    if (hub === null) return undefined;
    const [generation, partitions] = await Promise.all([hub.createdAt(), hub.partitions()]);
    return { hub: hub.name, generation, partitions };
  } catch (error) {
    pipeline.log('hub.unanswered', { error: error instanceof Error ? error.name : 'unknown' });
    return undefined;
  }
}

function withoutStorage(
  pipeline: Pipeline,
  figures: Figures | undefined,
  waiting: State,
  now: Millis,
): PartitionStatus[] {
  const { partitions: known } = pipeline.lastSeen;
  if (!figures) return [...known.values()].map(({ value, at }) => ofMemory(value, at, waiting));
  const { hub, generation } = figures;
  return figures.partitions.map(({ partition, lastSequenceNumber }): PartitionStatus => {
    const seen = known.get(partitionId(hub, partition));
    // Of another hub by this name, sequence numbers say nothing.
    const row = seen?.value.generation === generation ? seen.value : undefined;
    // Of an empty partition nothing waits, whatever was absorbed.
    const depth = lastSequenceNumber === -1 ? 0 : row ? Math.max(0, lastSequenceNumber - row.sequenceNumber) : null;
    return {
      ...(row && seen ? ofMemory(row, seen.at, waiting) : { ...UNKNOWN, hub, partition }),
      state: depth === 0 ? 'ready' : waiting,
      lastEnqueued: lastSequenceNumber,
      checkedAt: isoOf(now),
      depth,
      lagSeconds: depth === 0 ? 0 : row ? seconds(Math.max(0, now - row.absorbedTo)) : null,
    };
  });
}

const UNKNOWN = { absorbed: null, asOf: null, records: null, deadLetters: null };

/** What was known last of a partition whose hub does not answer either. */
const ofMemory = (row: Partition, at: Millis, state: State): PartitionStatus => ({
  ...placeOf(row),
  state,
  absorbed: row.sequenceNumber,
  asOf: isoOf(at),
  lastEnqueued: row.lastSequenceNumber,
  checkedAt: row.checkedAt === 0 ? null : isoOf(row.checkedAt),
  depth: null,
  lagSeconds: null,
  records: row.records,
  deadLetters: row.deadLetters,
});
