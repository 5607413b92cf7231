import { MINUTE } from '../../model/time.ts';
import { eventsText } from '../ike-causes.ts';
import { defineRule } from './rule.ts';
import { gapText, gatewayName, tunnelLabels } from './tunnel-labels.ts';

/** The key exchange notices first: how long before the disconnect its log is looked at. */
const AROUND = MINUTE;

/** The tunnel came back on the instance it was lost on: not a failover, so the path or the other end. */
export const tunnelNetworkFault = defineRule({
  id: 'tunnel.network-fault',
  title: 'Tunnel lost and restored on the same instance',
  runbook: 'tunnelnetwork-fault',
  entityKind: 'tunnel',
  start: () => null,
  on(event, _state, { entity, settings, findings, ike }) {
    if (event.type !== 'moment' || event.moment.type !== 'restored' || !event.moment.sameInstance) return;
    const { episode, gapMs, endsAt, instance, evidence } = event.moment;
    if (gapMs <= settings.shortInterruptionMs || findings.openOf('tunnel.flapping')) return;
    const ikeEvents = eventsText(ike.events, episode.startsAt - AROUND, endsAt);
    findings.happened(
      {
        severity: 'warning',
        labels: tunnelLabels(entity),
        startsAt: episode.startsAt,
        summary: `Tunnel to ${tunnelLabels(entity).remoteIp} of ${gatewayName(entity)} was lost for ${gapText(gapMs)} on ${instance}.`,
        cause: episode.reason
          ? `Azure says: ${episode.reason}.`
          : 'DPD timeout, a network fault between the sites, or the on-premises device disconnected.',
        remedy:
          'Check the path and the on-premises device at that time: its DPD settings, its IKE log, its internet line. The IKE log of the gateway names who gave up.',
        more: {
          gapMs: String(gapMs),
          instance,
          ...(episode.reason ? { stateChangeReason: episode.reason } : {}),
          ...(ikeEvents ? { ikeEvents } : {}),
        },
        evidence: evidence ? [...episode.evidence, evidence] : episode.evidence,
      },
      endsAt,
    );
  },
});
