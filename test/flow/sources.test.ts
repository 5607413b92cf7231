import { expect, it } from 'vitest';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { SOURCES } from '../../shared/pipeline/sources.ts';
import { World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const access = (at: Millis, port: number): string =>
  `<30>1 ${new Date(at).toISOString()} t1 ocserv-access 9 - - ACCESS_LOG,u,d,udp,169.254.0.9:5000,10.0.0.5:${port},1,1,1`;
const heard = (at: Millis): string => `<30>1 ${new Date(at).toISOString()} t1 ocserv 7 - - main: synthetic`;

it('the zone of a source holds for records read from then on', async () => {
  const world = new World(T0);
  await world.store.documents.put(SOURCES, 'uploads/paris', { zone: 'Europe/Paris' });
  await world.upload('paris/a.log', 'Nov 22 10:00:00 t1 ocserv[7]: main: synthetic\n');
  await world.pump();
  const { items } = await world.store.entities.list('tunnel-server');
  expect(items[0]?.about['lastFactAt']).toBe(T0);
});

it('a stale window that is set makes a source continuous without check-ins', async () => {
  const world = new World(T0);
  await world.store.documents.put(SOURCES, 'uploads/contoso', { staleMinutes: 10 });
  for (let minute = 0; minute <= 12; minute += 4) {
    world.now = T0 + minute * MINUTE;
    await world.upload(`contoso/${minute}.log`, heard(world.now));
    await world.pump();
  }
  await world.advanceTo(T0 + 22 * MINUTE);
  expect(await world.alerts()).toEqual([]);
  await world.advanceTo(T0 + 24 * MINUTE);
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([['logs.stale', 'firing']]);
});

it('access lines are counted once, on the route that counts, and a repeated blob event adds nothing', async () => {
  const lines = Array.from({ length: 20 }, (_, n) => access(T0 + n * 1_000, n < 15 ? 53 : 443)).join('\n');
  for (const [countingRoute, findings] of [
    [null, 1],
    ['stream', 0],
  ] as const) {
    const world = new World(T0 + MINUTE);
    if (countingRoute) await world.store.documents.put(SOURCES, 'uploads/contoso', { countingRoute });
    await world.upload('contoso/access.log', lines);
    await world.pump();
    await world.announce('uploads', 'contoso/access.log');
    await world.pump();
    const alerts = await world.alerts();
    expect(alerts.map(({ rule, annotations }) => [rule, annotations['lines']])).toEqual(
      Array.from({ length: findings }, () => ['mstunnel.access-log-noisy', '20']),
    );
  }
});
