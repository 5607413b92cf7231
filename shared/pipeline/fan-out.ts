import { type EntityRef, entityId } from '../model/entity.ts';
import { MINUTE, type Millis } from '../model/time.ts';
import { evaluateAll } from './absorb.ts';
import { aboutSchema } from './entity-summary.ts';
import type { Pipeline } from './pipeline.ts';

/** A fan-out over many servers takes its time; only who is left behind after this has lost its message. */
const UNDER_WAY: Millis = 2 * MINUTE;

/**
 * Hands every live tunnel server that was last evaluated before a change that concerns it to evaluation: a server's own bounds
 * are nothing to the others. `atLeastRevision` is the revision just made. Returns how many there were.
 */
export async function fanOutSettings(pipeline: Pipeline, atLeastRevision: number): Promise<number> {
  const { revision } = await pipeline.thresholds.current(atLeastRevision);
  const isConcerned = await pipeline.thresholds.concerned(atLeastRevision);
  const behind: EntityRef[] = [];
  let after: string | undefined;
  do {
    const page = await pipeline.store.entities.list('tunnel-server', after === undefined ? {} : { after });
    for (const { entity, about } of page.items) {
      const parsed = aboutSchema.safeParse(about);
      if (!parsed.success || !parsed.data.live || parsed.data.revision >= revision) continue;
      const { site, revision: evaluatedAt } = parsed.data;
      if (isConcerned({ server: entity.key, site: site ?? undefined }, evaluatedAt)) behind.push(entity);
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

/** Up to here entities are evaluated at once, by this instance, which knows of the change; more are left to the queue. */
const AT_ONCE = 50;

/**
 * Evaluates whoever has a firing alert that nobody was told of, as when a receiver is new: what lasts is news to it, and no
 * record may come to say so. Returns how many there were.
 */
export async function tellWhatLasts(pipeline: Pipeline): Promise<number> {
  const untold = new Map<string, EntityRef>();
  let after: string | undefined;
  do {
    const query = { state: 'firing', limit: 1_000, ...(after === undefined ? {} : { after }) };
    const page = await pipeline.store.entities.alerts(query);
    for (const { told, suppressedBy, entity } of page.items) {
      if (told === null && suppressedBy === null) untold.set(entityId(entity), entity);
    }
    after = page.next;
  } while (after !== undefined);
  const entities = [...untold.values()];
  const later = entities.slice(AT_ONCE);
  if (later.length > 0) await pipeline.wakeups.evaluate(later);
  await evaluateAll(pipeline, entities.slice(0, AT_ONCE));
  return entities.length;
}
