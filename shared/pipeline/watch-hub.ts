import { z } from 'zod';
import type { Millis } from '../model/time.ts';
import { absorbGap, GAPS } from './absorb-events.ts';
import type { Hub, HubPartition } from './hub.ts';
import { readPartition, savePartition } from './partition.ts';
import type { Pipeline } from './pipeline.ts';

const gapSchema = z.object({
  hub: z.string(),
  partition: z.string(),
  generation: z.number(),
  from: z.number(),
  to: z.number(),
  tries: z.number(),
});

/**
 * Compares what is absorbed of each partition with the hub's own figures: lag for the status, and the watermark, which runs on
 * without a new record only where the last enqueued event is absorbed. Then reads the gaps again that were found.
 */
export async function watchHub(pipeline: Pipeline, hub: Hub, until: Millis): Promise<void> {
  const generation = await hub.createdAt();
  const askedAt = pipeline.now();
  for (const partition of await hub.partitions()) await compare(pipeline, hub, partition, generation, askedAt);
  await readGaps(pipeline, hub, generation, until);
}

async function compare(
  pipeline: Pipeline,
  hub: Hub,
  seen: HubPartition,
  generation: Millis,
  askedAt: Millis,
): Promise<void> {
  const stored = await readPartition(pipeline, hub.name, seen.partition, generation);
  const { row } = stored;
  const isDrained = row.sequenceNumber >= seen.lastSequenceNumber;
  const absorbedTo = isDrained ? askedAt : row.absorbedTo;
  const after = {
    ...row,
    absorbedTo,
    lastSequenceNumber: seen.lastSequenceNumber,
    lastEnqueuedAt: seen.lastEnqueuedAt,
    checkedAt: askedAt,
  };
  // Somebody absorbed meanwhile: the next turn compares again.
  await savePartition(pipeline, { row: after, etag: stored.etag });
}

async function readGaps(pipeline: Pipeline, hub: Hub, generation: Millis, until: Millis): Promise<void> {
  const { items } = await pipeline.store.documents.list(GAPS);
  for (const { id, etag, body } of items) {
    const parsed = gapSchema.safeParse(body);
    if (!parsed.success || parsed.data.generation !== generation) {
      // Of another hub, or unreadable: nothing can be read again by it.
      pipeline.log('gap.dropped', { gap: id });
      await pipeline.store.documents.delete(GAPS, id, etag);
      continue;
    }
    if (pipeline.now() >= until) return;
    const { partition, from, to } = parsed.data;
    for await (const events of hub.read(partition, from, to)) {
      await absorbGap(pipeline, { hub: hub.name, partition, generation, events });
    }
    await pipeline.store.documents.delete(GAPS, id, etag);
    pipeline.log('gap.read', { hub: hub.name, partition, from, to });
  }
}
