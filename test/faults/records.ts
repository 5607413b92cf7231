import { between, type Random } from './random.ts';

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** What a numbered record must become, once. */
export interface Numbered {
  readonly becomes: 'fact' | 'count' | 'letter';
  /** Tells it from all others of its kind; of a count the server that it is counted for. */
  readonly mark: string;
}

/**
 * Lines that come together. In between two units anything may happen without another notification; within one it could not: half
 * a failover is an outage.
 */
export interface Unit {
  readonly lines: readonly string[];
  readonly records: readonly Numbered[];
  /** The gateway whose archive it may stand in. */
  readonly gateway?: string;
  /** It ends this alert, so it is sent once a receiver was told that it fires. */
  readonly ends?: { readonly rule: string; readonly about: string };
}

/**
 * The synthetic incident up to `base`, the same whatever the seed, in units that the seed decides: tunnels that fail over, flap, go
 * down, stay down; servers with a full disk and certificates near their end; sessions; access lines; lines that nobody can read.
 */
export function unitsOf(random: Random, base: number): Unit[] {
  const units = [...tunnels(base), ...checkIns(random, base), ...sessions(random, base), ...accessLines(random, base)];
  return withOddLines(random, shuffled(random, units));
}

export const gateways = ['VPNGW-NORTH', 'VPNGW-SOUTH'] as const;
export const gatewayId = (name: string): string =>
  `/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/RG-CONTOSO/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/${name}`;

type Change = readonly [minutesAgo: number, status: 'Connected' | 'Disconnected', instance: 0 | 1];

const lost = (minutesAgo: number, gapMinutes: number, from: 0 | 1, to: 0 | 1): Change[] => [
  [minutesAgo, 'Disconnected', from],
  [minutesAgo - gapMinutes, 'Connected', to],
];

/** What may become of a tunnel. Each gateway has one of each. */
const fates: readonly (readonly Change[])[] = [
  // Fails over, and later loses a path for a while.
  [[48, 'Connected', 0], ...lost(44, 0.4, 0, 1), ...lost(24, 0.8, 1, 1)],
  // Stays down.
  [
    [48, 'Connected', 1],
    [12, 'Disconnected', 1],
  ],
  // Was down for long.
  [[48, 'Connected', 0], ...lost(30, 9, 0, 0)],
  // Flaps.
  [[48, 'Connected', 1], ...[27, 22, 17, 12, 7, 4].flatMap((ago) => lost(ago, 0.01, 1, 1))],
  // A late failover.
  [[48, 'Connected', 0], ...lost(18, 4, 0, 1)],
  // Goes down, and comes back once somebody was told.
  [
    [48, 'Connected', 0],
    [20, 'Disconnected', 0],
  ],
];
const comesBack = fates.length - 1;
const back: Change = [0.5, 'Connected', 0];

function tunnels(base: number): Unit[] {
  return gateways.flatMap((gateway, g) =>
    fates.flatMap((fate, f) => {
      const ip = `203.0.113.${g * 100 + f}`;
      const story = tunnelUnit(base, gateway, ip, fate);
      if (f !== comesBack) return [story];
      return [story, { ...tunnelUnit(base, gateway, ip, [back]), ends: { rule: 'tunnel.down', about: ip } }];
    }),
  );
}

function tunnelUnit(base: number, gateway: string, remoteIP: string, changes: readonly Change[]): Unit {
  const records = changes.map(([minutesAgo, status, instance]) => {
    const time = new Date(base - minutesAgo * minute).toISOString();
    const properties = { instance: `GatewayTenantWorker_IN_${instance}`, remoteIP, status };
    const resourceId = gatewayId(gateway);
    const record = { time, resourceId, category: 'TunnelDiagnosticLog', operationName: `Tunnel${status}`, properties };
    return { line: JSON.stringify(record), mark: `tunnel ${remoteIP} ${status} ${properties.instance} ${time}` };
  });
  return { ...factUnit(records), gateway };
}

const factUnit = (records: readonly { readonly line: string; readonly mark: string }[]): Unit => ({
  lines: records.map(({ line }) => line),
  records: records.map(({ mark }) => ({ becomes: 'fact', mark })),
});

const servers = [0, 1, 2, 3] as const;

