import type { Annotations } from '../../model/finding.ts';
import type { Position } from '../../model/record.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { causeText, remedyOf, stepText } from '../ike-causes.ts';
import type { Failure, IkeMoment } from '../ike-timeline.ts';
import { addEvidence, type Draft } from '../ledger.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { gatewayName, tunnelLabels } from './tunnel-labels.ts';

/** What a route-based gateway offers and takes unless its connection has a policy of its own (Azure's page of VPN devices). */
const AZURE_DEFAULTS = 'IKEv2, AES256 or AES128 with SHA256 or SHA1, DH group 2, 28,800 s';

interface State {
  /** The last failed negotiations since a success, oldest first. */
  failures: { at: Millis; phase: 1 | 2; evidence: Position }[];
}

/**
 * Three failed negotiations of a peer in ten minutes and no success between. It also sees the outage of the second phase alone,
 * which the tunnel log never shows; there each try still succeeds in the first phase, which therefore ends nothing of the second.
 */
export const ikeNegotiationFailing = defineRule<State>({
  id: 'ike.negotiation-failing',
  title: 'IKE negotiation keeps failing',
  runbook: 'ikenegotiation-failing',
  entityKind: 'tunnel',
  start: () => ({ failures: [] }),
  on(event, state, context) {
    const open = context.findings.current();
    if (event.type === 'ike') onIke(event.moment, state, context);
    if (event.type === 'moment' && event.moment.type === 'connected') {
      state.failures = [];
      if (open) context.findings.close(open, 'fact', context.at, [event.moment.evidence]);
    }
    link(context);
  },
  dueByOthers: true,
  dueAt(_state, { findings }) {
    const open = findings.current();
    return open && open.annotations['partOf'] === undefined ? findings.openOf('tunnel.down')?.foundAt : undefined;
  },
});

function onIke(moment: IkeMoment, state: State, context: RuleContext): void {
  const open = context.findings.current();
  if (moment.type === 'established') {
    const ends = (phase: string | number): boolean => Number(phase) <= moment.phase;
    state.failures = state.failures.filter(({ phase }) => !ends(phase));
    if (open && ends(open.annotations['phase'] ?? 1))
      context.findings.close(open, 'fact', context.at, [moment.evidence]);
    return;
  }
  const { failure, isNew } = moment;
  const { at, settings } = context;
  if (isNew) {
    const { phase, evidence } = failure;
    const recent = [...state.failures, { at, phase, evidence }].filter((one) => at - one.at <= settings.ikeWindowMs);
    state.failures = recent.slice(-settings.ikeFailureCount);
  }
  if (open) resample(open, failure, context);
  else if (isNew && state.failures.length >= settings.ikeFailureCount) begin(failure, state, context);
}

function begin(failure: Failure, state: State, context: RuleContext): void {
  const { entity, settings, findings } = context;
  const first = state.failures[0]?.at ?? failure.at;
  findings.open({
    severity: 'critical',
    labels: tunnelLabels(entity),
    startsAt: first,
    ...prose(failure, context),
    more: { ...sampleOf(failure), windowMinutes: String(Math.round(settings.ikeWindowMs / MINUTE)) },
    evidence: state.failures.map(({ evidence }) => evidence),
  });
}

/** The trouble changed while it lasted, or another record said it more plainly. The same again is no news. */
function resample(open: Draft, failure: Failure, context: RuleContext): void {
  const { ikeCause, phase, errorCode } = open.annotations;
  const isKnown = ikeCause === failure.cause && phase === String(failure.phase);
  if (isKnown && (errorCode !== undefined || failure.code === null)) return;
  Object.assign(open.annotations, prose(failure, context), sampleOf(failure));
  addEvidence(open, [failure.evidence]);
}

function prose(failure: Failure, { entity }: RuleContext): { summary: string; cause: string; remedy: string } {
  return {
    summary: `IKE negotiation with ${tunnelLabels(entity).remoteIp} of ${gatewayName(entity)} keeps failing: ${causeText(failure)}.`,
    cause: `One negotiation as a sample: ${stepText(failure)}; ${causeText(failure)}.`,
    remedy: remedyOf(failure),
  };
}

/** One negotiation stands for all: each try fails in the same way. */
function sampleOf(failure: Failure): Annotations {
  const { cause, phase, code, session, instance, initiator, selectors, proposals } = failure;
  const said: readonly (readonly [string, string | null | undefined])[] = [
    ['ikeCause', cause],
    ['phase', String(phase)],
    ['step', stepText(failure)],
    ['initiator', initiator],
    ['errorCode', code],
    ['session', session],
    ['instance', instance],
    ['azureProposals', proposals.send],
    ['peerProposals', proposals.received],
    ['azureDefaults', cause === 'policy' || proposals.received ? AZURE_DEFAULTS : null],
    ['trafficSelectors', selectors],
  ];
  return Object.fromEntries(said.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** While the tunnel is down this is its cause. */
function link({ findings }: RuleContext): void {
  const open = findings.current();
  if (open && findings.openOf('tunnel.down')?.phase === 'firing') open.annotations['partOf'] = 'tunnel.down';
}
