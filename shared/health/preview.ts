import type { HealthState } from '../model/health.ts';
import { assessServer } from './assess.ts';
import type { CheckInput } from './check.ts';
import { effectiveThresholds, type Overrides, thresholdsOf } from './thresholds.ts';

/** A server as it stands: all that its health is judged by but the thresholds. */
export interface PreviewServer extends Omit<CheckInput, 'thresholds'> {
  readonly id: string;
  readonly site?: string | undefined;
}

export interface StateChange {
  readonly server: string;
  readonly before: HealthState;
  readonly after: HealthState;
  /** The checks that change, in the page's order. */
  readonly checks: readonly { readonly id: string; readonly before: HealthState; readonly after: HealthState }[];
}

/** "With these values these servers would change state": those whose own state changes, in the order given. */
export function preview(servers: readonly PreviewServer[], before: Overrides, after: Overrides): StateChange[] {
  return servers.flatMap((server) => {
    const [old, next] = [before, after].map((overrides) => healthUnder(server, overrides));
    if (!old || !next || old.state === next.state) return [];
    const checks = next.checks.flatMap(({ id, state }, row) => {
      const was = old.checks[row]?.state ?? 'unknown';
      return was === state ? [] : [{ id, before: was, after: state }];
    });
    return [{ server: server.id, before: old.state, after: next.state, checks }];
  });
}

function healthUnder({ id, site, ...input }: PreviewServer, overrides: Overrides) {
  const thresholds = thresholdsOf(effectiveThresholds(overrides, { server: id, site }));
  return assessServer({ ...input, thresholds });
}
