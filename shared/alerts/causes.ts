import { type EntityRef, lastPart } from '../model/entity.ts';
import { type Fact, type FactKind, factMillis } from '../model/fact.ts';
import type { RuleSettings } from '../model/settings.ts';
import { DAY, HOUR, type Millis, millisOf } from '../model/time.ts';
import { addEvidence, type Cause, type CauseKind, type Draft } from './ledger.ts';

/** Operations that explain an interruption, by the names of GatewayDiagnosticLog and, with a slash or `reset`, of the Activity Log. */
const OPERATIONS: Readonly<Record<string, CauseKind>> = {
  hostmaintenanceevent: 'maintenance',
  gatewaytenantprimarychanged: 'maintenance',
  reset: 'reset',
  setgatewayconfiguration: 'configuration-change',
  setconnectionconfiguration: 'configuration-change',
  migratecustomersubscription: 'configuration-change',
  gatewayresourcemove: 'configuration-change',
  'connections/write': 'configuration-change',
  'connections/delete': 'configuration-change',
  'localnetworkgateways/write': 'configuration-change',
};
/** It changes nothing: it is shown beside a finding and explains none. */
const EVIDENCE_ONLY = 'validategatewayconfiguration';

/** Of two causes the stronger is named. What is only likely (`weak`) is weaker than any that is certain. */
const STRENGTH: Readonly<Record<CauseKind, number>> = {
  maintenance: 5,
  reset: 4,
  'service-incident': 3,
  'configuration-change': 2,
  'resource-health': 1,
};
const LOWERING: ReadonlySet<CauseKind> = new Set(['maintenance', 'reset']);

/** The second instance is maintained some tens of minutes after the first: one maintenance, though logged once. */
const MAINTENANCE_PAIR: Millis = HOUR;
/** An announcement that covers more than this names no time, and an open one is believed for as long after its last word. */
const LONG_NOTICE: Millis = DAY;

const EXPLAINED: ReadonlySet<string> = new Set([
  'tunnel.failover',
  'tunnel.network-fault',
  'tunnel.down',
  'tunnel.degraded',
  'tunnel.flapping',
]);

/** What may explain findings that begin from a little before `from` to a little after `until`. */
interface Candidate {
  /** Null: evidence only. */
  readonly cause: Cause | null;
  readonly evidence: Fact['evidence'];
  readonly from: Millis;
  readonly until: Millis;
  /** An announcement for regions (none: all), of which the record that was said last counts. */
  readonly notice: { readonly id: string | null; readonly saidAt: string; readonly regions: readonly string[] } | null;
}

/** What the fold remembers of what was done to a gateway and said of its region. Plain JSON. */
export interface CauseState {
  recent: Candidate[];
  /** Start of the last episode that maintenance explained, and its cause. */
  maintained: { startsAt: Millis; cause: Cause } | null;
  /** The gateway's region, once a record of it named one. */
  region: string | null;
}

export const startCauses = (): CauseState => ({ recent: [], maintained: null, region: null });

/** Whether facts of a kind may be causes. */
export const isOfCauses = (kind: FactKind): boolean => kind.startsWith('gateway.') || kind.startsWith('subscription.');

/** Remembers what may explain findings of this entity; anything else is ignored. */
export function noteCause(state: CauseState, fact: Fact, entity: EntityRef): void {
  if (fact.kind === 'subscription.service-health') noteNotice(state, fact);
  const candidate = candidateOf(fact, entity);
  if (candidate) state.recent.push(candidate);
}

/** An operation or a change of health: at one instant, and certainly of this entity's gateway. */
function candidateOf(fact: Fact, entity: EntityRef): Candidate | undefined {
  const at = factMillis(fact);
  const said = { evidence: fact.evidence, from: at, until: at, notice: null };
  if (fact.kind === 'gateway.health') {
    const { status, title, cause } = fact.attributes;
    if (!/^(?:unavailable|degraded)$/i.test(String(status))) return undefined;
    return { ...said, cause: causeOf(fact, 'resource-health', [`gateway ${status}`, title, cause]) };
  }
  if (fact.kind !== 'gateway.operation' && fact.kind !== 'subscription.operation') return undefined;
  const { operation, status, who, message, resource } = fact.attributes;
  const name = String(operation ?? '').toLowerCase();
  if (name === EVIDENCE_ONLY) return { ...said, cause: null };
  const kind = OPERATIONS[name];
  const isByHand = kind === 'reset' || name.includes('/');
  if (!kind || (isByHand && /^fail/i.test(String(status)))) return undefined;
  const doneBy = `${operation}${who ? ` by ${who}` : ''}`;
  if (fact.kind === 'gateway.operation') return { ...said, cause: causeOf(fact, kind, [doneBy, message]) };
  const match = matchOf(fact, entity);
  return (
    match && {
      ...said,
      cause: causeOf(fact, kind, [doneBy, nameIn(resource), match.weak ? match.because : null], match.weak),
    }
  );
}

/**
 * A connection or local network gateway that names no gateway: it is this tunnel's when the address in it is the tunnel's remote one,
 * and likely when it names no address and lies in the gateway's resource group.
 */
