import * as z from 'zod';
import { openCursor, type StoredCursor } from './cursor.ts';
import type { Pipeline } from './pipeline.ts';

const eventSchema = z.object({
  subject: z.string().optional(),
  eventType: z.string().optional(),
  data: z.object({ url: z.string().optional() }).optional(),
});

export interface BlobName {
  readonly container: string;
  readonly name: string;
}

/**
 * The blob of an Event Grid BlobCreated event. The subject names it unescaped, `/blobServices/default/containers/c/blobs/a/b`.
 * Undefined for any other event. Source: Azure Blob Storage as an Event Grid source.
 */
export function blobOfEvent(event: unknown): BlobName | undefined {
  const parsed = eventSchema.safeParse(Array.isArray(event) ? event[0] : event);
  if (!parsed.success) return undefined;
  const { subject, eventType } = parsed.data;
  if (eventType !== undefined && eventType !== 'Microsoft.Storage.BlobCreated') return undefined;
  const match = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/.exec(subject ?? '');
  return match?.[1] !== undefined && match[2] !== undefined ? { container: match[1], name: match[2] } : undefined;
}

/** Opens a cursor for a blob that was announced; undefined when the blob is gone already. */
export async function openAnnounced(pipeline: Pipeline, blob: BlobName): Promise<StoredCursor | undefined> {
  const properties = await pipeline.blobs.properties(blob.container, blob.name);
  return properties && openCursor(pipeline, properties);
}
