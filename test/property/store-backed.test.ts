import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOUR, MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import {
  ARCHIVE,
  archiveName,
  checkInRecord,
  gatewayRecord,
  ocservRecord,
  type SyntheticRecord,
  tunnelRecord,
} from '../flow/synthetic.ts';
import { analyzed, finalAlerts, World } from '../flow/world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
/** Dense enough for flapping in some runs, wide enough for what takes half an hour in others. */
const second = fc
  .oneof(fc.integer({ min: 0, max: 10 * 60 }), fc.integer({ min: 0, max: 45 * 60 }))
  .map((seconds) => T0 + seconds * SECOND);

const tunnel = fc
  .tuple(second, fc.constantFrom('Connected', 'Disconnected'), fc.constantFrom('203.0.113.1', '203.0.113.2'), fc.nat(1))
  .map(([at, status, ip, instance]) => tunnelRecord(at, status as 'Connected', ip, instance));
const operation = fc
  .tuple(second, fc.constantFrom('HostMaintenanceEvent', 'SetGatewayConfiguration', 'ValidateGatewayConfiguration'))
  .map(([at, name]) => gatewayRecord(at, name, 'synthetic'));
const checkIn = fc
  .tuple(second, fc.constantFrom('t1', 't2'), fc.constantFrom(20, 97, 100))
  .map(([at, host, cpuUsage]) => checkInRecord(at, host, { cpuUsage, site: 'contoso-west' }));
const session = fc
  .tuple(second, fc.constantFrom('t1', 't2'), fc.nat(3), fc.boolean())
  .map(([at, host, user, opens]) =>
    ocservRecord(
      at,
      host,
      `[u${user}]:198.51.100.${user}:4000 ${opens ? 'new user session' : 'user disconnected (reason: DPD timeout, rx: 10, tx: 20)'}`,
    ),
  );
const incident = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: tunnel },
    { weight: 1, arbitrary: operation },
    { weight: 3, arbitrary: checkIn },
    session,
  ),
  { minLength: 1, maxLength: 40 },
);

const ROUTES = ['upload', 'archive', 'stream'] as const;
type Route = (typeof ROUTES)[number];
const otherThan = (route: Route): Route => (route === 'stream' ? 'archive' : 'stream');

/** How a record comes: how late, by which route, and whether it comes twice. */
const arrival = fc.record({
  delayMs: fc.integer({ min: 0, max: 12 * 60 }).map((s) => s * SECOND),
  route: fc.constantFrom(...ROUTES),
  twice: fc.boolean(),
});

interface Coming extends SyntheticRecord {
  readonly arrivesAt: Millis;
  readonly route: Route;
}

async function liveThrough(records: readonly Coming[], until: Millis): Promise<World> {
  const world = new World(T0);
  const coming = [...records].sort((a, b) => a.arrivesAt - b.arrivesAt);
  for (const [index, record] of coming.entries()) {
    await world.advanceTo(record.arrivesAt, 3 * MINUTE);
    if (record.route === 'upload') await world.upload(`contoso/${index}.log`, `${record.line}\n`);
    else if (record.route === 'archive') await world.append(ARCHIVE, archiveName(world.now), `${record.line}\n`);
    else world.send(record.line);
    if (index % 4 === 0) await world.deliver();
    if (index % 3 === 0) await world.pump();
  }
  await world.pump();
  await world.deliver();
  await world.advanceTo(until, 5 * MINUTE);
  await world.evaluateEverything();
  return world;
}

it('any order of arrival, by uploads, by a growing archive and by the stream, gives the alerts that analyze gives on the files', async () => {
  await fc.assert(
    fc.asyncProperty(incident, fc.infiniteStream(arrival), async (records, arrivals) => {
      const now = T0 + 3 * HOUR;
      const coming = records.flatMap((record) => {
        const how = arrivals.next().value;
        const one = { ...record, arrivesAt: record.at + how.delayMs, route: how.route };
        return how.twice ? [one, { ...one, arrivesAt: one.arrivesAt + MINUTE, route: otherThan(how.route) }] : [one];
      });
      const world = await liveThrough(coming, now);
      const expected = await analyzed({ 'incident.log': records.map(({ line }) => line).join('\n') }, now);
      expect(finalAlerts(await world.alerts())).toEqual(expected);
      // Evaluating once more changes nothing.
      await world.evaluateEverything();
      expect(finalAlerts(await world.alerts())).toEqual(expected);
    }),
    { numRuns: 60 },
  );
}, 120_000);
