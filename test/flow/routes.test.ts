import { describe, expect, it } from 'vitest';
import { MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import {
  ARCHIVE,
  archiveName,
  checkInRecord,
  gatewayRecord,
  ocservRecord,
  type SyntheticRecord,
  tunnelRecord,
} from './synthetic.ts';
import { analyzed, finalAlerts, World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const END = T0 + 50 * MINUTE;
const ip = (n: number): string => `203.0.113.${n}`;
const access = (at: Millis, port: number): SyntheticRecord => ({
  at,
  line: `<30>1 ${new Date(at).toISOString()} t1 ocserv-access 9 - - ACCESS_LOG,u,d,udp,10.0.0.1:50,10.0.0.5:${port},1,1,1`,
});

/** One of each: failover with its cause, network fault, outage that lasts, flapping, full disk, offline server, expired certificate. */
const incident: readonly SyntheticRecord[] = [
  ...[1, 2, 3, 4].map((n) => tunnelRecord(T0, 'Connected', ip(n), 0)),
  gatewayRecord(T0 + MINUTE, 'HostMaintenanceEvent', 'synthetic'),
  tunnelRecord(T0 + 2 * MINUTE, 'Disconnected', ip(1), 0),
  tunnelRecord(T0 + 3 * MINUTE, 'Connected', ip(1), 1),
  tunnelRecord(T0 + 4 * MINUTE, 'Disconnected', ip(2), 0),
  tunnelRecord(T0 + 6 * MINUTE, 'Connected', ip(2), 0),
  tunnelRecord(T0 + 10 * MINUTE, 'Disconnected', ip(3), 0),
  ...[0, 2, 4, 6, 8].flatMap((minute) => [
    tunnelRecord(T0 + minute * MINUTE + 5 * SECOND, 'Disconnected', ip(4), 0),
    tunnelRecord(T0 + minute * MINUTE + 20 * SECOND, 'Connected', ip(4), 0),
  ]),
  ...[0, 5, 10, 15, 20, 25].flatMap((minute) => [
    checkInRecord(T0 + minute * MINUTE, 't1', { diskSpaceFree: minute > 10 ? 1 : 60, site: 'contoso' }),
  ]),
  checkInRecord(T0 + MINUTE, 't2', {
    tlsCertificate: { notAfter: new Date(T0 - MINUTE).toISOString(), thumbprint: 'aa' },
  }),
  ...[0, 1, 2, 3].map((n) => ocservRecord(T0 + n * MINUTE, 't1', `[u${n}]:198.51.100.${n}:4000 new user session`)),
  ...Array.from({ length: 20 }, (_, n) => access(T0 + n * SECOND, n < 15 ? 53 : 443)),
].sort((a, b) => a.at - b.at);

type Route = 'hub' | 'upload' | 'archive';
type Way = (record: SyntheticRecord, index: number) => readonly Route[];
const ROUTES: readonly Route[] = ['hub', 'upload', 'archive'];

/** Records come half a minute after they were written, in the order given, by the route that `way` says. */
async function live(records: readonly SyntheticRecord[], way: Way): Promise<World> {
  const world = new World(T0);
  for (const [index, record] of records.entries()) {
    await world.advanceTo(Math.min(record.at + 30 * SECOND, END));
    for (const route of way(record, index)) {
      if (route === 'hub') world.send(record.line);
      else if (route === 'upload') await world.upload(`contoso/${index}.log`, `${record.line}\n`);
      else await world.append(ARCHIVE, archiveName(T0), `${record.line}\n`);
    }
    if (index % 3 === 0) await world.deliver();
    if (index % 2 === 0) await world.pump();
  }
  await world.deliver();
  await world.pump();
  await world.advanceTo(END);
  return world;
}

/** As far apart as the input can be shuffled: the later half first, each half from its end. */
const shuffled = (records: readonly SyntheticRecord[]): SyntheticRecord[] =>
  records.toSorted((a, b) => keyOf(a) - keyOf(b));
const keyOf = ({ line }: SyntheticRecord): number =>
  [...line].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 7);

const textOf = (records: readonly SyntheticRecord[]): string => records.map(({ line }) => `${line}\n`).join('');
const expected = () => analyzed({ 'incident.log': textOf(incident) }, END);

describe('the same incident gives the alerts that analyze gives on the files', () => {
  it.each<[string, readonly SyntheticRecord[], Way]>([
    ['through the hub', incident, () => ['hub']],
    ['through uploads', incident, () => ['upload']],
    ['through an append blob that grows', incident, () => ['archive']],
    ['split over all three', incident, (_, index) => [ROUTES[index % 3] ?? 'hub']],
    ['shuffled, through the hub', shuffled(incident), () => ['hub']],
    ['shuffled, split over all three', shuffled(incident), (_, index) => [ROUTES[index % 3] ?? 'hub']],
    ['every record twice, by two routes', incident, (_, index) => [0, 1].map((n) => ROUTES[(index + n) % 3] ?? 'hub')],
  ])('%s', async (_, records, way) => {
    const alerts = finalAlerts(await (await live(records, way)).alerts());
    expect(alerts).toEqual(await expected());
  });

  it('in one batch and in one file, every record twice', async () => {
    for (const way of ['hub', 'upload'] as const) {
      const world = new World(T0 + 30 * MINUTE);
      if (way === 'hub') world.send(textOf([...incident, ...incident]));
      else await world.upload('contoso/all.log', textOf([...shuffled(incident), ...incident]));
      await world.deliver();
      await world.pump();
      await world.advanceTo(END);
      expect(finalAlerts(await world.alerts()), way).toEqual(await expected());
    }
  });

  it('and it is an incident', async () => {
    expect([...new Set((await expected()).map(({ rule }) => rule))].sort()).toEqual([
      'certificate.expired',
      'mstunnel.access-log-noisy',
      'server.health',
      'server.offline',
      'tunnel.down',
      'tunnel.failover',
      'tunnel.flapping',
      'tunnel.network-fault',
    ]);
  });
});
