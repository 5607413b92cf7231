import { defineRule } from './rule.ts';
import { gapText, gatewayName, tunnelLabels } from './tunnel-labels.ts';

/** The tunnel came back on the other instance: what maintenance and a reset look like, and nobody needs to get up. */
export const tunnelFailover = defineRule({
  id: 'tunnel.failover',
  title: 'Tunnel failed over to the other gateway instance',
  runbook: 'tunnelfailover',
  entityKind: 'tunnel',
  start: () => null,
  on(event, _state, { entity, settings, findings }) {
    if (event.type !== 'moment' || event.moment.type !== 'restored' || event.moment.sameInstance) return;
    if (findings.openOf('tunnel.flapping')) return;
    const { episode, gapMs, endsAt, instance, evidence } = event.moment;
    const slow = gapMs > settings.failoverWindowMs;
    findings.happened(
      {
        severity: slow ? 'warning' : 'informational',
        labels: tunnelLabels(entity),
        startsAt: episode.startsAt,
        summary: `Tunnel to ${tunnelLabels(entity).remoteIp} of ${gatewayName(entity)} moved to ${instance} in ${gapText(gapMs)}.`,
        cause: slow
          ? 'The other instance took over, but later than a planned failover does.'
          : 'The other instance took over, as in maintenance or after a reset; no record beside it says which.',
        remedy:
          'None for a single failover. Let the on-premises device keep tunnels to both instances (active-active).',
        more: { gapMs: String(gapMs), from: episode.instances.join(', '), to: instance, ...reason(episode.reason) },
        evidence: evidence ? [...episode.evidence, evidence] : episode.evidence,
      },
      endsAt,
    );
  },
});

const reason = (stated: string | null): Record<string, string> => (stated ? { stateChangeReason: stated } : {});
