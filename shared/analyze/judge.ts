import { Evaluator } from '../alerts/evaluate.ts';
import type { BrokenRule } from '../alerts/fold.ts';
import { reconcile } from '../alerts/reconcile.ts';
import { enginePorts } from '../engine.ts';
import type { ThresholdsFile } from '../health/thresholds-file.ts';
import type { Alert } from '../model/alert.ts';
import { ENTITY_KINDS, type EntityKind, type EntityRef, parentOf } from '../model/entity.ts';
import { compareFacts, type Fact, factMillis } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { EntityHealth } from '../model/health.ts';
import type { Millis } from '../model/time.ts';
import { gatewayHealth, healthOf, type Seen, settingsFor } from './entity-health.ts';
import { Offers } from './offers.ts';
import type { EntityFacts } from './spool.ts';

/** What is known of an entity at its horizon. */
export interface Assessed {
  readonly entity: EntityRef;
  readonly health: EntityHealth;
  readonly site: string | null;
  /** The instant up to which its absence was judged. */
  readonly horizon: Millis;
}

export interface Judgement {
  /** By kind and key. */
  readonly entities: readonly Assessed[];
  /** By start, rule and fingerprint. */
  readonly alerts: readonly Alert[];
  /** Facts, each id once. */
  readonly facts: number;
  /** Facts dated after the horizon of their entity: they were not folded in. */
  readonly later: number;
  /** Facts of gateways and firewalls beyond the bound, which explained none of their parts. */
  readonly operationsLeftOut: number;
  readonly broken: readonly BrokenRule[];
}

export interface JudgeInput {
  /** Entities with their facts, a parent right before its children. */
  readonly entities: Iterable<EntityFacts>;
  readonly thresholds: ThresholdsFile;
  /** The site a server named last. */
  readonly siteOf: (server: string) => string | undefined;
  /** The instant up to which a system (a gateway's ARM id, a host) is judged. */
  readonly horizonOf: (system: string) => Millis;
}

/** What a fact or an entity belongs to: a gateway's ARM id or a host name. Records name it, so it links their sources. */
export const systemOf = (entity: EntityRef): string => (parentOf(entity) ?? entity).key;

/** Folds every entity up to its horizon: its health there, and every alert of its life. Nothing here reads a clock. */
export function judge(input: JudgeInput): Judgement {
  const assessed: Assessed[] = [];
  const alerts: Alert[] = [];
  const broken: BrokenRule[] = [];
  const gateways = new Map<string, readonly Finding[]>();
  const offers = new Offers();
  let system = '';
  let [facts, later] = [0, 0];

  for (const { entity, facts: stored } of input.entities) {
    if (systemOf(entity) !== system) offers.nextSystem();
    system = systemOf(entity);
    const horizon = input.horizonOf(system);
    const seen = { count: 0, later: 0 };
    const own = offers.noting(entity, stored);
    if (entity.kind === 'azure-subscription') {
      for (const _ of own) facts++;
      continue;
    }
    const settings = settingsFor(entity, input.thresholds, input.siteOf(system));
    const evaluator = new Evaluator({ entity, settings, ports: enginePorts, horizon });
    applyAll(evaluator, inOrder(own, offers.to(entity)), { kind: entity.kind, horizon, seen });
    const evaluation = evaluator.end();
    const { findings, state } = evaluation;
    facts += seen.count;
    later += seen.later;
    broken.push(...evaluation.broken);
    alerts.push(...alertsOf(findings, horizon));
    if (entity.kind === 'gateway') gateways.set(entity.key, findings);
    else {
      const health = healthOf(entity, { state, findings, seen, horizon, settings });
      assessed.push({ entity, health, site: state.site, horizon });
    }
  }
  return {
    entities: [...assessGateways(gateways, assessed, input.horizonOf), ...assessed].sort(compareEntities),
    alerts: alerts.sort(compareAlerts),
    facts,
    later,
    operationsLeftOut: offers.leftOut,
    broken,
  };
}

/** Offline all records are there, so nothing has to settle, and the source's own clock makes everything live. */
function alertsOf(findings: readonly Finding[], horizon: Millis): readonly Alert[] {
  const foldedFrom = Number.NEGATIVE_INFINITY;
  return reconcile(findings, [], { now: horizon, horizon, foldedFrom, settled: true, historical: false }).alerts;
}

/** An entity's own facts are counted; those that explain it are of another kind. */
interface Noting {
  readonly kind: EntityKind;
  readonly horizon: Millis;
  readonly seen: Seen;
}

/** Apart from the rest, since it is compiled for the busiest of loops. */
function applyAll(evaluator: Evaluator, facts: Iterable<Fact>, { kind, horizon, seen }: Noting): void {
  for (const fact of facts) {
    if (fact.entity.kind === kind) {
      seen.count++;
      if (factMillis(fact) > horizon) seen.later++;
    }
    evaluator.apply(fact);
  }
}

/** Two lists in event-time order as one. */
const inOrder = (facts: Iterable<Fact>, offered: readonly Fact[]): Iterable<Fact> =>
  offered.length === 0 ? facts : merged(facts, offered);

function* merged(facts: Iterable<Fact>, offered: readonly Fact[]): Generator<Fact> {
  let index = 0;
  for (const fact of facts) {
    for (let other = offered[index]; other && compareFacts(other, fact) < 0; other = offered[index]) {
      yield other;
      index++;
    }
    yield fact;
  }
  yield* offered.slice(index);
}

/** A gateway is known by its own records or by a tunnel's. */
function assessGateways(
  findings: ReadonlyMap<string, readonly Finding[]>,
  assessed: readonly Assessed[],
  horizonOf: JudgeInput['horizonOf'],
): Assessed[] {
  const partsOf = (kind: EntityKind) =>
    Map.groupBy(
      assessed.filter(({ entity }) => entity.kind === kind),
      ({ entity }) => systemOf(entity),
    );
  const [tunnels, peers] = [partsOf('tunnel'), partsOf('bgp-peer')];
  return [...new Set([...findings.keys(), ...tunnels.keys()])].map((key) => ({
    entity: { kind: 'gateway', key },
    health: gatewayHealth(
      (tunnels.get(key) ?? []).map(({ health }) => health),
      (peers.get(key) ?? []).map(({ health }) => health),
      findings.get(key) ?? [],
    ),
    site: null,
    horizon: horizonOf(key),
  }));
}

function compareEntities({ entity: a }: Assessed, { entity: b }: Assessed): number {
  return ENTITY_KINDS.indexOf(a.kind) - ENTITY_KINDS.indexOf(b.kind) || (a.key < b.key ? -1 : 1);
}

function compareAlerts(a: Alert, b: Alert): number {
  if (a.startsAt !== b.startsAt) return a.startsAt - b.startsAt;
  if (a.rule !== b.rule) return a.rule < b.rule ? -1 : 1;
  return a.fingerprint < b.fingerprint ? -1 : 1;
}
