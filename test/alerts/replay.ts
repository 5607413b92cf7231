import { type Evaluation, evaluate } from '../../shared/alerts/evaluate.ts';
import type { FoldState } from '../../shared/alerts/fold.ts';
import { type Reconciled, reconcile } from '../../shared/alerts/reconcile.ts';
import { enginePorts } from '../../shared/engine.ts';
import type { Alert } from '../../shared/model/alert.ts';
import type { EntityRef } from '../../shared/model/entity.ts';
import { compareFacts, type Fact, factMillis, latenessOf } from '../../shared/model/fact.ts';
import type { Settings } from '../../shared/model/settings.ts';
import type { Millis } from '../../shared/model/time.ts';

const FIRST: Millis = Number.NEGATIVE_INFINITY;

/** Each id once, in event-time order: what a store gives back. */
export function tidied(facts: readonly Fact[]): Fact[] {
  const byId = new Map<string, Fact>();
  for (const fact of facts) if (!byId.has(fact.id)) byId.set(fact.id, fact);
  return [...byId.values()].sort(compareFacts);
}

/** One evaluation of everything, as the offline command does it. */
export async function tidyRun(
  entity: EntityRef,
  facts: readonly Fact[],
  settings: Settings,
  now: Millis,
): Promise<readonly Alert[]> {
  const live = new LiveEntity(entity, settings);
  live.absorb(facts, now);
  await live.evaluate(now);
  return live.alerts;
}

/** What the live pipeline keeps of an entity between evaluations: facts, snapshot, alerts; all of it as a store would, as JSON. */
export class LiveEntity {
  readonly #entity: EntityRef;
  readonly #settings: Settings;
  readonly #facts = new Map<string, Fact>();
  #snapshot: FoldState | undefined;
  #horizon: Millis = FIRST;
  alerts: readonly Alert[] = [];

  constructor(entity: EntityRef, settings: Settings) {
    this.#entity = entity;
    this.#settings = settings;
  }

  /** Facts that arrive at `now`, some perhaps again. Throws when one is too late to count: then the test is wrong. */
  absorb(facts: readonly Fact[], now: Millis): void {
    for (const fact of facts) {
      if (this.#facts.has(fact.id)) continue;
      if (factMillis(fact) <= (this.#snapshot?.at ?? FIRST))
        throw new Error(`too late at ${new Date(now).toISOString()}`);
      this.#facts.set(fact.id, fact);
    }
  }

  /** Evaluates at the clock `now`, judging up to `horizon` (the watermark, which never goes back). */
  async evaluate(now: Millis, horizon = now): Promise<Reconciled & Evaluation> {
    this.#horizon = Math.max(this.#horizon, horizon);
    const foldedFrom = this.#snapshot?.at ?? FIRST;
    const evaluation = await evaluate({
      entity: this.#entity,
      snapshot: this.#snapshot,
      facts: tidied([...this.#facts.values()]).filter((fact) => factMillis(fact) > foldedFrom),
      // A threshold that is saved later is not known yet.
      settings: { ...this.#settings, thresholds: this.#settings.thresholds.filter(({ from }) => from <= now) },
      ports: enginePorts,
      horizon: this.#horizon,
      snapshotAt: now - latenessOf(this.#entity.kind),
    });
    if (evaluation.broken.length > 0) throw new Error(`rule ${evaluation.broken[0]?.rule} broke`);
    const context = { now, horizon: this.#horizon, foldedFrom, settled: true, historical: false };
    const reconciled = reconcile(evaluation.findings, this.alerts, context);
    this.alerts = asStored(reconciled.alerts);
    this.#snapshot = asStored(evaluation.snapshot);
    return { ...evaluation, ...reconciled };
  }
}

/** Through JSON and back: a store promises no more. */
function asStored<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}

/** The part of an alert that must be the same whatever the order of arrival. */
export const finalAlerts = (alerts: readonly Alert[]) =>
  alerts
    .filter((alert) => alert.endedBy !== 'disproved')
    .map(({ rule, severity, state, startsAt, endsAt, labels, annotations }) => ({
      rule,
      severity,
      state,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
      labels,
      annotations,
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
