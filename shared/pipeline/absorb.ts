import { type EntityRef, entityId, parseEntityId } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import { MINUTE } from '../model/time.ts';
import type { StoredFact } from '../store/ports.ts';
import { evaluateEntity } from './evaluate-entity.ts';
import type { Pipeline } from './pipeline.ts';
import { readProgress } from './watermark.ts';

/** How many entities are evaluated side by side: enough to hide the store's latency, few enough to be fair. */
const SIDE_BY_SIDE = 8;

/**
 * Makes facts durable and evaluates whom they concern. In this order, so that a crash anywhere loses nothing: a due row for
 * each entity, then the facts, then the evaluation. Absorbing the same facts again changes nothing.
 */
export async function absorb(pipeline: Pipeline, facts: readonly Fact[], route: string): Promise<void> {
  if (facts.length === 0) return;
  const now = pipeline.now();
  const entities = distinctEntities(facts);
  await pipeline.store.due.schedule(entities.map((entity) => ({ entity, at: now + MINUTE, kind: 'evaluate' })));
  const stored = new Map<string, StoredFact>();
  for (const fact of facts) stored.set(fact.id, { fact, arrivedAt: now, route });
  await pipeline.store.facts.put([...stored.values()]);
  await evaluateAll(pipeline, entities);
  const gateways = entities.filter((entity) => entity.kind === 'gateway');
  for (const gateway of gateways) await evaluateAll(pipeline, await tunnelsOf(pipeline, gateway));
}

/**
 * Evaluates entities side by side; the first failure is thrown after the others had their turn. `forRevision`: only those
 * that were last evaluated under older thresholds.
 */
export async function evaluateAll(pipeline: Pipeline, entities: readonly EntityRef[], forRevision = 0): Promise<void> {
  if (entities.length === 0) return;
  const waiting = [...entities];
  // Read once for all of them, and before any of their facts: what comes in between only makes the watermark too low.
  const progress = { at: pipeline.now(), rows: await readProgress(pipeline) };
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let entity = waiting.shift(); entity; entity = waiting.shift()) {
      try {
        await evaluateEntity(pipeline, entity, forRevision, progress);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, entities.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

/** The tunnels of a gateway that are known: what was done to it may be the cause of their findings. */
export async function tunnelsOf(pipeline: Pipeline, gateway: EntityRef): Promise<EntityRef[]> {
  const tunnels: EntityRef[] = [];
  let after: string | undefined;
  do {
    const page = await pipeline.store.entities.list('tunnel', {
      keyPrefix: `${gateway.key}|`,
      ...(after === undefined ? {} : { after }),
    });
    tunnels.push(...page.items.map(({ entity }) => entity));
    after = page.next;
  } while (after !== undefined);
  return tunnels;
}

function distinctEntities(facts: readonly Fact[]): EntityRef[] {
  return [...new Set(facts.map((fact) => entityId(fact.entity)))].flatMap((id) => parseEntityId(id) ?? []);
}
