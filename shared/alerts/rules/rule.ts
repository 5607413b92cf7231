import type { EntityKind, EntityRef } from '../../model/entity.ts';
import type { Fact, FactKind } from '../../model/fact.ts';
import type { HealthState } from '../../model/health.ts';
import type { RuleSettings, Thresholds } from '../../model/settings.ts';
import type { Millis } from '../../model/time.ts';
import type { IkeMoment, IkeState } from '../ike-timeline.ts';
import type { Ledger } from '../ledger.ts';
import type { TunnelMoment, TunnelState } from '../tunnel-timeline.ts';

/** What a rule reacts to, in event-time order. */
export type RuleEvent =
  | { readonly type: 'fact'; readonly fact: Fact }
  /** What the connect and disconnect facts of a tunnel amount to. */
  | { readonly type: 'moment'; readonly moment: TunnelMoment }
  /** What the IKE facts of a tunnel amount to. */
  | { readonly type: 'ike'; readonly moment: IkeMoment }
  /** The instant that `dueAt` asked for has come. */
  | { readonly type: 'clock' }
  /** Other thresholds hold from now on. */
  | { readonly type: 'thresholds' };

export interface RuleContext {
  readonly entity: EntityRef;
  /** The event time of what happens now. */
  readonly at: Millis;
  readonly settings: RuleSettings;
  readonly thresholds: Thresholds;
  /** The rule's own findings about this entity. */
  readonly findings: Ledger;
  readonly tunnel: TunnelState;
  readonly ike: IkeState;
  /** The entity's site, once a check-in said it. */
  readonly site: string | null;
  readonly checkInLevel: CheckInLevel;
}

/** The worst of a check-in's own checks and which they are, and what it left out; the health room provides it. */
export type CheckInLevel = (
  checkIn: Fact,
  thresholds: Thresholds,
  settings: RuleSettings,
) => {
  readonly state: HealthState;
  readonly worst: readonly { readonly id: string; readonly reason: string; readonly remedy: string }[];
  readonly unreported: readonly string[];
};

/**
 * One alert rule: a small machine over one entity's facts. State is plain JSON (it goes into the snapshot), or `Saved` is, and is changed in
 * place; findings go to the ledger. No I/O, no clock but `context.at`. A rule never sees how often it is evaluated.
 */
export interface AlertRule<State = unknown, Saved = State> {
  readonly id: string;
  readonly title: string;
  /** The README anchor that says what the finding means and what to do. */
  readonly runbook: string;
  /** What it watches; several kinds where one trouble is told of each of them. */
  readonly entityKind: EntityKind | readonly EntityKind[];
  /** The kinds of facts that it is told of, where a busy entity has many others; of every one when not given. */
  readonly factKinds?: readonly FactKind[];
  readonly start: () => State;
  /** Where the state is no plain JSON while it is worked on: as JSON, and back. */
  readonly save?: (state: State) => Saved;
  readonly load?: (saved: Saved) => State;
  readonly on: (event: RuleEvent, state: State, context: RuleContext) => void;
  /**
   * The next instant at which only time changes something: `on` gets `clock` then. Must lie after what was handled. Asked again only when
   * the rule was told of something.
   */
  readonly dueAt?: (state: State, context: Pick<RuleContext, 'settings' | 'findings'>) => Millis | undefined;
  /** `dueAt` looks at findings of other rules too: it is asked again whatever happened. */
  readonly dueByOthers?: true;
}

/** Whether a rule watches entities of this kind. */
export const watches = ({ entityKind }: AlertRule, kind: EntityKind): boolean =>
  typeof entityKind === 'string' ? entityKind === kind : entityKind.includes(kind);

/** Puts a typed rule into the list, where rules of many state types stand together. */
export function defineRule<State, Saved = State>(rule: AlertRule<State, Saved>): AlertRule {
  // The fold hands each rule only the state that the same rule's `start` made, so the types meet again.
  return rule as unknown as AlertRule;
}
