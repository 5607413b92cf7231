import type { CheckIn } from '../../../shared/model/checkin.ts';
import { DAY, isoOf, MINUTE, type Millis, SECOND } from '../../../shared/model/time.ts';

/** A synthetic tunnel server, and what is wrong with it. */
interface Server {
  readonly hostname: string;
  /** Left of its TLS certificate when the play starts. */
  readonly tlsDaysLeft: number;
  /** Free disk space in GB at a time relative to the start of the play. */
  readonly diskSpaceFree: (sinceStart: Millis) => number;
  readonly users: readonly string[];
}

const servers: readonly Server[] = [
  {
    hostname: 'mstunnel-01',
    tlsDaysLeft: 80,
    diskSpaceFree: () => 61.5,
    users: ['adele', 'diego', 'grady', 'henrietta'],
  },
  { hostname: 'mstunnel-02', tlsDaysLeft: 12, diskSpaceFree: () => 58.2, users: ['isaiah', 'joni', 'lee'] },
  // A log that nobody rotates eats a gigabyte a minute, up to the last 0.4 GB.
  {
    hostname: 'mstunnel-03',
    tlsDaysLeft: 80,
    diskSpaceFree: (sinceStart) => Math.max(0.4, -sinceStart / MINUTE),
    users: ['lidia', 'lynne', 'miriam', 'nestor', 'patti'],
  },
];
const site = 'contoso-hq';
const tlsLifetimeDays = 90;

/** One check-in of every server, as JSON lines. `start` is when the play started: certificates do not move with the clock. */
export const checkIns = (at: Millis, start: Millis): string =>
  servers.map((server) => `${JSON.stringify(checkIn(server, at, start))}\n`).join('');

function checkIn(server: Server, at: Millis, start: Millis): CheckIn {
  const minute = Math.floor(at / MINUTE);
  const tlsEnd = start + server.tlsDaysLeft * DAY;
  return {
    time: isoOf(at),
    hostname: server.hostname,
    site,
    activeConnections: server.users.length,
    throughput: 40 + (minute % 7) * 3,
    cpuUsage: 18 + (minute % 5) * 4,
    memoryUsage: 42 + (minute % 3),
    cpuCores: 4,
    diskSpaceFree: server.diskSpaceFree(at - start),
    latency: 4 + (minute % 4),
    managementAgentCertificate: certificate(server, 'agent', start - 30 * DAY, start + 150 * DAY),
    tlsCertificate: certificate(server, 'tls', tlsEnd - tlsLifetimeDays * DAY, tlsEnd),
    tlsCertificateRevocation: 'not-revoked',
    internalNetworkAccess: 'reachable',
    registryContactedAt: isoOf(at - 30 * SECOND),
    versionsBehind: 0,
    serverContainer: 'running',
    serverConfiguration: 'applied',
    logsUploadedAt: isoOf(at - 10 * MINUTE),
  };
}

const certificate = ({ hostname }: Server, slot: string, from: Millis, to: Millis) => ({
  notBefore: isoOf(from),
  notAfter: isoOf(to),
  thumbprint: Buffer.from(`${hostname} ${slot} synthetic`).toString('hex').padEnd(40, '0').slice(0, 40),
  subject: `CN=${hostname}.contoso.example`,
});

/** A few sessions on every server between two times, as ocserv writes them to the journal (`journalctl -o short-iso`). */
export function sessions(from: Millis, to: Millis): string {
  return servers
    .flatMap((server, index) =>
      server.users.flatMap((user, number) => session(server, user, 10 * index + number, from, to)),
    )
    .sort((a, b) => a.at - b.at)
    .map(({ at, hostname, message }) => `${isoOf(at).slice(0, 19)}+0000 ${hostname} ocserv[1207]: ${message}\n`)
    .join('');
}

function session({ hostname }: Server, user: string, number: number, from: Millis, to: Millis) {
  const share = (part: number) => from + Math.floor((to - from) * part);
  const peer = `main[${user}@contoso.example]:198.51.100.${20 + number}:${50_000 + (Math.floor(from / SECOND) % 10_000)}`;
  return [
    { at: share(0.05 + number / 100), hostname, message: `${peer} new user session` },
    {
      at: share(0.7 + number / 100),
      hostname,
      message: `${peer} user disconnected (reason: user disconnected, rx: ${310_000 + number}, tx: ${2_400_000 + number})`,
    },
  ];
}
