export const HEALTH_STATES = ['healthy', 'warning', 'unhealthy', 'unknown'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** One check of one entity: what was seen, when, against what, and why that gives the state. */
export interface Check {
  readonly id: string;
  readonly state: HealthState;
  readonly value: string | number | boolean | null;
  readonly unit: string | null;
  /** ISO time of the observation; null when nothing was observed. */
  readonly observedAt: string | null;
  /** The bound that decided, in words that show the operator: `<= 95`. Null when the check has no bound. */
  readonly threshold: string | null;
  readonly reason: string;
}

export interface EntityHealth {
  readonly state: HealthState;
  /** One word for people: `up`, `down`, `degraded`, `flapping`, `offline`, `historical`, … */
  readonly detail: string;
  readonly checks: readonly Check[];
}

const RANK: Record<HealthState, number> = { unknown: 0, healthy: 1, warning: 2, unhealthy: 3 };

/** Worst-of: `unknown` never worsens; only unknowns, or nothing at all, give `unknown`. */
export function worstOf(states: Iterable<HealthState>): HealthState {
  let worst: HealthState = 'unknown';
  for (const state of states) if (RANK[state] > RANK[worst]) worst = state;
  return worst;
}
