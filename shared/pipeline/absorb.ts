import { type EntityRef, entityId, parseEntityId } from '../model/entity.ts';
import { digest, type Fact } from '../model/fact.ts';
import { MINUTE, type Millis, SECOND } from '../model/time.ts';
import { type DueItem, mayPass, type StoredFact, StoreRefused } from '../store/ports.ts';
import { evaluateEntity } from './evaluate-entity.ts';
import { explainedBy } from './explained.ts';
import type { Pipeline } from './pipeline.ts';
import { readProgress } from './watermark.ts';

/** How many entities are evaluated side by side: enough to hide the store's latency, few enough to be fair. */
const SIDE_BY_SIDE = 8;
/** An entity whose evaluation meets a bug is tried again this often, so that it heals by itself once the bug is gone. */
const BROKEN_RETRY: Millis = 10 * MINUTE;
/** Facts that took longer to write may have missed the clock's look, and are evaluated at once. */
const IN_TIME: Millis = 20 * SECOND;
const NOBODY: ReadonlySet<string> = new Set();

/** A fact that storage refuses for good: its record is to be kept as a dead letter. */
export interface RefusedFact {
  readonly fact: Fact;
  readonly detail: string;
}

/**
 * Makes facts durable and evaluates whom they concern. In this order, so that a crash anywhere loses nothing: a due row for
 * each entity, then the facts, then the evaluation. Absorbing the same facts again changes nothing. Storage that is away is
 * thrown; facts that it refuses for good are returned, and hold up no neighbour. Signs of presence of an entity that the
 * stream speaks of all the time are evaluated by the clock, whose due row is there before them as well.
 */
export async function absorb(
  pipeline: Pipeline,
  facts: readonly Fact[],
  route: string,
): Promise<readonly RefusedFact[]> {
  if (facts.length === 0) return [];
  const begun = pipeline.now();
  const distinctFacts = [...new Map(facts.map((fact) => [fact.id, fact])).values()];
  const waits = route === 'stream' ? pipeline.presence.waiting(distinctFacts, begun) : NOBODY;
  const { refused, guards } = await keepOrIsolate(pipeline, distinctFacts, { route, waits });
  const isInTime = pipeline.now() - begun <= IN_TIME;
  const isRefused = new Set(refused.map(({ fact }) => fact.id));
  const kept = distinctFacts.filter(({ id }) => !isRefused.has(id));
  const concerned = watchedIn(kept);
  const entities = concerned.filter((entity) => !(isInTime && waits.has(entityId(entity))));
  const left = await evaluateEach(pipeline, entities, { mayLeaveTimes: true });
  const isEvaluated = new Set(entities.map(entityId));
  const explained = await explainedBy(pipeline, kept);
  await evaluateAll(
    pipeline,
    explained.filter((entity) => !isEvaluated.has(entityId(entity))),
  );
  await scheduleLooks(pipeline, left);
  // They were for the case that this process dies before; left there, each would cost an evaluation for nothing.
  if (guards.length > 0) await pipeline.store.due.done(guards);
  pipeline.presence.heard(concerned, pipeline.now());
  return refused;
}

/** The clock will look at them within two minutes: one row for all that comes within one. */
async function scheduleLooks(pipeline: Pipeline, entities: readonly EntityRef[]): Promise<void> {
  const looks = pipeline.presence.looks(entities, pipeline.now());
  if (looks.length > 0) await pipeline.store.due.schedule(looks);
  pipeline.presence.scheduled(looks);
}

interface Keeping {
  readonly route: string;
  /** Ids of entities that are left to the clock. */
  readonly waits: ReadonlySet<string>;
}

interface Kept {
  readonly refused: readonly RefusedFact[];
  /** Due rows that are needed no more once their entities are evaluated. */
  readonly guards: readonly DueItem[];
}

/** All at once, which is what nearly always works; else one by one, to find which of them it is. */
async function keepOrIsolate(pipeline: Pipeline, facts: readonly Fact[], keeping: Keeping): Promise<Kept> {
  try {
    return { refused: [], guards: await keep(pipeline, facts, keeping) };
  } catch (error) {
    if (mayPass(error)) throw error;
  }
  const refused: RefusedFact[] = [];
  const guards: DueItem[] = [];
  for (const fact of facts) {
    try {
      guards.push(...(await keep(pipeline, [fact], keeping)));
    } catch (error) {
      if (mayPass(error)) throw error;
      const detail = error instanceof StoreRefused ? `storage refused it: ${error.status}` : errorName(error);
      refused.push({ fact, detail });
    }
  }
  return { refused, guards };
}

/** Returns the due rows that are needed until their entities are evaluated. */
async function keep(
  pipeline: Pipeline,
  facts: readonly Fact[],
  { route, waits }: Keeping,
): Promise<readonly DueItem[]> {
  const now = pipeline.now();
  const entities = watchedIn(facts);
  await scheduleLooks(
    pipeline,
    entities.filter((entity) => waits.has(entityId(entity))),
  );
  // Named for the facts: whoever takes a guard away has evaluated these very facts, and no row that another absorb, or the
  // entity itself, has put at the same moment goes with it.
  const guarded = digest(facts.map(({ id }) => id));
  const guards = entities
    .filter((entity) => !waits.has(entityId(entity)))
    .map((entity): DueItem => ({ entity, at: now + MINUTE, kind: 'guard', guarded }));
  if (guards.length > 0) await pipeline.store.due.schedule(guards);
  await pipeline.store.facts.put(facts.map((fact): StoredFact => ({ fact, arrivedAt: now, route })));
  return guards;
}

/** The name only: messages of engines quote their input. */
const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

/**
 * Evaluates entities side by side. Storage that is away is thrown after the others had their turn; an entity whose evaluation
 * meets a bug stays due, and holds up nobody. `forRevision`: only those that were last evaluated under older thresholds.
 */
export async function evaluateAll(pipeline: Pipeline, entities: readonly EntityRef[], forRevision = 0): Promise<void> {
  await evaluateEach(pipeline, entities, { forRevision });
}

/** Returns those whose last records are not written down yet: the clock must look at them. */
async function evaluateEach(
  pipeline: Pipeline,
  entities: readonly EntityRef[],
  how: { readonly forRevision?: number; readonly mayLeaveTimes?: boolean },
): Promise<readonly EntityRef[]> {
  if (entities.length === 0) return [];
  const waiting = [...entities];
  // Read once for all of them, and before any of their facts: what comes in between only makes the watermark too low.
  const progress = { at: pipeline.now(), rows: await readProgress(pipeline) };
  const failures: unknown[] = [];
  const left: EntityRef[] = [];
  const worker = async (): Promise<void> => {
    for (let entity = waiting.shift(); entity; entity = waiting.shift()) {
      try {
        const { outcome } = await evaluateEntity(pipeline, entity, { ...how, progress });
        if (outcome === 'left-to-the-clock') left.push(entity);
      } catch (error) {
        await leaveDue(pipeline, entity, error).catch((thrown: unknown) => failures.push(thrown));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, entities.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return left;
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
