import * as z from 'zod';
import { digest } from '../model/fact.ts';
import type { BlobProperties, Json, StoredDocument } from '../store/ports.ts';
import type { Pipeline } from './pipeline.ts';
import { PROGRESS } from './watermark.ts';

export const CURSORS = 'cursors';

/**
 * How far one blob is absorbed. The row is the truth; queue messages only wake somebody to go on. A position is a member
 * (the blob itself, or a file in an archive) and a byte of its uncompressed content, in the framer's state.
 */
export const cursorSchema = z.object({
  id: z.string(),
  container: z.string(),
  blob: z.string(),
  route: z.enum(['uploads', 'archive']),
  source: z.string(),
  /** Which blob of that name: another creation time or a shorter one is another blob, read from its start. */
  createdAt: z.number(),
  generation: z.number(),
  /** `open`: bytes wait. `drained`: all absorbed, may grow. `closed`: will not grow. `gone`: deleted. `failed`: see `error`. */
  state: z.enum(['open', 'drained', 'closed', 'gone', 'failed']),
  length: z.number(),
  /** Everything the blob held at this instant is absorbed. */
  drainedAt: z.number().nullable(),
  openedAt: z.number(),
  workedAt: z.number().nullable(),
  /** Until when a worker has it; another one keeps away. */
  leasedUntil: z.number(),
  membersDone: z.number(),
  /** The framer's state (ingest); null at the start of a member. */
  framer: z.custom<Json>().nullable(),
  /** Bytes of the current member that are absorbed, for the lag. */
  offset: z.number(),
  /** Access lines and DNS lines so far, by server and hour: `host|hour` → [lines, dns]. Part of the position. */
  counters: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** What was counted of the bundle so far, for its log set; null when nothing. Part of the position. */
  bundle: z.custom<Json>().nullable().default(null),
  records: z.number(),
  facts: z.number(),
  deadLetters: z.number(),
  tries: z.number(),
  error: z.string().nullable(),
});
export type Cursor = z.infer<typeof cursorSchema>;

export interface StoredCursor {
  readonly cursor: Cursor;
  readonly etag: string;
}

export const cursorId = (container: string, blob: string): string => digest([container, blob]);

/** `insights-logs-*` is a diagnostic setting's archive, whose blobs grow; everything else is an upload. */
export const routeOf = (container: string): 'uploads' | 'archive' =>
  container.startsWith('insights-logs-') ? 'archive' : 'uploads';

/**
 * The source's name, for its settings: the first folder of an upload (`uploads/fw01/…` is `uploads/fw01`), the resource of an
 * archive, else the container.
 */
export function sourceOf(container: string, blob: string): string {
  const resource = /^resourceId=(.*?)\/y=\d{4}\//i.exec(blob)?.[1];
  if (resource !== undefined) return `archive${resource.toLowerCase()}`;
  const slash = blob.indexOf('/');
  return slash > 0 ? `${container}/${blob.slice(0, slash)}` : container;
}

/** Opens a cursor for a blob, or finds the one that is there. A blob replaced under its name is seen when it is worked. */
export async function openCursor(pipeline: Pipeline, blob: BlobProperties): Promise<StoredCursor> {
  const id = cursorId(blob.container, blob.name);
  const stored = await pipeline.store.documents.get(CURSORS, id);
  const found = stored && parsed(stored);
  if (found) return found;
  const now = pipeline.now();
  const cursor: Cursor = {
    id,
    container: blob.container,
    blob: blob.name,
    route: routeOf(blob.container),
    source: sourceOf(blob.container, blob.name),
    createdAt: blob.createdAt,
    generation: 0,
    state: 'open',
    length: blob.length,
    drainedAt: null,
    openedAt: now,
    workedAt: null,
    leasedUntil: 0,
    membersDone: 0,
    framer: null,
    offset: 0,
    counters: {},
    bundle: null,
    records: 0,
    facts: 0,
    deadLetters: 0,
    tries: 0,
    error: null,
  };
  // While an upload waits, absence is not judged beyond the moment it was put there.
  if (cursor.route === 'uploads') {
    const progress = { route: `uploads/${id}`, absorbedTo: Math.min(blob.lastModified, now), drained: false };
    await pipeline.store.documents.put(PROGRESS, `uploads!${id}`, progress);
  }
  // One that another version wrote and this one cannot read is begun anew: absorbing again changes nothing.
  const put = await pipeline.store.documents.put(CURSORS, id, cursor, stored?.etag ?? null);
  return put === 'conflict' ? openCursor(pipeline, blob) : { cursor, etag: put.etag };
}

export async function readCursor(pipeline: Pipeline, id: string): Promise<StoredCursor | undefined> {
  const stored = await pipeline.store.documents.get(CURSORS, id);
  return stored && parsed(stored);
}

/** Every cursor, page by page. */
export async function* allCursors(pipeline: Pipeline): AsyncIterable<StoredCursor> {
  let after: string | undefined;
  do {
    const page = await pipeline.store.documents.list(CURSORS, after === undefined ? {} : { after });
    for (const document of page.items) {
      const cursor = parsed(document);
      if (cursor) yield cursor;
    }
    after = page.next;
  } while (after !== undefined);
}

/** Saves a cursor on its ETag; undefined when somebody else has moved it. */
export async function saveCursor(pipeline: Pipeline, cursor: Cursor, etag: string): Promise<StoredCursor | undefined> {
  const put = await pipeline.store.documents.put(CURSORS, cursor.id, cursor, etag);
  if (put === 'conflict') return undefined;
  if (cursor.route === 'uploads' && cursor.state !== 'open') {
    await pipeline.store.documents.delete(PROGRESS, `uploads!${cursor.id}`);
  }
  return { cursor, etag: put.etag };
}

function parsed(document: StoredDocument): StoredCursor | undefined {
  const cursor = cursorSchema.safeParse(document.body);
  return cursor.success ? { cursor: cursor.data, etag: document.etag } : undefined;
}
