import { type EntityRef, entityId, parseEntityId } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import { MINUTE, type Millis } from '../model/time.ts';
import { mayPass, type StoredFact, StoreRefused } from '../store/ports.ts';
import { evaluateEntity } from './evaluate-entity.ts';
import { explainedBy } from './explained.ts';
import type { Pipeline } from './pipeline.ts';
import { readProgress } from './watermark.ts';

/** How many entities are evaluated side by side: enough to hide the store's latency, few enough to be fair. */
const SIDE_BY_SIDE = 8;
/** An entity whose evaluation meets a bug is tried again this often, so that it heals by itself once the bug is gone. */
const BROKEN_RETRY: Millis = 10 * MINUTE;

/** A fact that storage refuses for good: its record is to be kept as a dead letter. */
export interface RefusedFact {
  readonly fact: Fact;
  readonly detail: string;
}

/**
 * Makes facts durable and evaluates whom they concern. In this order, so that a crash anywhere loses nothing: a due row for
 * each entity, then the facts, then the evaluation. Absorbing the same facts again changes nothing. Storage that is away is
 * thrown; facts that it refuses for good are returned, and hold up no neighbour.
 */
export async function absorb(
  pipeline: Pipeline,
  facts: readonly Fact[],
  route: string,
): Promise<readonly RefusedFact[]> {
  if (facts.length === 0) return [];
  const refused = await keepOrIsolate(pipeline, [...new Map(facts.map((fact) => [fact.id, fact])).values()], route);
  const isRefused = new Set(refused.map(({ fact }) => fact.id));
  const kept = facts.filter(({ id }) => !isRefused.has(id));
  await evaluateAll(pipeline, watchedIn(kept));
  await evaluateAll(pipeline, await explainedBy(pipeline, kept));
  return refused;
}

/** All at once, which is what nearly always works; else one by one, to find which of them it is. */
async function keepOrIsolate(pipeline: Pipeline, facts: readonly Fact[], route: string): Promise<RefusedFact[]> {
  try {
    await keep(pipeline, facts, route);
    return [];
  } catch (error) {
    if (mayPass(error)) throw error;
  }
  const refused: RefusedFact[] = [];
  for (const fact of facts) {
    await keep(pipeline, [fact], route).catch((error: unknown) => {
      if (mayPass(error)) throw error;
      const detail = error instanceof StoreRefused ? `storage refused it: ${error.status}` : errorName(error);
      refused.push({ fact, detail });
    });
  }
  return refused;
}

async function keep(pipeline: Pipeline, facts: readonly Fact[], route: string): Promise<void> {
  const now = pipeline.now();
  const entities = watchedIn(facts);
  await pipeline.store.due.schedule(entities.map((entity) => ({ entity, at: now + MINUTE, kind: 'evaluate' })));
  await pipeline.store.facts.put(facts.map((fact): StoredFact => ({ fact, arrivedAt: now, route })));
}

/** The name only: messages of engines quote their input. */
const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

/**
 * Evaluates entities side by side. Storage that is away is thrown after the others had their turn; an entity whose evaluation
 * meets a bug stays due, and holds up nobody. `forRevision`: only those that were last evaluated under older thresholds.
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
        await leaveDue(pipeline, entity, error).catch((thrown: unknown) => failures.push(thrown));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, entities.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

async function leaveDue(pipeline: Pipeline, entity: EntityRef, error: unknown): Promise<void> {
  if (mayPass(error)) throw error;
  pipeline.log('evaluation.failed', { entity: entity.kind, error: errorName(error) });
  // At a full step, so that however often it fails one row stands for it.
  const at = (Math.floor(pipeline.now() / BROKEN_RETRY) + 1) * BROKEN_RETRY;
  await pipeline.store.due.schedule([{ entity, at, kind: 'evaluate' }]);
}

/** The entities that facts are about. A subscription is not watched itself: what is said of it explains others. */
const watchedIn = (facts: readonly Fact[]): EntityRef[] =>
  [...new Set(facts.map((fact) => entityId(fact.entity)))]
    .flatMap((id) => parseEntityId(id) ?? [])
    .filter(({ kind }) => kind !== 'azure-subscription');
