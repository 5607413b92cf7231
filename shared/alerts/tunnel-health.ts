import type { Finding } from '../model/finding.ts';
import type { Check, EntityHealth, HealthState } from '../model/health.ts';
import { isoOf } from '../model/time.ts';
import type { FoldState } from './fold.ts';

const FINDING_STATES: readonly (readonly [rule: string, state: HealthState, detail: string])[] = [
  ['tunnel.down', 'unhealthy', 'down'],
  ['tunnel.flapping', 'unhealthy', 'flapping'],
  ['ike.negotiation-failing', 'unhealthy', 'negotiation failing'],
  ['tunnel.degraded', 'warning', 'degraded'],
];

/** A tunnel's health from the state of its instances and its open findings. One check: `connection`. */
export function tunnelHealth(state: FoldState, findings: readonly Finding[]): EntityHealth {
  const open = findings.filter((finding) => finding.endsAt === null && finding.phase === 'firing');
  const instances = Object.entries(state.tunnel.instances);
  const up = instances.filter(([, instance]) => instance.up).map(([name]) => name);
  const since = Math.max(0, ...instances.map(([, instance]) => instance.since ?? 0));
  const worst = FINDING_STATES.find(([rule]) => open.some((finding) => finding.rule === rule));
  const [health, detail]: readonly [HealthState, string] = worst
    ? [worst[1], worst[2]]
    : instances.length === 0
      ? ['unknown', 'unknown']
      : up.length > 0
        ? ['healthy', 'up']
        : ['warning', 'disconnected'];
  const finding = worst && open.find((one) => one.rule === worst[0]);
  const check: Check = {
    id: 'connection',
    state: health,
    value: instances.length === 0 ? null : up.length > 0 ? 'connected' : 'disconnected',
    unit: null,
    observedAt: since > 0 ? isoOf(since) : null,
    threshold: null,
    reason:
      finding?.annotations['summary'] ??
      (up.length > 0
        ? `connected on ${up.join(' and ')}`
        : instances.length === 0
          ? 'no connect or disconnect record'
          : 'disconnected, within the down window'),
  };
  return { state: health, detail, checks: [check] };
}

/** What an open finding makes of a certificate; the first that is open counts. */
const CERTIFICATE_TROUBLE: readonly (readonly [rule: string, state: HealthState, detail: string])[] = [
  ['certificate.revoked', 'unhealthy', 'revoked'],
  ['certificate.expired', 'unhealthy', 'expired'],
  ['certificate.not-yet-valid', 'unhealthy', 'not yet valid'],
  ['certificate.expiring', 'warning', 'expiring'],
  ['certificate.unverifiable', 'warning', 'not verifiable'],
];

/** A certificate's health from its open findings. */
export function certificateHealth(state: FoldState, findings: readonly Finding[]): EntityHealth {
  const open = new Map(findings.filter(({ endsAt }) => endsAt === null).map((finding) => [finding.rule, finding]));
  const seen = state.rules['certificate.expired'] as { seen: { notAfter: number; seenAt: number } | null } | undefined;
  const fallback = seen?.seen ? (['', 'healthy', 'valid'] as const) : (['', 'unknown', 'unknown'] as const);
  const [rule, health, detail] = CERTIFICATE_TROUBLE.find(([id]) => open.has(id)) ?? fallback;
  return {
    state: health,
    detail,
    checks: [
      {
        id: 'validity',
        state: health,
        value: seen?.seen ? isoOf(seen.seen.notAfter) : null,
        unit: null,
        observedAt: seen?.seen ? isoOf(seen.seen.seenAt) : null,
        threshold: null,
        reason: open.get(rule)?.annotations['summary'] ?? (seen?.seen ? 'valid' : 'never seen'),
      },
    ],
  };
}
