import * as z from 'zod';
import { cursorId } from './cursor.ts';
import type { Pipeline } from './pipeline.ts';

/** Containers of diagnostic settings: one for each category, `insights-logs-tunneldiagnosticlog`. */
export const ARCHIVES = 'insights-logs-';
const RESOURCES = 'archive-resources';

const resourceSchema = z.object({ container: z.string(), prefix: z.string() });
export type ArchiveResource = z.infer<typeof resourceSchema>;

/** Remembers the resource whose archive a blob is part of, so that the follower lists its hours. */
export async function rememberResource(pipeline: Pipeline, blob: { container: string; name: string }): Promise<void> {
  const prefix = /^(.*\/)y=\d{4}\/m=\d{2}\//.exec(blob.name)?.[1];
  if (prefix === undefined || !blob.container.startsWith(ARCHIVES)) return;
  const id = cursorId(blob.container, prefix);
  if (await pipeline.store.documents.get(RESOURCES, id)) return;
  await pipeline.store.documents.put(RESOURCES, id, { container: blob.container, prefix });
}

/** Every resource whose archive was ever seen. */
export async function knownResources(pipeline: Pipeline): Promise<ArchiveResource[]> {
  const resources: ArchiveResource[] = [];
  let after: string | undefined;
  do {
    const page = await pipeline.store.documents.list(RESOURCES, after === undefined ? {} : { after });
    for (const { body } of page.items) {
      const parsed = resourceSchema.safeParse(body);
      if (parsed.success) resources.push(parsed.data);
    }
    after = page.next;
  } while (after !== undefined);
  return resources;
}
