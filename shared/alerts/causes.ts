import { type Fact, factMillis } from '../model/fact.ts';
import type { RuleSettings } from '../model/settings.ts';
import { HOUR, type Millis } from '../model/time.ts';
import type { Cause, Draft } from './ledger.ts';

/**
 * Gateway operations that explain an interruption, by the operation names of GatewayDiagnosticLog and the Activity Log.
 * ValidateGatewayConfiguration changes nothing and explains nothing.
 */
const OPERATIONS: Readonly<Record<string, Cause['kind']>> = {
  hostmaintenanceevent: 'maintenance',
  gatewaytenantprimarychanged: 'maintenance',
  servicehealthmaintenance: 'maintenance',
  reset: 'reset',
  setgatewayconfiguration: 'configuration-change',
  setconnectionconfiguration: 'configuration-change',
  migratecustomersubscription: 'configuration-change',
  gatewayresourcemove: 'configuration-change',
};
const STRENGTH: Readonly<Record<Cause['kind'], number>> = { maintenance: 3, reset: 2, 'configuration-change': 1 };

/** The second instance is maintained some tens of minutes after the first: one maintenance, though logged once. */
const MAINTENANCE_PAIR: Millis = HOUR;

const EXPLAINED: ReadonlySet<string> = new Set([
  'tunnel.failover',
  'tunnel.network-fault',
  'tunnel.down',
  'tunnel.degraded',
  'tunnel.flapping',
]);

/** What the fold remembers of a gateway's operations. Plain JSON. */
export interface CauseState {
  recent: Cause[];
  /** Start of the last episode that maintenance explained, and its cause. */
  maintained: { startsAt: Millis; cause: Cause } | null;
}

export const startCauses = (): CauseState => ({ recent: [], maintained: null });

/** Remembers an operation of the gateway; anything else, and a reset that failed, is ignored. */
export function noteOperation(state: CauseState, fact: Fact): void {
  if (fact.kind !== 'gateway.operation') return;
  const operation = String(fact.attributes['operation'] ?? '');
  const kind = OPERATIONS[operation.toLowerCase()];
  if (!kind || (kind === 'reset' && fact.attributes['status'] === 'Failed')) return;
  const who = fact.attributes['who'];
  const message = fact.attributes['message'];
  const by = typeof who === 'string' && who !== '' ? ` by ${who}` : '';
  const said = typeof message === 'string' && message !== '' ? `: ${message.slice(0, 300)}` : '';
  state.recent.push({
    kind,
    at: factMillis(fact),
    text: `${kind}: ${operation}${by}${said}`,
    lowers: kind !== 'configuration-change',
    evidence: fact.evidence,
  });
}

/** Forgets operations that no finding made from now on can have as its cause: an episode is found up to the down window late. */
export function forgetOperations(state: CauseState, at: Millis, settings: RuleSettings): void {
  const keep = settings.causeBeforeMs + Math.max(settings.causeAfterMs, settings.downWindowMs);
  state.recent = state.recent.filter((cause) => cause.at + keep >= at);
}

/**
 * Gives each finding its strongest cause: an operation from 10 minutes before to 5 minutes after its start. Maintenance and
 * reset lower its severity by one step, except that of `tunnel.down`.
 */
export function attachCauses(state: CauseState, drafts: readonly Draft[], settings: RuleSettings): void {
  for (const draft of drafts) {
    if (!EXPLAINED.has(draft.rule)) continue;
    const own = strongest(state.recent, draft, settings);
    const found = own ?? pairedMaintenance(state, draft);
    if (!found || (draft.cause && STRENGTH[draft.cause.kind] >= STRENGTH[found.kind])) continue;
    draft.cause = { ...found, lowers: found.lowers && draft.rule !== 'tunnel.down' };
    if (own?.kind === 'maintenance') state.maintained = { startsAt: draft.startsAt, cause: own };
  }
}

function strongest(recent: readonly Cause[], draft: Draft, settings: RuleSettings): Cause | undefined {
  let best: Cause | undefined;
  for (const cause of recent) {
    const within =
      cause.at >= draft.startsAt - settings.causeBeforeMs && cause.at <= draft.startsAt + settings.causeAfterMs;
    if (!within) continue;
    if (!best || STRENGTH[cause.kind] > STRENGTH[best.kind]) best = cause;
  }
  return best;
}

function pairedMaintenance(state: CauseState, draft: Draft): Cause | undefined {
  if (draft.rule !== 'tunnel.failover' || !state.maintained) return undefined;
  const apart = draft.startsAt - state.maintained.startsAt;
  return apart > 0 && apart <= MAINTENANCE_PAIR ? state.maintained.cause : undefined;
}
