import * as z from 'zod';
import type { StoredDocument } from '../store/ports.ts';
import type { Pipeline } from './pipeline.ts';
import { PROGRESS, type Progress } from './watermark.ts';

/**
 * How far one partition of the hub is absorbed: our own row, written last, because the platform checkpoints a batch whether
 * or not it succeeded. It is a progress row too, and carries the access counts of its position.
 */
export const partitionSchema = z.object({
  route: z.string(),
  absorbedTo: z.number(),
  drained: z.boolean(),
  hub: z.string(),
  partition: z.string(),
  /** The hub's creation time: another one, and sequence numbers begin anew. */
  generation: z.number(),
  /** Last sequence number that is absorbed, with all before it or with a gap noted. */
  sequenceNumber: z.number(),
  lastSequenceNumber: z.number(),
  lastEnqueuedAt: z.number(),
  checkedAt: z.number(),
  /** Since when more is enqueued than is absorbed and nothing moved; null while it moves or nothing waits. */
  waitsSince: z.number().nullable().default(null),
  records: z.number(),
  facts: z.number(),
  deadLetters: z.number(),
  counters: z.record(z.string(), z.tuple([z.number(), z.number()])),
});
export type Partition = z.infer<typeof partitionSchema>;

export interface StoredPartition {
  readonly row: Partition;
  /** Null for a partition nothing was absorbed of yet. */
  readonly etag: string | null;
}

export const partitionId = (hub: string, partition: string): string => `stream!${hub}!${partition}`;
export const partitionRoute = (hub: string, partition: string): string => `stream/${hub}/${partition}`;

/** A partition's row; one of another generation, or none, begins anew. */
export async function readPartition(
  pipeline: Pipeline,
  hub: string,
  partition: string,
  generation: number,
): Promise<StoredPartition> {
  const stored = await pipeline.store.documents.get(PROGRESS, partitionId(hub, partition));
  const row = stored && parsed(stored);
  if (row) remember(pipeline, row);
  if (row && stored && row.generation === generation) return { row, etag: stored.etag };
  const fresh: Partition & Progress = {
    route: partitionRoute(hub, partition),
    // Nothing is absorbed of whatever it holds, since the hub was there.
    absorbedTo: generation,
    drained: false,
    hub,
    partition,
    generation,
    sequenceNumber: -1,
    lastSequenceNumber: -1,
    lastEnqueuedAt: 0,
    checkedAt: 0,
    waitsSince: null,
    records: 0,
    facts: 0,
    deadLetters: 0,
    counters: {},
  };
  return { row: fresh, etag: stored?.etag ?? null };
}

function parsed(document: StoredDocument): Partition | undefined {
  const row = partitionSchema.safeParse(document.body);
  return row.success ? row.data : undefined;
}

/** Saves a row on its ETag; false when another instance has moved it meanwhile. */
export async function savePartition(pipeline: Pipeline, { row, etag }: StoredPartition): Promise<boolean> {
  const put = await pipeline.store.documents.put(PROGRESS, partitionId(row.hub, row.partition), row, etag);
  if (put !== 'conflict') remember(pipeline, row);
  return put !== 'conflict';
}

const remember = (pipeline: Pipeline, row: Partition): void =>
  void pipeline.lastSeen.partitions.set(partitionId(row.hub, row.partition), { value: row, at: pipeline.now() });

/** Every partition that was ever looked at. */
export async function readPartitions(pipeline: Pipeline): Promise<Partition[]> {
  const rows: Partition[] = [];
  let after: string | undefined;
  do {
    const page = await pipeline.store.documents.list(PROGRESS, {
      prefix: 'stream!',
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.items.flatMap((document) => parsed(document) ?? []));
    after = page.next;
  } while (after !== undefined);
  for (const row of rows) remember(pipeline, row);
  return rows;
}
