import type { EntityRef } from '../model/entity.ts';
import { aboutSchema } from './entity-summary.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Hands every live tunnel server whose last evaluation used older thresholds to evaluation. After a save it carries the
 * revision just made; the timer calls it to find those that a lost message left behind.
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
  if (behind.length > 0) await pipeline.wakeups.evaluate(behind);
  return behind.length;
}
