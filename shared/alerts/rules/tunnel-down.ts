import { causeText, stepText } from '../ike-causes.ts';
import type { Failure } from '../ike-timeline.ts';
import { addEvidence, type Draft } from '../ledger.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { gatewayName, tunnelLabels } from './tunnel-labels.ts';

/** No instance is connected for the down window. No record says so: only time does. */
export const tunnelDown = defineRule({
  id: 'tunnel.down',
  title: 'Tunnel is down',
  runbook: 'tunneldown',
  entityKind: 'tunnel',
  start: () => null,
  on(event, _state, context) {
    const open = context.findings.current();
    if (event.type === 'clock' && open) context.findings.confirm(open);
    if (event.type === 'ike' && event.moment.type === 'failed' && open) nameIkeFailure(open, event.moment.failure);
    if (event.type !== 'moment') return;
    if (event.moment.type === 'connected' && open) {
      if (open.phase === 'pending') context.findings.drop(open);
      else context.findings.close(open, 'fact', context.at, [event.moment.evidence]);
    }
    if (
      event.moment.type === 'disconnected' &&
      context.tunnel.downSince !== null &&
      open?.startsAt !== context.tunnel.downSince
    ) {
      // A disconnect of an instance nothing was known of says that it had been up until now.
      if (open) context.findings.drop(open);
      begin(context);
    }
  },
  dueAt(_state, { findings }) {
    const open = findings.current();
    return open?.phase === 'pending' ? open.foundAt : undefined;
  },
});

function begin({ entity, tunnel, ike, settings, findings, at }: RuleContext): void {
  const since = tunnel.downSince ?? at;
  const { episode } = tunnel;
  const open = findings.open({
    severity: 'critical',
    labels: tunnelLabels(entity),
    startsAt: since,
    // Up to and including the window it may still be a failover or a fault.
    foundAt: since + settings.downWindowMs + 1,
    phase: 'pending',
    byClock: true,
    summary: `Tunnel to ${tunnelLabels(entity).remoteIp} of ${gatewayName(entity)} is down: no instance is connected.`,
    cause: episode?.reason
      ? `Azure says: ${episode.reason}.`
      : 'Not said by the tunnel log; the IKE log has the last failure.',
    remedy:
      'Check that the on-premises device is up and reaches the gateway on UDP 500 and 4500, then the shared key and the IPsec policy on both ends. What changed on the gateway just before is listed as the cause when a record says so.',
    more: episode?.reason ? { stateChangeReason: episode.reason } : {},
    evidence: episode?.evidence ?? [],
  });
  if (ike.last && at - ike.last.at <= settings.causeBeforeMs) nameIkeFailure(open, ike.last);
}

/** The last failure of the key exchange and its cause. Azure tries again every few seconds: the same again is no news. */
function nameIkeFailure(open: Draft, failure: Failure): void {
  const { stateChangeReason: reason, ikeCause, step, errorCode } = open.annotations;
  const isKnown = ikeCause === failure.cause && step === stepText(failure);
  if (isKnown && (errorCode !== undefined || failure.code === null)) return;
  const said = `${causeText(failure)}; ${stepText(failure)}`;
  Object.assign(open.annotations, {
    lastIkeFailure: said,
    cause: `${reason ? `Azure says: ${reason}. ` : ''}IKE: ${said}.`,
    ikeCause: failure.cause,
    step: stepText(failure),
    ...(failure.code !== null && { errorCode: failure.code }),
  });
  addEvidence(open, [failure.evidence]);
}
