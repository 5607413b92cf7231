import type { Fact } from '../../model/fact.ts';
import type { Annotations } from '../../model/finding.ts';
import { untilQuiet } from './until-quiet.ts';

export const mstunnelPodmanCheckupFailed = untilQuiet({
  id: 'mstunnel.podman-checkup-failed',
  title: 'Tunnel monitor cannot check the containers',
  runbook: 'mstunnelpodman-checkup-failed',
  severity: 'warning',
  factKind: 'mstunnel.podman-checkup-failed',
  summary: (server) => `mstunnel_monitor on ${server} failed to check its Podman containers.`,
  cause: 'Podman does not answer the monitor, so that containers are reported as stopped although they may run.',
  remedy: 'Restart the Podman containers by hand; when it comes back, let a cron job restart them.',
  details: { factKind: 'mstunnel.checkup-detail', read: containerOf },
});

/** `containers`: which of them the monitor could not check, `agent`, `server` or both. */
function containerOf({ attributes: { container } }: Fact, { containers = '' }: Annotations): Annotations {
  if (typeof container !== 'string') return {};
  const named = new Set([...containers.split(', ').filter((name) => name !== ''), container]);
  return { containers: [...named].sort().join(', ') };
}
