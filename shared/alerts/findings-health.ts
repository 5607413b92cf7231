import type { Finding } from '../model/finding.ts';
import { type EntityHealth, type HealthState, worstOf } from '../model/health.ts';
import { type Severity, severityRank } from '../model/severity.ts';

/** How unwell a finding of a severity makes what it is about. */
export const STATE_BY_SEVERITY: Readonly<Record<Severity, HealthState>> = {
  informational: 'healthy',
  warning: 'warning',
  critical: 'unhealthy',
};

/** An entity without checks of its own is as bad as its worst open finding, which it names; `known` is whether anything was heard of it. */
export function findingsHealth(findings: readonly Finding[], known: boolean): EntityHealth {
  const open = findings
    .filter((finding) => finding.endsAt === null && finding.phase === 'firing')
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  const state = worstOf([
    ...(known ? (['healthy'] as const) : []),
    ...open.map((one) => STATE_BY_SEVERITY[one.severity]),
  ]);
  return { state, detail: open[0]?.rule ?? (state === 'unknown' ? 'unknown' : 'ok'), checks: [] };
}
