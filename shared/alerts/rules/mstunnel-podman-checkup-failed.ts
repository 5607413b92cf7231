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
});
