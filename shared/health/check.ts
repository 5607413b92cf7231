import { type Fact, factMillis } from '../model/fact.ts';
import type { Check, HealthState } from '../model/health.ts';
import type { RuleSettings, Thresholds } from '../model/settings.ts';
import { isoOf, type Millis } from '../model/time.ts';
import { type Reading, unread } from './reading.ts';

/** All that a server's health is judged by. */
export interface CheckInput {
  /** The last check-in; undefined when none was ever seen. */
  readonly checkIn: Fact | undefined;
  /** The clock that absence is judged at: the watermark, not the wall clock. */
  readonly nowMs: Millis;
  readonly thresholds: Thresholds;
  /** When the server last gave a session or access record: the sign that it serves although its agent is silent. */
  readonly lastServedMs?: Millis | undefined;
  readonly settings: RuleSettings;
}

/** One row of the health page of a Microsoft Tunnel server. */
export interface HealthCheck {
  readonly id: string;
  readonly title: string;
  readonly unit: string | null;
  readonly editable: boolean;
  /** True when an alert rule of its own watches it, so that `server.health` leaves it out. */
  readonly ownRule: boolean;
  /** Pure and total: what is not known is `unknown` with a reason. */
  assess(input: CheckInput): Check;
  /** What the state means and what to do about it. */
  remedy(state: HealthState): string;
}

/** What a known value comes to. */
export type Verdict = Pick<Check, 'state' | 'value' | 'threshold' | 'reason'>;

/** The names of a check, and what to do when it is not healthy. A check that has no warning needs no text for it. */
export interface CheckText {
  readonly id: string;
  readonly title: string;
  readonly unit?: string;
  readonly ownRule?: boolean;
  readonly remedies: Partial<Readonly<Record<HealthState, string>>>;
}

export interface CheckDefinition extends CheckText {
  readonly editable?: boolean;
  judge(checkIn: Fact, input: CheckInput): Reading<Verdict>;
}

/** What is said of a state that a check has no text of its own for. */
export const DEFAULT_REMEDIES: Readonly<Record<HealthState, string>> = {
  healthy: 'As it should be: nothing to do.',
  warning: 'Look at the value before it becomes unhealthy.',
  unhealthy: 'Look at the server.',
  unknown: 'Not known, so it does not count. See that the check-in carries this value in the form its schema states.',
};

/** Makes a check of what only that check knows; nothing known gives `unknown`, and the check-in's time is the observation's. */
export function defineCheck({ judge, remedies, ...names }: CheckDefinition): HealthCheck {
  const { id, title, editable = false, ownRule = false } = names;
  const unit = names.unit ?? null;
  return {
    id,
    title,
    unit,
    editable,
    ownRule,
    assess(input) {
      const { checkIn } = input;
      const reading = checkIn ? judge(checkIn, input) : unread('no check-in known');
      const observedAt = checkIn ? isoOf(factMillis(checkIn)) : null;
      return reading.ok
        ? { id, unit, observedAt, ...reading.value }
        : { id, unit, observedAt: null, state: 'unknown', value: null, threshold: null, reason: reading.error };
    },
    remedy: (state) => remedies[state] ?? DEFAULT_REMEDIES[state],
  };
}