/**
 * Check-ins of four servers: a disk that fills up and is cleared once somebody was told, one that was full, certificates near their
 * end. Close together, so that no server is offline by the check-ins that are still to come.
 */
function checkIns(random: Random, base: number): Unit[] {
  const of = (server: number, agos: readonly number[]) => factUnit(agos.map((ago) => checkIn(base, server, ago)));
  const agos = Array.from({ length: 38 }, (_, number) => 40 - number);
  const cleared: Unit = { ...of(0, [1, 0]), ends: { rule: 'server.health', about: 'tunnel-0' } };
  return [
    ...[0, 2, 3].flatMap((server) => portions(random, agos, 8).map((portion) => of(server, portion))),
    of(1, agos),
    cleared,
  ];
}

function checkIn(base: number, server: number, ago: number): { line: string; mark: string } {
  const number = 100 - ago;
  const isFull = (server === 0 && ago >= 2 && ago <= 7) || (server === 1 && ago > 20 && ago <= 30);
  const line = JSON.stringify({
    time: new Date(base - ago * 4 * second).toISOString(),
    hostname: `tunnel-${server}`,
    site: 'contoso',
    activeConnections: number,
    cpuUsage: 20,
    cpuCores: 4,
    diskSpaceFree: isFull ? 1 : 60,
    tlsCertificate: {
      notAfter: new Date(base + (server === 2 ? 12 : 80) * day).toISOString(),
      thumbprint: `aa${server}`,
    },
    managementAgentCertificate: {
      notAfter: new Date(server === 3 ? base - 15 * minute : base + 90 * day).toISOString(),
      thumbprint: `bb${server}`,
    },
  });
  return { line, mark: `check-in tunnel-${server} ${number}` };
}

/** Sessions that open and stay, each of its own user. */
function sessions(random: Random, base: number): Unit[] {
  return servers.flatMap((server) => {
    const opened = Array.from({ length: 20 }, (_, number) => ({
      line: `<30>1 ${new Date(base - (100 - number * 4) * second).toISOString()} tunnel-${server} ocserv 1200 - - main[user-${number}]:198.51.100.7:${50_000 + number} new user session`,
      mark: `session tunnel-${server} user-${number}`,
    }));
    return portions(random, opened, 6).map(factUnit);
  });
}

/** Lines that are counted: none of them asks a name server, which would be news. */
function accessLines(random: Random, base: number): Unit[] {
  return servers.flatMap((server) => {
    const lines = Array.from(
      { length: 60 },
      (_, number) =>
        `<30>1 ${new Date(base - (90 - number) * second).toISOString()} tunnel-${server} ocserv-access 9 - - ACCESS_LOG,user-${number},device,tcp,10.0.0.1:${40_000 + number},10.0.0.5:443,1,1,1`,
    );
    return portions(random, lines, 20).map(
      (portion): Unit => ({
        lines: portion,
        records: portion.map(() => ({ becomes: 'count', mark: `tunnel-${server}` })),
      }),
    );
  });
}

const oddLines = 24;

/** Lines that begin as JSON and are none, each somewhere among readable ones or alone. Archives get none: Azure writes them. */
function withOddLines(random: Random, units: readonly Unit[]): Unit[] {
  const mixed = [...units];
  for (let number = 0; number < oddLines; number++) {
    const line = `{"odd": broken-${number}-`;
    const records = [{ becomes: 'letter', mark: `broken-${number}-` }] as const;
    const at = between(random, 0, mixed.length);
    const unit = mixed[at];
    if (unit === undefined || unit.gateway !== undefined || unit.ends !== undefined || random() < 0.3) {
      mixed.splice(at, 0, { lines: [line], records });
      continue;
    }
    const lines = [...unit.lines];
    lines.splice(between(random, 0, lines.length + 1), 0, line);
    mixed[at] = { ...unit, lines, records: [...unit.records, ...records] };
  }
  return mixed;
}

/** In runs of one to `most`. */
function portions<T>(random: Random, items: readonly T[], most: number): T[][] {
  const all: T[][] = [];
  for (let at = 0; at < items.length; at += all.at(-1)?.length ?? 1) {
    all.push(items.slice(at, at + between(random, 1, most + 1)));
  }
  return all;
}

export const shuffled = <T>(random: Random, items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
