import * as z from 'zod';
import { assembleLogSets } from '../ingest/index.ts';
import type { Bundle, BundlePart, LogSet } from '../model/log-set.ts';
import type { BlobProperties, StoredDocument } from '../store/ports.ts';
import type { Cursor } from './cursor.ts';
import type { Pipeline } from './pipeline.ts';

export const LOG_SETS = 'log-sets';

const counts = z.record(z.string(), z.number());
const partSchema = z.object({
  servers: z.record(
    z.string(),
    z.object({
      first: z.string().nullable(),
      last: z.string().nullable(),
      records: z.number(),
      byTag: counts,
      byEvent: counts,
      moments: z.array(z.tuple([z.string(), z.string(), z.string().nullable()])),
    }),
  ),
  incidentId: z.string().nullable(),
  verbosity: z.number().nullable(),
  notUnderstood: z.object({
    deadLetters: z.number(),
    lines: z.number(),
    shapes: z.array(z.tuple([z.string(), z.number()])),
  }),
});
const bundleSchema = z.object({
  name: z.string(),
  uploadedAt: z.number().nullable(),
  metadata: z.record(z.string(), z.string()),
  part: partSchema,
});

/** What a cursor has kept of its bundle; undefined when nothing, or what this version cannot read: it is counted from there on. */
export function keptPart(kept: unknown): BundlePart | undefined {
  const parsed = partSchema.safeParse(kept);
  return parsed.success ? parsed.data : undefined;
}

/** Keeps an upload that was read to its end as a log set; one that replaces a set and is none takes it away. Again is the same. */
export async function keepLogSet(
  pipeline: Pipeline,
  { id, generation }: Cursor,
  blob: BlobProperties,
  part: BundlePart | undefined,
): Promise<void> {
  if (part === undefined) {
    if (generation > 0) await pipeline.store.documents.delete(LOG_SETS, id);
    return;
  }
  const { container, name, createdAt: uploadedAt, metadata = {} } = blob;
  const bundle: Bundle = { name: `${container}/${name}`, uploadedAt, metadata, part };
  await pipeline.store.documents.put(LOG_SETS, id, JSON.parse(JSON.stringify(bundle)));
}

/** Every log set, newest first. Their bundles are few: a person asks for a collection, and reads what came of it. */
export async function allLogSets(pipeline: Pipeline): Promise<readonly LogSet[]> {
  const bundles: Bundle[] = [];
  for await (const { body } of logSetDocuments(pipeline)) {
    const bundle = bundleSchema.safeParse(body);
    if (bundle.success) bundles.push(bundle.data);
  }
  return assembleLogSets(bundles);
}

export async function* logSetDocuments(pipeline: Pipeline): AsyncIterable<StoredDocument> {
  let after: string | undefined;
  do {
    const page = await pipeline.store.documents.list(LOG_SETS, after === undefined ? {} : { after });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
