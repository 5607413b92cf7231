import { app } from '@azure/functions';
import { getPipeline } from '../shared/app.ts';

/** Event Grid's BlobCreated events, by way of a storage queue: opens a cursor for the blob and works its first slice. */
export async function blobEvents(message: unknown): Promise<void> {
  const [{ blobOfEvent, openAnnounced }, { workCursor }] = await Promise.all([
    import('../shared/pipeline/open-blob.ts'),
    import('../shared/pipeline/work-cursor.ts'),
  ]);
  const blob = blobOfEvent(typeof message === 'string' ? parsed(message) : message);
  if (!blob) return;
  const pipeline = await getPipeline();
  const stored = await openAnnounced(pipeline, blob);
  if (stored) await workCursor(pipeline, stored.cursor.id, undefined, 'growing', stored);
}

/** The worker parses a message that is JSON; one that it did not parse is none, and so no event. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

app.storageQueue('blob-events', {
  queueName: 'blob-events',
  connection: 'TUNNELWATCH_STORAGE',
  handler: blobEvents,
});
