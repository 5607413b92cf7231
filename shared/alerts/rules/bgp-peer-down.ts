import { lastPart, parentOf } from '../../model/entity.ts';
import type { Fact } from '../../model/fact.ts';
import type { Severity } from '../../model/severity.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import type { Draft } from '../ledger.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { gatewayName } from './tunnel-labels.ts';

/** Prefixes named in an alert, and how long before a disconnect a withdrawal still belongs to it. */
const MAX_ROUTES = 20;
const WITHDRAWN_BEFORE: Millis = MINUTE;

interface State {
  /** The last connect, and on which instance, where its record names one. */
  connected: { at: Millis; instance: string | null } | null;
  /** The gateway's other peers that are up. */
  others: string[];
  withdrawn: { at: Millis; prefixes: string[] }[];
}

/** A BGP peer is gone for longer than a restart takes. How bad it is depends on whether another peer still brings routes. */
export const bgpPeerDown = defineRule<State>({
  id: 'bgp.peer-down',
  title: 'BGP peer is down',
  runbook: 'bgppeer-down',
  entityKind: 'bgp-peer',
  start: () => ({ connected: null, others: [], withdrawn: [] }),
  on(event, state, context) {
    const { findings } = context;
    const open = findings.current();
    if (event.type === 'clock' && open) findings.confirm(open);
    if (event.type !== 'fact') return;
    const { fact } = event;
    if (fact.kind === 'gateway.bgp-peer') noteOther(state, fact, context);
    else if (fact.kind === 'bgp.connected') connected(state, fact, open, context);
    else if (fact.kind === 'bgp.disconnected') disconnected(state, fact, open, context);
    else if (fact.kind === 'bgp.routes' || fact.attributes['source'] === 'bgp') noteRoutes(state, fact, context);
    const still = findings.current();
    if (still) describe(still, state, context);
  },
  dueAt(_state, { findings }) {
    const open = findings.current();
    return open?.phase === 'pending' ? open.foundAt : undefined;
  },
});

function connected(state: State, fact: Fact, open: Draft | undefined, { findings, at }: RuleContext): void {
  state.connected = { at, instance: instanceOf(fact) };
  if (open?.phase === 'pending') findings.drop(open);
  else if (open) findings.close(open, 'fact', at, [fact.evidence]);
}

/** Down, unless the other instance has taken over just before, as in a planned failover. */
function disconnected(state: State, fact: Fact, open: Draft | undefined, context: RuleContext): void {
  const { entity, findings, settings, at } = context;
  const { connected: last } = state;
  const instance = instanceOf(fact);
  const isOther = last !== null && last.instance !== null && instance !== null && last.instance !== instance;
  if (open || (isOther && at - last.at <= settings.failoverWindowMs)) return;
  findings.open({
    severity: severityFor(state),
    labels: { gateway: parentOf(entity)?.key ?? '', peer: lastPart(entity) },
    startsAt: at,
    foundAt: at + settings.bgpDownMs + 1,
    phase: 'pending',
    byClock: true,
    summary: '',
    cause: 'Not said by the route log: the tunnel below it, the hold timer, a changed configuration, or the device.',
    remedy:
      'Check the tunnel to that device first, then that BGP runs on it with the ASN and the peer address that the gateway expects, TCP 179 through the tunnel, and the hold timer.',
    evidence: [fact.evidence],
  });
}

function noteOther(state: State, { attributes }: Fact, { entity }: RuleContext): void {
  const peer = String(attributes['peer']);
  if (peer === lastPart(entity)) return;
  state.others = state.others.filter((other) => other !== peer);
  if (attributes['state'] === 'connected') state.others = [...state.others, peer].sort();
}

function noteRoutes(state: State, { attributes }: Fact, { at, findings }: RuleContext): void {
  const prefixes = String(attributes['withdrawn'] ?? '')
    .split(', ')
    .filter((prefix) => prefix !== '');
  const since = (findings.current()?.startsAt ?? at) - WITHDRAWN_BEFORE;
  state.withdrawn = state.withdrawn.filter((one) => one.at >= since);
  if (prefixes.length > 0) state.withdrawn = [...state.withdrawn, { at, prefixes }].slice(-MAX_ROUTES);
}

const severityFor = ({ others }: State): Severity => (others.length > 0 ? 'warning' : 'critical');

/** While it lasts it is as bad as what is left. */
function describe(open: Draft, state: State, { entity }: RuleContext): void {
  const { others } = state;
  open.severity = severityFor(state);
  const left = others.length > 0 ? `${others.join(', ')} still up` : 'no other peer of the gateway is known to be up';
  open.annotations['summary'] = `BGP peer ${lastPart(entity)} of ${gatewayName(entity)} is down; ${left}.`;
  const since = open.startsAt - WITHDRAWN_BEFORE;
  const routes = new Set(state.withdrawn.filter(({ at }) => at >= since).flatMap(({ prefixes }) => prefixes));
  if (routes.size > 0) open.annotations['routesWithdrawn'] = [...routes].slice(0, MAX_ROUTES).join(', ');
}

const instanceOf = ({ attributes: { instance } }: Fact): string | null =>
  typeof instance === 'string' ? instance : null;