function matchOf(
  { attributes }: Fact,
  entity: EntityRef,
): { readonly weak: boolean; readonly because: string } | undefined {
  const { remoteIp, resourceGroup } = attributes;
  if (typeof remoteIp === 'string') return remoteIp === lastPart(entity) ? { weak: false, because: '' } : undefined;
  const isNear = typeof resourceGroup === 'string' && entity.key.includes(`/resourcegroups/${resourceGroup}/`);
  return isNear ? { weak: true, because: 'in the same resource group' } : undefined;
}

/** ServiceHealth: what was said last of one announcement replaces what was said before. */
function noteNotice(state: CauseState, fact: Fact): void {
  const { type, trackingId, regions, title, from, until, saidAt, canceled } = fact.attributes;
  const id = typeof trackingId === 'string' ? trackingId : null;
  const said = String(saidAt);
  const before = id === null ? undefined : state.recent.find(({ notice }) => notice?.id === id);
  if (before?.notice && before.notice.saidAt >= said) return;
  if (before) state.recent.splice(state.recent.indexOf(before), 1);
  const begins = Math.max(factMillis(fact), millisOf(String(from)));
  const ends = typeof until === 'string' ? millisOf(until) : millisOf(said) + LONG_NOTICE;
  const isLong = typeof until === 'string' && ends - begins > LONG_NOTICE;
  const kind = type === 'maintenance' ? 'maintenance' : 'service-incident';
  const where = regions === '' ? 'all regions' : String(regions);
  const because = isLong && kind === 'maintenance' ? 'announced for more than a day' : null;
  const cause = causeOf(fact, kind, [`ServiceHealth ${id ?? ''} in ${where}`, title, because], because !== null);
  state.recent.push({
    // A withdrawn announcement stays, so that what was said before it does not come back.
    cause: canceled === true ? null : cause,
    evidence: fact.evidence,
    from: begins,
    until: canceled === true ? begins : Math.max(begins, ends),
    notice: { id, saidAt: said, regions: regions === '' ? [] : String(regions).split(',') },
  });
}

/** Text of a cause for people: its kind, what happened, and what was said about it. */
function causeOf(fact: Fact, kind: CauseKind, said: readonly unknown[], weak = false): Cause {
  const words = said.filter((one) => typeof one === 'string' && one !== '').map((one) => String(one).slice(0, 300));
  return {
    kind,
    at: factMillis(fact),
    text: `${kind}: ${words.join(': ')}`,
    lowers: LOWERING.has(kind) && !weak,
    strength: weak ? 0 : STRENGTH[kind],
    evidence: fact.evidence,
  };
}

const nameIn = (resource: unknown): string | null =>
  typeof resource === 'string' ? resource.slice(resource.lastIndexOf('/') + 1) : null;

/** Forgets what no finding made from now on can have as its cause: an episode is found up to the down window late. */
export function forgetCauses(state: CauseState, at: Millis, settings: RuleSettings): void {
  if (state.recent.length === 0) return;
  const keep = settings.causeBeforeMs + Math.max(settings.causeAfterMs, settings.downWindowMs);
  state.recent = state.recent.filter(({ until }) => until + keep >= at);
}

/**
 * Gives each finding its strongest cause: from 10 minutes before to 5 minutes after its start, or announced for that time. Maintenance
 * and reset lower its severity by one step, except that of `tunnel.down`.
 */
export function attachCauses(state: CauseState, drafts: readonly Draft[], settings: RuleSettings): void {
  if (state.recent.length === 0 && state.maintained === null) return;
  for (const draft of drafts) {
    if (!EXPLAINED.has(draft.rule)) continue;
    const near = state.recent.filter(
      ({ from, until }) =>
        draft.startsAt >= from - settings.causeAfterMs && draft.startsAt <= until + settings.causeBeforeMs,
    );
    for (const { cause, notice, evidence } of near) if (!cause && !notice) addEvidence(draft, [evidence]);
    const own = strongest(near, state.region);
    const found = own ?? pairedMaintenance(state, draft);
    if (!found || (draft.cause && draft.cause.strength >= found.strength)) continue;
    draft.cause = { ...found, lowers: found.lowers && draft.rule !== 'tunnel.down' };
    if (own?.kind === 'maintenance' && own.strength > 0) state.maintained = { startsAt: draft.startsAt, cause: own };
  }
}

function strongest(near: readonly Candidate[], region: string | null): Cause | undefined {
  let best: Cause | undefined;
  for (const { cause, notice } of near) {
    const found = cause && notice ? inRegion(cause, notice.regions, region) : cause;
    if (found && (!best || found.strength > best.strength)) best = found;
  }
  return best;
}

/** An announcement concerns the gateways of its regions; while a gateway's region is not known it is only likely. */
function inRegion(cause: Cause, regions: readonly string[], region: string | null): Cause | undefined {
  if (regions.length === 0 || (region !== null && regions.includes(region))) return cause;
  if (region !== null) return undefined;
  return { ...cause, text: `${cause.text} (region of the gateway not known)`, lowers: false, strength: 0 };
}

function pairedMaintenance(state: CauseState, draft: Draft): Cause | undefined {
  if (draft.rule !== 'tunnel.failover' || !state.maintained) return undefined;
  const apart = draft.startsAt - state.maintained.startsAt;
  return apart > 0 && apart <= MAINTENANCE_PAIR ? state.maintained.cause : undefined;
}
