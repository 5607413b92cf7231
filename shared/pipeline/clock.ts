import * as z from 'zod';
import { entityId } from '../model/entity.ts';
import { MINUTE, type Millis, SECOND } from '../model/time.ts';
import { type DueItem, mayPass } from '../store/ports.ts';
import { evaluateAll } from './absorb.ts';
import { deliverOwed } from './deliver-owed.ts';
import { listUploads } from './follow.ts';
import type { Pipeline } from './pipeline.ts';

const BATCH = 500;
const BROKEN_RETRY: Millis = 10 * MINUTE;
/** The clock turns every 15 s; one that stood still for longer than this was down, and the rest of the host with it. */
const STOOD_STILL: Millis = 90 * SECOND;
/** An announcement may take this long in the best of times. */
const UNDER_WAY: Millis = MINUTE;
const TURNS = 'clock';

/**
 * One turn of the clock: looks at everything that is due by now, in batches, until nothing is or `until` has come. Rows stay
 * until their work is done, so a turn that dies is done again by the next. Returns how many rows it handled.
 */
export async function turnClock(pipeline: Pipeline, until = Number.POSITIVE_INFINITY): Promise<number> {
  await listAfterPause(pipeline);
  let handled = 0;
  for (;;) {
    const due = await pipeline.store.due.due(pipeline.now(), BATCH);
    if (due.length === 0) return handled;
    await evaluateAll(pipeline, distinct(due.filter((item) => item.kind !== 'deliver')));
    for (const item of due) {
      if (item.kind === 'deliver' && item.owedId !== undefined) await deliverOrLeaveDue(pipeline, item, item.owedId);
    }
    await pipeline.store.due.done(due);
    handled += due.length;
    if (due.length < BATCH || pipeline.now() >= until) return handled;
  }
}

/**
 * After a pause, uploads are listed before anything is judged: what was put meanwhile may not be announced yet, and an open
 * cursor keeps absence from being judged beyond it. The hub and the archive have progress rows that stood still as well.
 */
async function listAfterPause(pipeline: Pipeline): Promise<void> {
  const now = pipeline.now();
  const stored = await pipeline.store.documents.get(TURNS, TURNS);
  const turnedAt = turnSchema.safeParse(stored?.body).data?.turnedAt ?? now;
  if (now - turnedAt > STOOD_STILL) await listUploads(pipeline, turnedAt - UNDER_WAY);
  const isRecent = stored !== undefined && now - turnedAt < STOOD_STILL / 3;
  if (!isRecent) await pipeline.store.documents.put(TURNS, TURNS, { turnedAt: now });
}

/** A notification whose sending meets a bug stays due, and holds up nobody. */
async function deliverOrLeaveDue(pipeline: Pipeline, item: DueItem, owedId: string): Promise<void> {
  try {
    await deliverOwed(pipeline, item.entity, owedId);
  } catch (error) {
    if (mayPass(error)) throw error;
    pipeline.log('delivery.failed', { notification: owedId, error: error instanceof Error ? error.name : 'unknown' });
    await pipeline.store.due.schedule([{ ...item, at: pipeline.now() + BROKEN_RETRY }]);
  }
}

const turnSchema = z.object({ turnedAt: z.number() });

const distinct = (items: readonly DueItem[]) => [
  ...new Map(items.map(({ entity }) => [entityId(entity), entity])).values(),
];
