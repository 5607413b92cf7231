import type { EntityRef } from '../model/entity.ts';
import { MINUTE, type Millis } from '../model/time.ts';
import { aboutSchema } from './entity-summary.ts';
import type { Pipeline } from './pipeline.ts';

/** A fan-out over many servers takes its time; only who is left behind after this has lost its message. */
const UNDER_WAY: Millis = 2 * MINUTE;

/**
 * Hands every live tunnel server whose last evaluation used older thresholds to evaluation. `atLeastRevision` is the revision
 * just made. Returns how many there were.
 */
export async function fanOutSettings(pipeline: Pipeline, atLeastRevision: number): Promise<number> {
  const { revision } = await pipeline.thresholds.current(atLeastRevision);
  const behind: EntityRef[] = [];
  let after: string | undefined;
  do {
    const page = await pipeline.store.entities.list('tunnel-server', after === undefined ? {} : { after });
    for (const { entity, about } of page.items) {
      const parsed = aboutSchema.safeParse(about);
      if (parsed.success && parsed.data.live && parsed.data.revision < revision) behind.push(entity);
    }
    after = page.next;
  } while (after !== undefined);
  if (behind.length > 0) await pipeline.wakeups.evaluate(behind, revision);
  return behind.length;
}

/** The timer's turn: those that a lost message left behind, when the last save is long enough ago. */
export async function fanOutLost(pipeline: Pipeline): Promise<number> {
  const { revision, savedAt } = await pipeline.thresholds.current();
  return pipeline.now() - savedAt < UNDER_WAY ? 0 : fanOutSettings(pipeline, revision);
}
