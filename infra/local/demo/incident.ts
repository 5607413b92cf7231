import { isoOf, MINUTE, type Millis, SECOND } from '../../../shared/model/time.ts';

/**
 * A synthetic incident: no captured record is in it, addresses and names are for documentation (RFC 5737, Contoso). Times are
 * relative to the start of the play, so that it always lies within the last 45 minutes and goes on for one more.
 */
const gateway =
  '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/RG-CONTOSO/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/VPNGW-CONTOSO';

/** Remote ends of the gateway's tunnels, by what becomes of them. */
const movedByMaintenance = '203.0.113.10';
const lostForAMoment = '203.0.113.22';
const staysDown = '203.0.113.38';
const flapping = '203.0.113.46';
const comesBack = '203.0.113.54';

const first = 'GatewayTenantWorker_IN_0';
const second = 'GatewayTenantWorker_IN_1';

type Change = readonly [at: Millis, status: 'Connected' | 'Disconnected', remoteIp: string, on: string, why?: string];

/** What the tunnel log says, in the order of event time. Below the line of zero it is appended while you watch. */
const tunnelLog: readonly Change[] = [
  [-44 * MINUTE, 'Connected', movedByMaintenance, first],
  [-44 * MINUTE + 3 * SECOND, 'Connected', lostForAMoment, second],
  [-44 * MINUTE + 5 * SECOND, 'Connected', staysDown, second],
  [-44 * MINUTE + 8 * SECOND, 'Connected', flapping, second],
  [-44 * MINUTE + 9 * SECOND, 'Connected', comesBack, second],

  [-39 * MINUTE, 'Disconnected', movedByMaintenance, first],
  [-39 * MINUTE + 21 * SECOND, 'Connected', movedByMaintenance, second],

  [-25 * MINUTE, 'Disconnected', lostForAMoment, second, 'DPD timeout'],
  [-25 * MINUTE + 47 * SECOND, 'Connected', lostForAMoment, second],

  // A gap of less than a second each: no outage, until the fifth of them.
  ...[-22, -18, -13, -9].flatMap((minutes): Change[] => flap(minutes * MINUTE)),
  [-12 * MINUTE, 'Disconnected', staysDown, second, 'Remote host disconnected'],
  [-10 * MINUTE, 'Disconnected', comesBack, second, 'Remote host disconnected'],
  ...flap(-4 * MINUTE),

  ...flap(15 * SECOND),
  [45 * SECOND, 'Connected', comesBack, second],
];

function flap(at: Millis): Change[] {
  return [
    [at, 'Disconnected', flapping, second],
    [at + 800, 'Connected', flapping, second],
  ];
}

const gatewayLog: readonly (readonly [at: Millis, operation: string, message: string, on: string])[] = [
  [-40 * MINUTE, 'HostMaintenanceEvent', 'Upgrade gateway started', first],
];

export interface ArchiveRecord {
  readonly at: Millis;
  /** Category of the diagnostic setting, as Azure writes it. */
  readonly category: 'TunnelDiagnosticLog' | 'GatewayDiagnosticLog';
  readonly line: string;
}

/** The gateway's records for a play that starts at `start`: the gateway log first, then the tunnel log in its order. */
export function gatewayRecords(start: Millis): readonly ArchiveRecord[] {
  const operations = gatewayLog.map(([at, operationName, message, instance]) =>
    record(start + at, 'GatewayDiagnosticLog', operationName, { message, instance, operationStatus: 'Success' }),
  );
  const changes = tunnelLog.map(([at, status, remoteIP, instance, stateChangeReason]) =>
    record(start + at, 'TunnelDiagnosticLog', `Tunnel${status}`, { instance, remoteIP, status, stateChangeReason }),
  );
  return [...operations, ...changes];
}

function record(at: Millis, category: ArchiveRecord['category'], operationName: string, properties: object) {
  const time = isoOf(at).replace('Z', '0000Z');
  const json = { time, resourceId: gateway, category, operationName, level: 'Informational', properties };
  return { at, category, line: `${JSON.stringify(json)}\n` };
}

/** What a diagnostic setting streams: records in an envelope, many to an event. */
export const streamedEvent = (records: readonly ArchiveRecord[]): string =>
  `{"records":[${records.map(({ line }) => line.trimEnd()).join(',')}]}`;

/** Where Azure Monitor archives what it received at this time: a blob an hour, which grows. */
export function archiveBlobName(at: Millis): string {
  const [, y, m, d, h] = /^(\d{4})-(\d{2})-(\d{2})T(\d{2})/.exec(isoOf(at)) ?? [];
  return `resourceId=${gateway}/y=${y}/m=${m}/d=${d}/h=${h}/m=00/PT1H.json`;
}
