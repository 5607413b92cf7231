import type { EntityRef } from '../model/entity.ts';
import { type Fact, factMillis } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { Settings } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';
import { type BrokenRule, Fold, type FoldPorts, type FoldState } from './fold.ts';

export interface EvaluateInput {
  readonly entity: EntityRef;
  /** Where the last evaluation left the snapshot; none for an entity never evaluated. */
  readonly snapshot?: FoldState | undefined;
  /** The entity's and its parent's facts behind the snapshot, in event-time order, each id once. */
  readonly facts: Iterable<Fact> | AsyncIterable<Fact>;
  readonly settings: Settings;
  readonly ports: FoldPorts;
  /** The instant up to which everything is judged: the watermark. Later facts wait for it. */
  readonly horizon: Millis;
  /** Where the next snapshot is taken: `now − lateness`; never behind the horizon. */
  readonly snapshotAt?: Millis;
}

export interface Evaluation {
  readonly findings: readonly Finding[];
  /** The fold's state at the horizon: what health and the page show. */
  readonly state: FoldState;
  readonly snapshot: FoldState | undefined;
  /** The next instant at which only time changes something. */
  readonly nextDue: Millis | undefined;
  readonly lastFactAt: Millis | undefined;
  /** Facts dated after the horizon; they wait. */
  readonly future: number;
  readonly broken: readonly BrokenRule[];
}

/**
 * Folds an entity from its snapshot up to the horizon. Pure: the same facts, settings, snapshot and horizon give the same
 * findings, whenever and however often it runs.
 */
export async function evaluate(input: EvaluateInput): Promise<Evaluation> {
  const fold = new Fold(input.entity, input.settings, input.ports, input.snapshot);
  const snapshotAt = Math.min(input.snapshotAt ?? Number.NEGATIVE_INFINITY, input.horizon);
  let snapshot = input.snapshot;
  let taken = !(snapshotAt > (input.snapshot?.at ?? Number.NEGATIVE_INFINITY));
  let future = 0;
  const take = (): void => {
    if (taken) return;
    taken = true;
    fold.advanceTo(snapshotAt);
    snapshot = fold.snapshot();
  };
  const apply = (fact: Fact): void => {
    const at = factMillis(fact);
    if (at > input.horizon) {
      future++;
      return;
    }
    if (at > snapshotAt) take();
    fold.apply(fact);
  };
  // Facts that are at hand are not waited for one by one.
  if (Symbol.iterator in input.facts) for (const fact of input.facts) apply(fact);
  else for await (const fact of input.facts) apply(fact);
  take();
  fold.advanceTo(input.horizon);
  return {
    findings: fold.findings(),
    state: fold.state,
    snapshot,
    nextDue: fold.nextDue(),
    lastFactAt: fold.lastFactAt,
    future,
    broken: fold.broken,
  };
}
