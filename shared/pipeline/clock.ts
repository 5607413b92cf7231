import { entityId } from '../model/entity.ts';
import { MINUTE, type Millis } from '../model/time.ts';
import { type DueItem, mayPass } from '../store/ports.ts';
import { evaluateAll } from './absorb.ts';
import { deliverOwed } from './deliver-owed.ts';
import type { Pipeline } from './pipeline.ts';

const BATCH = 500;
const BROKEN_RETRY: Millis = 10 * MINUTE;

/**
 * One turn of the clock: looks at everything that is due by now, in batches, until nothing is or `until` has come. Rows stay
 * until their work is done, so a turn that dies is done again by the next. Returns how many rows it handled.
 */
export async function turnClock(pipeline: Pipeline, until = Number.POSITIVE_INFINITY): Promise<number> {
  let handled = 0;
  for (;;) {
    const due = await pipeline.store.due.due(pipeline.now(), BATCH);
    if (due.length === 0) return handled;
    await evaluateAll(pipeline, distinct(due.filter((item) => item.kind === 'evaluate')));
    for (const item of due) {
      if (item.kind === 'deliver' && item.owedId !== undefined) await deliverOrLeaveDue(pipeline, item, item.owedId);
    }
    await pipeline.store.due.done(due);
    handled += due.length;
    if (due.length < BATCH || pipeline.now() >= until) return handled;
  }
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

const distinct = (items: readonly DueItem[]) => [
  ...new Map(items.map(({ entity }) => [entityId(entity), entity])).values(),
];
