import * as z from 'zod';
import { MINUTE, type Millis } from '../model/time.ts';
import { absorbEvents, absorbGap, GAPS, gapProgressId, PartitionMoved } from './absorb-events.ts';
import type { Hub, HubPartition } from './hub.ts';
import { readPartition, savePartition } from './partition.ts';
import type { Pipeline } from './pipeline.ts';
import { PROGRESS } from './watermark.ts';

const gapSchema = z.object({
  hub: z.string(),
  partition: z.string(),
  generation: z.number(),
  /** Sequence numbers, both included; `from` moves on as it is read. */
  from: z.number(),
  to: z.number(),
});

/** Nothing moved for so long although events wait: the platform has checkpointed past them, and gives them to nobody. */
const PASSED_OVER: Millis = 5 * MINUTE;

/**
 * Compares what is absorbed of each partition with the hub's own figures: lag for the status, and the watermark, which runs on
 * without a new record only where the last enqueued event is absorbed. Then reads what the platform will not hand over again:
 * the gaps that were found, and events that were checkpointed in a batch that failed with none after it.
 */
export async function watchHub(pipeline: Pipeline, hub: Hub, until: Millis): Promise<void> {
  const generation = await hub.createdAt();
  const askedAt = pipeline.now();
  const partitions = await hub.partitions();
  for (const seen of partitions) {
    const waitsSince = await compare(pipeline, hub, seen, generation, askedAt);
    const isPassedOver = waitsSince !== null && askedAt - waitsSince >= PASSED_OVER;
    if (isPassedOver) await readPassedOver(pipeline, hub, seen, generation, until);
  }
  await readGaps(pipeline, hub, partitions, generation, until);
}

/** Returns since when events wait and nothing moves. */
async function compare(
  pipeline: Pipeline,
  hub: Hub,
  seen: HubPartition,
  generation: Millis,
  askedAt: Millis,
): Promise<Millis | null> {
  const stored = await readPartition(pipeline, hub.name, seen.partition, generation);
  const { row } = stored;
  const isDrained = row.sequenceNumber >= seen.lastSequenceNumber;
  const waitsSince = isDrained ? null : (row.waitsSince ?? askedAt);
  const after = {
    ...row,
    absorbedTo: isDrained ? askedAt : row.absorbedTo,
    lastSequenceNumber: seen.lastSequenceNumber,
    lastEnqueuedAt: seen.lastEnqueuedAt,
    checkedAt: askedAt,
    waitsSince,
  };
  const isSaved = await savePartition(pipeline, { row: after, etag: stored.etag });
  // Somebody absorbed meanwhile: the next turn compares again.
  return isSaved ? waitsSince : null;
}

/** The same events as a batch would bring; should the platform bring them after all, they change nothing. */
async function readPassedOver(
  pipeline: Pipeline,
  hub: Hub,
  { partition, lastSequenceNumber }: HubPartition,
  generation: Millis,
  until: Millis,
): Promise<void> {
  const { row } = await readPartition(pipeline, hub.name, partition, generation);
  pipeline.log('partition.passed-over', { hub: hub.name, partition, from: row.sequenceNumber + 1 });
  try {
    for await (const events of hub.read(partition, row.sequenceNumber + 1, lastSequenceNumber)) {
      await absorbEvents(pipeline, { hub: hub.name, partition, generation, events });
      if (pipeline.now() >= until) return;
    }
  } catch (error) {
    // It moves after all.
    if (!(error instanceof PartitionMoved)) throw error;
  }
}

async function readGaps(
  pipeline: Pipeline,
  hub: Hub,
  partitions: readonly HubPartition[],
  generation: Millis,
  until: Millis,
): Promise<void> {
  const { items } = await pipeline.store.documents.list(GAPS);
  for (const { id, etag, body } of items) {
    const parsed = gapSchema.safeParse(body);
    if (!parsed.success || parsed.data.generation !== generation) {
      // Of another hub, or unreadable: nothing can be read again by it.
      pipeline.log('gap.dropped', { gap: id });
      await closeGap(pipeline, id, etag);
      continue;
    }
    if (pipeline.now() >= until) return;
    const { partition, from, to } = parsed.data;
    let [next, version] = [from, etag];
    for await (const events of hub.read(partition, from, to)) {
      const last = events.at(-1);
      if (!last) continue;
      await absorbGap(pipeline, { hub: hub.name, partition, generation, events }, next);
      next = last.sequenceNumber + 1;
      const put = await pipeline.store.documents.put(GAPS, id, { ...parsed.data, from: next }, version);
      // Another instance reads it as well; one is enough.
      if (put === 'conflict') return;
      version = put.etag;
      if (next <= to && pipeline.now() >= until) return;
    }
    const seen = partitions.find((one) => one.partition === partition);
    const isHeld = seen !== undefined && seen.lastSequenceNumber >= next && seen.firstSequenceNumber <= to;
    // A hub that is slow to answer looks like one that has nothing more: what it still holds is read at the next turn.
    if (next <= to && isHeld) continue;
    pipeline.log(next > to ? 'gap.read' : 'gap.expired', { hub: hub.name, partition, from, to });
    await closeGap(pipeline, id, version);
  }
}

/** The progress row first: left behind, it would hold back the watermark for ever. */
async function closeGap(pipeline: Pipeline, id: string, etag: string): Promise<void> {
  await pipeline.store.documents.delete(PROGRESS, gapProgressId(id));
  await pipeline.store.documents.delete(GAPS, id, etag);
}
