import type { Fact } from '../../model/fact.ts';
import type { Labels } from '../../model/finding.ts';
import type { Position } from '../../model/record.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { addEvidence } from '../ledger.ts';
import { noteBad, noteHeard, type Quiet } from './quiet.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';

interface Failure {
  at: Millis;
  user: string | null;
  peer: string | null;
  evidence: Position;
}

/** Whose connections fail: a user's, or those from one address. */
interface Failing extends Quiet {
  user: string | null;
  peer: string | null;
}

interface State {
  failures: Failure[];
  failing: Failing[];
}

/** VPN connections of a user, or from an address, fail again and again. Ends with a success, or when it is quiet. */
export const tmgVpnFailed = defineRule<State>({
  id: 'tmg.vpn-failed',
  title: 'VPN connections to TMG fail',
  runbook: 'tmgvpn-failed',
  entityKind: 'tmg-server',
  start: () => ({ failures: [], failing: [] }),
  on(event, state, context) {
    if (event.type !== 'fact') return;
    if (event.fact.kind === 'tmg.vpn-failed') failed(event.fact, state, context);
    else if (event.fact.kind === 'tmg.vpn-connected') connected(event.fact, state, context);
    else if (event.fact.kind === 'tmg.heard') heard(event.fact, state, context);
  },
});

function failed(fact: Fact, state: State, context: RuleContext): void {
  const { at, settings, findings } = context;
  const failure: Failure = { at, ...whose(fact), evidence: fact.evidence };
  const known = state.failing.find((failing) => isPart(failing, failure));
  if (known) {
    noteBad(known, at);
    const open = findings.current(labelsOf(known, context));
    if (open) addEvidence(open, [fact.evidence]);
    return;
  }
  state.failures.push(failure);
  state.failures = state.failures.filter((one) => at - one.at <= settings.vpnFailureWindowMs);
  const { user, peer } = failure;
  for (const failing of [
    { user, peer: null },
    { user: null, peer },
  ]) {
    const own = state.failures.filter((one) => isPart(failing, one));
    if (own.length < settings.vpnFailureCount) continue;
    state.failing.push({ ...failing, quietFrom: at, heardAt: at });
    state.failures = state.failures.filter((one) => !own.includes(one));
    open(failing, own, fact, context);
    return;
  }
}

function open(
  failing: Pick<Failing, 'user' | 'peer'>,
  own: readonly Failure[],
  fact: Fact,
  context: RuleContext,
): void {
  const { entity, settings, findings, at } = context;
  const { meaning, remedy, result } = fact.attributes;
  const who = failing.user === null ? `from ${failing.peer}` : `of ${failing.user}`;
  const code = typeof result === 'string' ? ` (${result})` : '';
  findings.open({
    severity: 'warning',
    labels: labelsOf(failing, context),
    startsAt: own[0]?.at ?? at,
    foundAt: at,
    summary: `VPN connections ${who} to ${entity.key} fail: ${own.length} within ${Math.round(settings.vpnFailureWindowMs / MINUTE)} min.`,
    cause: `The last one${code}: ${typeof meaning === 'string' ? meaning : 'the server does not say why'}.`,
    remedy:
      typeof remedy === 'string'
        ? remedy
        : 'Check credentials and dial-in permission, the authentication server, and that GRE and UDP 500, 1701 and 4500 pass between peer and server.',
    evidence: own.map(({ evidence }) => evidence),
  });
}

/** A success ends what its user or its address had; what failed before it counts no longer. */
function connected(fact: Fact, state: State, { at, findings, ...context }: RuleContext): void {
  const success = whose(fact);
  for (const failing of state.failing.filter((one) => isPart(one, success))) {
    const draft = findings.current(labelsOf(failing, context));
    if (draft) findings.close(draft, 'fact', at, [fact.evidence]);
  }
  state.failing = state.failing.filter((one) => !isPart(one, success));
  state.failures = state.failures
    .filter(({ user }) => user === null || user !== success.user)
    .map((one) => (one.peer === success.peer ? { ...one, peer: null } : one));
}

function heard(fact: Fact, state: State, { at, settings, findings, ...context }: RuleContext): void {
  state.failing = state.failing.filter((failing) => {
    const quietAt = noteHeard(failing, at, settings.quietMs);
    if (quietAt === undefined) return true;
    const draft = findings.current(labelsOf(failing, context));
    if (draft) findings.close(draft, 'clock', quietAt, [fact.evidence]);
    return false;
  });
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const whose = ({ attributes }: Fact): Pick<Failing, 'user' | 'peer'> => ({
  user: textOf(attributes['user'])?.toLowerCase() ?? null,
  peer: textOf(attributes['peer'])?.toLowerCase() ?? null,
});

const isPart = (failing: Pick<Failing, 'user' | 'peer'>, one: Pick<Failing, 'user' | 'peer'>): boolean =>
  failing.user === null ? failing.peer !== null && failing.peer === one.peer : failing.user === one.user;

const labelsOf = (
  { user, peer }: Pick<Failing, 'user' | 'peer'>,
  { entity, site }: Pick<RuleContext, 'entity' | 'site'>,
): Labels => ({
  ...serverLabels(entity, site),
  ...(user === null ? { peer: peer ?? '' } : { user }),
});
