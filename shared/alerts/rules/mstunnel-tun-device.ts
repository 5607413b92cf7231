import { untilQuiet } from './until-quiet.ts';

export const mstunnelTunDevice = untilQuiet({
  id: 'mstunnel.tun-device',
  title: 'Tunnel device cannot be opened',
  runbook: 'mstunneltun-device',
  severity: 'critical',
  factKind: 'mstunnel.tun-device',
  endedBy: ['session.opened'],
  summary: (server) => `ocserv on ${server} cannot open /dev/net/tun: devices cannot connect.`,
  cause: 'The tunnel device is not permitted to the server container, as it happens after a reboot of the host.',
  remedy: 'Run `mst-cli server restart` after the reboot; automate it when it persists.',
});
