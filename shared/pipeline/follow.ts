import { HOUR, isoOf, type Millis, SECOND } from '../model/time.ts';
import type { BlobProperties } from '../store/ports.ts';
import { ARCHIVES, knownResources, rememberResource } from './archive-resources.ts';
import { allCursors, cursorId, openCursor, readCursor, type StoredCursor, saveCursor } from './cursor.ts';
import type { Pipeline } from './pipeline.ts';
import { PROGRESS } from './watermark.ts';
import { workCursor } from './work-cursor.ts';

const UPLOADS = 'uploads';
/** A PT1H blob may grow this long after its hour: records are up to 48 h late, and reopened by the full listing after that. */
const GRACE: Millis = 2 * HOUR;
/** A wake-up takes no longer than this to be answered, unless it was lost. */
const IDLE_FOR: Millis = 20 * SECOND;

/**
 * One pass of the follower: Event Grid announces a blob's creation, not the appends that follow, so the archive's blobs of
 * this and the last hour are listed for every known resource, and whatever has grown is worked on until the deadline (the
 * rest is queued). Leaves the archive's watermark: what existed when the pass began is absorbed.
 */
export async function followArchive(pipeline: Pipeline, deadline: Millis): Promise<void> {
  const startedAt = pipeline.now();
  const seen = new Map<string, BlobProperties>();
  for (const { container, prefix } of await knownResources(pipeline)) {
    for (const hour of [startedAt, startedAt - HOUR]) {
      for await (const blob of pipeline.blobs.list(container, `${prefix}${hourPath(hour)}`)) {
        seen.set(cursorId(blob.container, blob.name), blob);
      }
    }
  }
  for (const blob of seen.values()) await openCursor(pipeline, blob);
  let absorbedTo = startedAt;
  for await (const stored of allCursors(pipeline)) {
    const { cursor } = stored;
    if (cursor.route !== 'archive' || (cursor.state !== 'open' && cursor.state !== 'drained')) continue;
    const after = await follow(pipeline, stored, seen.get(cursor.id), startedAt, deadline);
    if (after.cursor.state === 'open')
      absorbedTo = Math.min(absorbedTo, after.cursor.drainedAt ?? after.cursor.openedAt);
  }
  const progress = { route: 'archive', absorbedTo, drained: false };
  await pipeline.store.documents.put(PROGRESS, 'archive', progress);
}

/** Brings one cursor up to its blob: marks what has grown as open, works on it while there is time, closes it after its hour. */
async function follow(
  pipeline: Pipeline,
  stored: StoredCursor,
  listed: BlobProperties | undefined,
  startedAt: Millis,
  deadline: Millis,
): Promise<StoredCursor> {
  const { cursor } = stored;
  const blob = listed ?? (await pipeline.blobs.properties(cursor.container, cursor.blob));
  const isSame = blob?.createdAt === cursor.createdAt && blob.length === cursor.length;
  if (cursor.state === 'drained' && isSame) {
    const ended = hourEnd(cursor.blob);
    const state = ended !== undefined && startedAt > ended + GRACE ? 'open' : 'drained';
    // Closing works it once more, as final: a last line without a line end is taken then.
    if (state === 'open') return (await workCursor(pipeline, cursor.id, deadline, 'final')) ?? stored;
    return (await saveCursor(pipeline, { ...cursor, drainedAt: startedAt }, stored.etag)) ?? stored;
  }
  if (pipeline.now() >= deadline) {
    await pipeline.wakeups.cursor(cursor.id);
    const open = { ...cursor, state: 'open' as const };
    return (await saveCursor(pipeline, open, stored.etag)) ?? { cursor: open, etag: stored.etag };
  }
  return (await workCursor(pipeline, cursor.id, deadline)) ?? stored;
}

/** The full listing of archives and uploads: new resources, events that were missed, closed blobs that have grown after all. */
export async function listArchives(pipeline: Pipeline): Promise<void> {
  await listUploads(pipeline, Number.NEGATIVE_INFINITY);
  for (const container of await pipeline.blobs.containers(ARCHIVES)) {
    for await (const blob of pipeline.blobs.list(container)) await openIfMissed(pipeline, blob);
  }
}

/** Opens cursors of uploads that were put from an instant on and that nobody has announced yet. */
export async function listUploads(pipeline: Pipeline, since: Millis): Promise<void> {
  for await (const blob of pipeline.blobs.list(UPLOADS)) {
    if (blob.lastModified >= since) await openIfMissed(pipeline, blob);
  }
}

async function openIfMissed(pipeline: Pipeline, blob: BlobProperties): Promise<void> {
  const id = cursorId(blob.container, blob.name);
  await rememberResource(pipeline, blob);
  const stored = await readCursor(pipeline, id);
  if (!stored) await openCursor(pipeline, blob);
  else if (blob.length > stored.cursor.length || blob.createdAt !== stored.cursor.createdAt) {
    await saveCursor(pipeline, { ...stored.cursor, state: 'open' }, stored.etag);
  } else return;
  await pipeline.wakeups.cursor(id);
}

/** Queues cursors that wait and that nobody works on: their wake-up was lost, whatever became of it. */
export async function wakeIdle(pipeline: Pipeline): Promise<number> {
  let woken = 0;
  const now = pipeline.now();
  for await (const { cursor } of allCursors(pipeline)) {
    const idleSince = Math.max(cursor.leasedUntil, cursor.workedAt ?? cursor.openedAt);
    if (cursor.state !== 'open' || now < idleSince + IDLE_FOR) continue;
    await pipeline.wakeups.cursor(cursor.id);
    woken++;
  }
  return woken;
}

/** `y=2026/m=11/d=22/h=09/` of an instant: the hour of receipt, not of the records. */
function hourPath(at: Millis): string {
  const iso = isoOf(at);
  return `y=${iso.slice(0, 4)}/m=${iso.slice(5, 7)}/d=${iso.slice(8, 10)}/h=${iso.slice(11, 13)}/`;
}

/** When the hour of a PT1H path ended; undefined for other names. The second `m=` is the minute, always 00. */
export function hourEnd(name: string): Millis | undefined {
  const match = /\/y=(\d{4})\/m=(\d{2})\/d=(\d{2})\/h=(\d{2})\//.exec(name);
  if (!match) return undefined;
  const start = Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:00:00Z`);
  return Number.isNaN(start) ? undefined : start + HOUR;
}
