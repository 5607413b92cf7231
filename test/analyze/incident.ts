import { DAY, isoOf, MINUTE, SECOND } from '../../shared/model/time.ts';
import { GATEWAY, T0 } from './facts.ts';

/** A synthetic incident as lines of logs, from 09:00 to 10:30: what the analysis must find stands beside each part. */

const at = (minutes: number, seconds = 0): number => T0 + minutes * MINUTE + seconds * SECOND;

const azure = (time: number, category: string, operationName: string, properties: object): string =>
  JSON.stringify({
    time: isoOf(time).replace('Z', '4711Z'),
    resourceId: GATEWAY.toUpperCase(),
    category,
    operationName,
    level: 'Informational',
    properties,
  });

const tunnelRecord = (time: number, remoteIP: string, instance: 0 | 1, status: 'Connected' | 'Disconnected'): string =>
  azure(time, 'TunnelDiagnosticLog', `Tunnel${status}`, {
    instance: `GatewayTenantWorker_IN_${instance}`,
    remoteIP,
    status,
  });

const checkIn = (time: number, hostname: string, metrics: object = {}): string =>
  JSON.stringify({ time: isoOf(time), hostname, site: 'fra', cpuUsage: 12, diskSpaceFree: 80, ...metrics });

const syslog = (time: number, host: string, message: string): string =>
  `${new Date(time).toUTCString().slice(8, 11)} ${String(new Date(time).getUTCDate()).padStart(2)} ${isoOf(time).slice(11, 19)} ${host} ${message}`;

const every = (minutes: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / minutes) + 1 }, (_, index) => at(from + index * minutes));

/** Of the gateway: a failover during maintenance, a network fault, and a second tunnel that stays down. */
export const gatewayLines: readonly string[] = [
  tunnelRecord(at(0), '203.0.113.9', 0, 'Connected'),
  tunnelRecord(at(0), '203.0.113.10', 0, 'Connected'),
  azure(at(2), 'GatewayDiagnosticLog', 'HostMaintenanceEvent', { message: 'Upgrade gateway started' }),
  tunnelRecord(at(3), '203.0.113.9', 0, 'Disconnected'),
  tunnelRecord(at(3, 20), '203.0.113.9', 1, 'Connected'),
  tunnelRecord(at(40), '203.0.113.9', 1, 'Disconnected'),
  tunnelRecord(at(41, 30), '203.0.113.9', 1, 'Connected'),
  tunnelRecord(at(60), '203.0.113.10', 0, 'Disconnected'),
  azure(at(90), 'GatewayDiagnosticLog', 'ValidateGatewayConfiguration', { message: 'ok', operationStatus: 'Success' }),
];

/** Of the servers: vpn-1 is well, vpn-2 falls silent at 09:40, vpn-3 has a full disk, and a certificate that ends soon. */
export const serverLines: readonly string[] = [
  ...every(4, 0, 88).map((time) => checkIn(time, 'vpn-1')),
  ...every(4, 1, 41).map((time) => checkIn(time, 'VPN-2')),
  ...every(4, 2, 86).map((time) =>
    checkIn(time, 'vpn-3', {
      diskSpaceFree: time >= at(50) ? 2 : 80,
      tlsCertificate: { notAfter: isoOf(T0 + 20 * DAY), notBefore: isoOf(T0 - 300 * DAY), thumbprint: 'AB12' },
    }),
  ),
];

/** Their syslog, with times that name neither year nor zone. */
export const syslogLines: readonly string[] = [
  ...every(5, 0, 90).map((time) => syslog(time, 'vpn-1', 'mstunnel-agent[1187]: info: check-in completed')),
  syslog(at(10), 'vpn-1', 'mstunnel_monitor[1202]: Error executing Checkup: agent'),
  syslog(at(20), 'vpn-1', "ocserv[4806]: main: tun.c:655: Can't open /dev/net/tun: Operation not permitted"),
];

export const incidentLines: readonly string[] = [...gatewayLines, ...serverLines, ...syslogLines];
