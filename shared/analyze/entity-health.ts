import { findingsHealth, STATE_BY_SEVERITY } from '../alerts/findings-health.ts';
import type { FoldState } from '../alerts/fold.ts';
import { listenerHealth, monitoredHealth } from '../alerts/monitored-health.ts';
import { serverView } from '../alerts/server-view.ts';
import { certificateHealth, tunnelHealth } from '../alerts/tunnel-health.ts';
import { assessServer } from '../health/assess.ts';
import { effectiveThresholds, thresholdsOf } from '../health/thresholds.ts';
import type { ThresholdsFile } from '../health/thresholds-file.ts';
import { type EntityRef, parentOf } from '../model/entity.ts';
import type { Finding } from '../model/finding.ts';
import { type EntityHealth, worstOf } from '../model/health.ts';
import { type Settings, thresholdsAt } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';

/** How many facts of its own an entity has, and how many of them are dated after its horizon. */
export interface Seen {
  count: number;
  later: number;
}

export interface HealthInput {
  readonly state: FoldState;
  readonly findings: readonly Finding[];
  readonly seen: Seen;
  readonly horizon: Millis;
  readonly settings: Settings;
}

/** The settings an entity is judged under: the file's, with the thresholds of its server or site. */
export function settingsFor(entity: EntityRef, file: ThresholdsFile, site: string | undefined): Settings {
  const server = (parentOf(entity) ?? entity).key;
  const thresholds = thresholdsOf(effectiveThresholds(file.overrides, { server, site }));
  return { rules: file.rules, thresholds: [{ from: Number.NEGATIVE_INFINITY, thresholds }] };
}

/** The health of an entity that has facts of its own, at the horizon. */
export function healthOf(entity: EntityRef, { state, findings, seen, horizon, settings }: HealthInput): EntityHealth {
  if (entity.kind === 'tunnel') return tunnelHealth(state, findings);
  if (entity.kind === 'certificate') return certificateHealth(state, findings);
  if (entity.kind === 'monitored-server') return monitoredHealth(state, findings);
  if (entity.kind === 'syslog-listener') return listenerHealth(state, findings);
  if (entity.kind !== 'tunnel-server') return findingsHealth(findings, seen.count > seen.later);
  return assessServer({
    ...serverView(state),
    nowMs: horizon,
    thresholds: thresholdsAt(settings, horizon),
    settings: settings.rules,
  });
}

/** A gateway's health: the worst of its tunnels, its BGP peers and its own open findings. The detail counts its tunnels. */
export function gatewayHealth(
  tunnels: readonly EntityHealth[],
  peers: readonly EntityHealth[],
  findings: readonly Finding[],
): EntityHealth {
  const open = findings.filter((finding) => finding.endsAt === null && finding.phase === 'firing');
  const state = worstOf([
    ...tunnels.map((tunnel) => tunnel.state),
    ...peers.map((peer) => peer.state),
    ...open.map((finding) => STATE_BY_SEVERITY[finding.severity]),
  ]);
  const counts = [...Map.groupBy(tunnels, ({ detail }) => detail)]
    .map(([detail, { length }]) => `${length} ${detail}`)
    .sort();
  const down = peers.filter((peer) => peer.state === 'warning' || peer.state === 'unhealthy').length;
  if (down > 0) counts.push(`${down} BGP ${down === 1 ? 'peer' : 'peers'} down`);
  const detail = counts.join(', ') || 'no tunnel seen';
  const times = tunnels.flatMap(({ checks }) => checks.map(({ observedAt }) => observedAt ?? ''));
  return {
    state,
    detail,
    checks: [
      {
        id: 'tunnels',
        state: worstOf(tunnels.map((tunnel) => tunnel.state)),
        value: tunnels.length === 0 ? null : tunnels.filter(({ state: of }) => of === 'healthy').length,
        unit: 'healthy tunnels',
        observedAt: times.sort().at(-1) || null,
        threshold: tunnels.length === 0 ? null : `= ${tunnels.length}`,
        reason: detail,
      },
    ],
  };
}
