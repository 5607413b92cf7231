import { gzipSync } from 'node:zlib';
import { between, type Random } from './random.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** A synthetic incident as files: uploads that are there at once, and the archive blobs of gateways, which grow. */
export interface Incident {
  readonly uploads: readonly { readonly name: string; readonly bytes: Buffer; readonly lines: number }[];
  readonly archives: readonly { readonly name: string; readonly text: string; readonly lines: number }[];
}

const gateways = ['VPNGW-NORTH', 'VPNGW-SOUTH'];
const instances = ['GatewayTenantWorker_IN_0', 'GatewayTenantWorker_IN_1'] as const;
type Instance = 0 | 1;
type Change = readonly [at: number, status: 'Connected' | 'Disconnected', instance: Instance];

/** What may become of a tunnel; times before now. Each gateway has one of each. */
const fates: readonly ((random: Random) => Change[])[] = [
  // Fails over, and later loses a path for a while.
  (random) => [...lost(random, -44, 20, 0, 1), ...lost(random, -24, 50, 1, 1)],
  // Stays down.
  (random) => [[-12 * minute - between(random, 0, minute), 'Disconnected', 0]],
  // Was down for long.
  (random) => lost(random, -30, 9 * 60, 0, 0),
  // Flaps.
  (random) => [-27, -22, -17, -12, -7, -4].flatMap((at) => lost(random, at, 0.7, 1, 1)),
  // A late failover.
  (random) => lost(random, -18, 4 * 60, 0, 1),
];

function lost(random: Random, atMinutes: number, gapSeconds: number, from: Instance, to: Instance): Change[] {
  const at = atMinutes * minute + between(random, 0, 40 * second);
  return [
    [at, 'Disconnected', from],
    [at + gapSeconds * second, 'Connected', to],
  ];
}

/** The incident of a seed, up to the minute before `now`. */
export function incidentOf(random: Random, now: number): Incident {
  const archives = gateways.map((name, gateway) => {
    const id = `/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/RG-CONTOSO/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/${name}`;
    const records = fates.flatMap((fate, index) =>
      tunnelRecords(id, `203.0.113.${gateway * 100 + index}`, fate(random), now),
    );
    const lines = records.toSorted((a, b) => a.at - b.at).map(({ line }) => line);
    const [, y, m, d, h] = /^(\d+)-(\d+)-(\d+)T(\d+)/.exec(new Date(now).toISOString()) ?? [];
    return {
      name: `resourceId=${id}/y=${y}/m=${m}/d=${d}/h=${h}/m=00/PT1H.json`,
      text: lines.join(''),
      lines: lines.length,
    };
  });
  const uploads = Array.from({ length: 6 }, (_, server) => checkIns(server, now)).flatMap((lines, server) =>
    // Three files of each server, the last one packed.
    [lines.slice(0, 13), lines.slice(13, 26), lines.slice(26)].map((part, index) => {
      const bytes = Buffer.from(part.join(''));
      const name = `contoso/check-ins-${server}-${index}.json`;
      return index < 2
        ? { name, bytes, lines: part.length }
        : { name: `${name}.gz`, bytes: gzipSync(bytes), lines: part.length };
    }),
  );
  return { uploads, archives };
}

function tunnelRecords(resourceId: string, remoteIP: string, changes: readonly Change[], now: number) {
  const start: Change = [-48 * minute, 'Connected', changes[0]?.[2] ?? 0];
  return [start, ...changes].map(([at, status, instance], number) => {
    const time = new Date(now + at).toISOString();
    const properties = { instance: instances[instance], remoteIP, status, number };
    const record = { time, resourceId, category: 'TunnelDiagnosticLog', operationName: `Tunnel${status}`, properties };
    return { at, line: `${JSON.stringify(record)}\n` };
  });
}

/** Forty numbered check-ins of a server, one a minute: full disk at the end, full disk for a while, certificates near their end. */
function checkIns(server: number, now: number): string[] {
  return Array.from({ length: 40 }, (_, number) => {
    const ago = 40 - number;
    const isFull = (server === 0 && ago <= 6) || (server === 1 && ago > 20 && ago <= 30);
    return `${JSON.stringify({
      time: new Date(now - ago * minute).toISOString(),
      hostname: `tunnel-${server}`,
      site: 'contoso',
      activeConnections: number,
      cpuUsage: 20,
      cpuCores: 4,
      diskSpaceFree: isFull ? 1 : 60,
      tlsCertificate: {
        notAfter: new Date(now + (server === 2 ? 12 : 80) * day).toISOString(),
        thumbprint: `aa${server}`,
      },
      managementAgentCertificate: {
        notAfter: new Date(server === 3 ? now - 15 * minute : now + 90 * day).toISOString(),
        thumbprint: `bb${server}`,
      },
    })}\n`;
  });
}
