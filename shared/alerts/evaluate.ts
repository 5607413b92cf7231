import type { EntityRef } from '../model/entity.ts';
import { type Fact, factMillis } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { Settings } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';
import { type BrokenRule, Fold, type FoldPorts, type FoldState } from './fold.ts';

/** What an evaluation starts with. */
export interface EvaluationStart {
  readonly entity: EntityRef;
  /** Where the last evaluation left the snapshot; none for an entity never evaluated. */
  readonly snapshot?: FoldState | undefined;
  readonly settings: Settings;
  readonly ports: FoldPorts;
  /** The instant up to which everything is judged: the watermark. Later facts wait for it. */
  readonly horizon: Millis;
  /** Where the next snapshot is taken: `now − lateness`; never behind the horizon. */
  readonly snapshotAt?: Millis;
}

export interface EvaluateInput extends EvaluationStart {
  /** The entity's and its parent's facts behind the snapshot, in event-time order, each id once. */
  readonly facts: Iterable<Fact> | AsyncIterable<Fact>;
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
  const evaluator = new Evaluator(input);
  // Facts that are at hand are not waited for one by one.
  if (Symbol.iterator in input.facts) for (const fact of input.facts) evaluator.apply(fact);
  else for await (const fact of input.facts) evaluator.apply(fact);
  return evaluator.end();
}

/** The same for who goes through the facts himself: `apply` for each of them, then `end`. */
export class Evaluator {
  readonly #fold: Fold;
  readonly #horizon: Millis;
  readonly #snapshotAt: Millis;
  #snapshot: FoldState | undefined;
  #taken: boolean;
  #future = 0;

  constructor({ entity, settings, ports, snapshot, horizon, snapshotAt }: EvaluationStart) {
    this.#fold = new Fold(entity, settings, ports, snapshot);
    this.#horizon = horizon;
    this.#snapshotAt = Math.min(snapshotAt ?? Number.NEGATIVE_INFINITY, horizon);
    this.#snapshot = snapshot;
    this.#taken = !(this.#snapshotAt > (snapshot?.at ?? Number.NEGATIVE_INFINITY));
  }

  apply(fact: Fact): void {
    const at = factMillis(fact);
    if (at > this.#horizon) {
      this.#future++;
      return;
    }
    if (!this.#taken && at > this.#snapshotAt) this.#take();
    this.#fold.apply(fact);
  }

  end(): Evaluation {
    const fold = this.#fold;
    if (!this.#taken) this.#take();
    fold.advanceTo(this.#horizon);
    return {
      findings: fold.findings(),
      state: fold.state,
      snapshot: this.#snapshot,
      nextDue: fold.nextDue(),
      lastFactAt: fold.lastFactAt,
      future: this.#future,
      broken: fold.broken,
    };
  }

  #take(): void {
    this.#taken = true;
    this.#fold.advanceTo(this.#snapshotAt);
    this.#snapshot = this.#fold.snapshot();
  }
}
