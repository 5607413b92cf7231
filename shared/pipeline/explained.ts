import { type EntityKind, type EntityRef, entityId, explainedKinds } from '../model/entity.ts';
import { type Fact, factMillis, isFor } from '../model/fact.ts';
import { HOUR, type Millis, millisOf, parseTime } from '../model/time.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The known entities that facts explain beside those that they are about: what was done to a gateway may be the cause of its tunnels'
 * findings. The parts of a gateway are few and are all looked at again; of a subscription, those with an alert from that time.
 */
export async function explainedBy(pipeline: Pipeline, facts: readonly Fact[]): Promise<EntityRef[]> {
  const found = new Map<string, EntityRef>();
  for (const ofOne of Map.groupBy(facts, ({ entity }) => entityId(entity)).values()) {
    const [first] = ofOne;
    if (first === undefined) continue;
    const { entity } = first;
    const kinds = explainedKinds(entity.kind).filter((kind) => ofOne.some((fact) => isFor(fact.kind, kind)));
    if (kinds.length === 0) continue;
    const ask = entity.kind === 'azure-subscription' ? alertedThen : partsOf;
    for (const one of await ask(pipeline, entity, kinds, ofOne)) found.set(entityId(one), one);
  }
  return [...found.values()];
}

/** The known parts of an entity. That it goes on reporting is no news, and can only end what is wrong. */
async function partsOf(
  pipeline: Pipeline,
  whole: EntityRef,
  kinds: readonly EntityKind[],
  facts: readonly Fact[],
): Promise<EntityRef[]> {
  const isNews = facts.some(({ kind }) => !kind.endsWith('.heard'));
  const parts: EntityRef[] = [];
  for (const kind of kinds) {
    let after: string | undefined;
    do {
      const page = await pipeline.store.entities.list(kind, {
        keyPrefix: `${whole.key}|`,
        ...(after === undefined ? {} : { after }),
      });
      const concerned = page.items.filter(({ about }) => isNews || about['state'] !== 'healthy');
      parts.push(...concerned.map(({ entity }) => entity));
      after = page.next;
    } while (after !== undefined);
  }
  return parts;
}

/** A second maintenance window is explained by the first one up to this long after it. */
const PAIR: Millis = HOUR;

/** Those under an entity with an alert that began when these facts may have been its cause. */
async function alertedThen(
  pipeline: Pipeline,
  whole: EntityRef,
  kinds: readonly EntityKind[],
  facts: readonly Fact[],
): Promise<EntityRef[]> {
  const { causeAfterMs, causeBeforeMs } = pipeline.settings.rules;
  const startsAfter = Math.min(...facts.map(factMillis)) - causeAfterMs - 1;
  const startsBefore = Math.max(...facts.map(untilOf)) + causeBeforeMs + PAIR;
  const found: EntityRef[] = [];
  let after: string | undefined;
  do {
    const asked = { startsAfter, startsBefore, limit: 1_000, ...(after === undefined ? {} : { after }) };
    const page = await pipeline.store.entities.alerts(asked);
    found.push(...page.items.map(({ entity }) => entity));
    after = page.next;
  } while (after !== undefined);
  return found.filter(({ kind, key }) => kinds.includes(kind) && key.startsWith(`${whole.key}/`));
}

/** Until when what a fact says holds: `until` where it says so. */
function untilOf(fact: Fact): Millis {
  const { until } = fact.attributes;
  const parsed = typeof until === 'string' ? parseTime(until) : undefined;
  return Math.max(factMillis(fact), parsed === undefined ? 0 : millisOf(parsed.timestamp));
}
