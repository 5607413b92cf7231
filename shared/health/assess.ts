import { type Fact, factMillis } from '../model/fact.ts';
import { type Check, type EntityHealth, type HealthState, worstOf } from '../model/health.ts';
import type { RuleSettings, Thresholds } from '../model/settings.ts';
import type { CheckInput } from './check.ts';
import { CHECKS } from './checks/index.ts';

/**
 * The health of a tunnel server: every check, and the worst of them. `detail` is `offline`, or the id of the worst check (the
 * first of the page's order), `ok`, or `unknown` where nothing is known.
 */
export function assessServer(input: CheckInput): EntityHealth {
  const checks = CHECKS.map((check) => check.assess(input));
  const state = worstOf(checks.map((check) => check.state));
  return { state, detail: detailOf(state, checks), checks };
}

function detailOf(state: HealthState, checks: readonly Check[]): string {
  if (state === 'unknown') return 'unknown';
  if (state === 'healthy') return 'ok';
  const worst = checks.find((check) => check.state === state)?.id ?? state;
  return worst === 'lastCheckIn' && state === 'unhealthy' ? 'offline' : worst;
}

/** A site's state: the worst of its servers'; `unknown` does not count, and a site without a known server is unknown. */
export const assessSite = (servers: readonly EntityHealth[]): HealthState => worstOf(servers.map(({ state }) => state));

export interface CheckInLevel {
  readonly state: HealthState;
  /** The checks in that state, in the page's order, each with its remedy; none while it is healthy or unknown. */
  readonly worst: readonly (Check & { readonly remedy: string })[];
  /** Ids of the checks that the check-in gave no value for. */
  readonly unreported: readonly string[];
}

const OWN_CHECKS = CHECKS.filter((check) => !check.ownRule);

/**
 * How bad one check-in is by itself, judged at its own time: the worst of the checks that have no alert rule of their own.
 * This is the sample that `server.health` counts.
 */
export function checkInLevel(checkIn: Fact, thresholds: Thresholds, settings: RuleSettings): CheckInLevel {
  const input: CheckInput = { checkIn, nowMs: factMillis(checkIn), thresholds, settings };
  const assessed = OWN_CHECKS.map((check) => ({ check, result: check.assess(input) }));
  const state = worstOf(assessed.map(({ result }) => result.state));
  const unreported = assessed.flatMap(({ result }) =>
    result.state === 'unknown' && result.value === null ? [result.id] : [],
  );
  if (state === 'healthy' || state === 'unknown') return { state, worst: [], unreported };
  const worst = assessed.filter(({ result }) => result.state === state);
  return { state, worst: worst.map(({ check, result }) => ({ ...result, remedy: check.remedy(state) })), unreported };
}
