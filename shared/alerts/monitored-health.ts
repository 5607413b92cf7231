import type { Finding } from '../model/finding.ts';
import type { Check, EntityHealth, HealthState } from '../model/health.ts';
import { isoOf, type Millis } from '../model/time.ts';
import { findingsHealth } from './findings-health.ts';
import type { FoldState } from './fold.ts';
import type { ListenerState } from './rules/userid-listener-silent.ts';
import type { UseridState } from './rules/userid-trouble.ts';

/** A monitored server's health: its connection as it was shown last, with what that means. */
export function monitoredHealth(state: FoldState, findings: readonly Finding[]): EntityHealth {
  const seen = state.rules['userid.not-connected'] as UseridState | undefined;
  const status = seen?.status ?? null;
  const health = findingsHealth(findings, status !== null);
  const isExcused = status?.condition === 'not-connected' && seen?.passiveFrom !== null && health.state === 'healthy';
  const reason = isExcused
    ? 'normal on the passive peer of an active/passive pair; after a failover it must show Connected'
    : openReason(findings);
  return {
    state: health.state,
    detail: isExcused ? 'passive' : (status?.condition ?? 'unknown'),
    checks: [check('connection', health.state, status?.status ?? null, null, status?.at, reason)],
  };
}

/** A syslog sender's health: the count of its messages as it was shown last. */
export function listenerHealth(state: FoldState, findings: readonly Finding[]): EntityHealth {
  const seen = state.rules['userid.listener-silent'] as ListenerState | undefined;
  const health = findingsHealth(findings, true);
  const count = seen?.count ?? null;
  const { state: of } = health;
  return {
    state: of,
    detail: of === 'healthy' ? 'listening' : 'silent',
    checks: [check('messages', of, count?.messages ?? null, 'messages', count?.at, openReason(findings))],
  };
}

const openReason = (findings: readonly Finding[]): string | undefined =>
  findings.find((finding) => finding.endsAt === null)?.annotations['summary'];

const check = (
  id: string,
  state: HealthState,
  value: string | number | null,
  unit: string | null,
  at: Millis | undefined,
  reason = 'as it was shown last',
): Check => ({ id, state, value, unit, observedAt: at === undefined ? null : isoOf(at), threshold: null, reason });
