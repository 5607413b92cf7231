import type { Millis } from '../../shared/model/time.ts';

/** Synthetic records as systems write them, for whole-pipeline tests. */
const GATEWAY =
  '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/CONTOSO-RG/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/CONTOSO-VPN';

export interface SyntheticRecord {
  readonly at: Millis;
  readonly line: string;
}

const stamp = (at: Millis): string => new Date(at).toISOString().replace('Z', '0000Z');

/** A TunnelDiagnosticLog record. */
export const tunnelRecord = (
  at: Millis,
  status: 'Connected' | 'Disconnected',
  remoteIP: string,
  instance: number,
): SyntheticRecord => ({
  at,
  line: JSON.stringify({
    time: stamp(at),
    resourceId: GATEWAY,
    category: 'TunnelDiagnosticLog',
    operationName: `Tunnel${status}`,
    level: 'Informational',
    properties: { instance: `GatewayTenantWorker_IN_${instance}`, remoteIP, status },
  }),
});

/** A GatewayDiagnosticLog record. */
export const gatewayRecord = (at: Millis, operationName: string, message = '', operationStatus = 'Success') => ({
  at,
  line: JSON.stringify({
    time: stamp(at),
    resourceId: GATEWAY,
    category: 'GatewayDiagnosticLog',
    operationName,
    properties: { message, instance: 'GatewayTenantWorker_IN_0', operationStatus },
  }),
});

/** A check-in of a tunnel server. */
export const checkInRecord = (at: Millis, hostname: string, fields: Readonly<Record<string, unknown>> = {}) => ({
  at,
  line: JSON.stringify({ time: new Date(at).toISOString(), hostname, cpuUsage: 20, cpuCores: 4, ...fields }),
});

/** A line of ocserv as rsyslog writes it to RFC 5424. */
export const ocservRecord = (at: Millis, hostname: string, message: string): SyntheticRecord => ({
  at,
  line: `<30>1 ${new Date(at).toISOString()} ${hostname} ocserv 1200 - - main${message}`,
});

export const ARCHIVE = 'insights-logs-tunneldiagnosticlog';
/** The path of the archive blob of an hour. */
export function archiveName(at: Millis): string {
  const iso = new Date(at).toISOString();
  return `resourceId=${GATEWAY}/y=${iso.slice(0, 4)}/m=${iso.slice(5, 7)}/d=${iso.slice(8, 10)}/h=${iso.slice(11, 13)}/m=00/PT1H.json`;
}
