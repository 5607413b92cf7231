import { expect, it } from 'vitest';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { fanOutLost, fanOutSettings } from '../../shared/pipeline/fan-out.ts';
import type { Scope } from '../../shared/pipeline/thresholds.ts';
import { checkInRecord } from './synthetic.ts';
import { finalAlerts, World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);

async function worldOf(servers: number): Promise<World> {
  const world = new World(T0);
  for (const minute of [0, 1]) {
    world.now = T0 + minute * MINUTE;
    const lines = Array.from({ length: servers }, (_, n) => checkInRecord(world.now, `t${n}`, { cpuUsage: 85 }).line);
    await world.upload(`contoso/${minute}.json`, lines.join('\n'));
    await world.pump();
  }
  return world;
}

it.each([1, 1_000])(
  'a saved threshold changes the alerts of %i servers with no new check-in',
  async (servers) => {
    const world = await worldOf(servers);
    expect(await world.alerts()).toEqual([]);

    world.now += MINUTE / 2;
    const stricter = { cpuUsage: { healthy: 80, unhealthy: 95 } };
    const saved = await world.pipeline.thresholds.save({ kind: 'tenant' }, stricter, 'admin', null);
    if (saved === 'conflict') throw new Error('expected the first save to succeed');
    await world.wakeups.settings(saved.revision);
    await world.pump();

    const firing = finalAlerts(await world.alerts());
    expect(firing).toHaveLength(servers);
    expect(new Set(firing.map(({ rule, state, severity }) => `${rule} ${state} ${severity}`))).toEqual(
      new Set(['server.health firing warning']),
    );

    world.now += MINUTE / 2;
    const { etag } = await world.pipeline.thresholds.scope({ kind: 'tenant' });
    const reverted = await world.pipeline.thresholds.save({ kind: 'tenant' }, {}, 'admin', etag);
    if (reverted === 'conflict') throw new Error('expected the revert to succeed');
    await world.wakeups.settings(reverted.revision);
    await world.pump();
    const after = finalAlerts(await world.alerts());
    // What was right under the bounds of its time is resolved, not disproved.
    expect(new Set(after.map(({ state }) => state))).toEqual(new Set(['resolved']));
    expect(after).toHaveLength(servers);
  },
  60_000,
);

it('an entity that a lost message left behind is found by the timer', async () => {
  const world = await worldOf(3);
  world.now += MINUTE / 2;
  await world.pipeline.thresholds.save(
    { kind: 'server', name: 't1' },
    { cpuUsage: { healthy: 50, unhealthy: 60 } },
    'admin',
    null,
  );
  // The save's own messages are under way for a while: doing it twice would only make them late.
  expect(await fanOutLost(world.pipeline)).toBe(0);
  world.now += 2 * MINUTE;
  expect(await fanOutLost(world.pipeline)).toBe(1);
  await world.pump();
  const firing = await world.alerts();
  expect(firing.map(({ labels, severity }) => [labels.server, severity])).toEqual([['t1', 'critical']]);
  expect(await fanOutLost(world.pipeline)).toBe(0);
});

it.each<[string, Scope, string[]]>([
  ['the tenant', { kind: 'tenant' }, ['t0', 't1', 't2']],
  ['a site', { kind: 'site', name: 'west' }, ['t0', 't2']],
  ['a server', { kind: 'server', name: 't1' }, ['t1']],
])('a change of %s looks at the servers it concerns, whatever was saved before', async (_, scope, expected) => {
  const world = new World(T0);
  const site = (n: number) => (n === 1 ? 'east' : 'west');
  const lines = [0, 1, 2].map((n) => checkInRecord(T0, `t${n}`, { site: site(n) }).line);
  await world.upload('contoso/0.json', lines.join('\n'));
  await world.pump();
  const { thresholds } = world.pipeline;
  const pairs = (healthy: number) => ({ latency: { healthy, unhealthy: 50 } });
  await thresholds.save(scope, pairs(3), 'admin', null);
  await fanOutSettings(world.pipeline, 1);
  const [first] = world.wakeups.take().flatMap(({ kind, message }) => (kind === 'evaluate' ? [message] : []));
  expect(first).toEqual({ entities: expected.map((key) => `tunnel-server!${key}`), revision: 1 });

  // Nothing was evaluated meanwhile, and the next save concerns nobody: the first is still owed.
  await thresholds.save({ kind: 'server', name: 'nobody' }, pairs(4), 'admin', null);
  expect(await fanOutSettings(world.pipeline, 2)).toBe(expected.length);
});

it('an evaluation that a threshold change asked for twice is done once', async () => {
  const world = await worldOf(3);
  world.now += MINUTE / 2;
  await world.pipeline.thresholds.save({ kind: 'tenant' }, { cpuUsage: { healthy: 50, unhealthy: 60 } }, 'admin', null);
  await fanOutSettings(world.pipeline, 1);
  await fanOutSettings(world.pipeline, 1);
  const twice = world.wakeups.waiting.filter(({ kind }) => kind === 'evaluate');
  expect(twice).toHaveLength(2);
  let reads = 0;
  const { read } = world.store.facts;
  Object.assign(world.store.facts, {
    read: (...asked: Parameters<typeof read>) => {
      reads++;
      return read(...asked);
    },
  });
  await world.pump();
  expect(reads).toBe(3);
  expect(await world.alerts()).toHaveLength(3);
});

it('a save that overtakes a load is not forgotten by it', async () => {
  const world = await worldOf(1);
  const { thresholds } = world.pipeline;
  await thresholds.save({ kind: 'tenant' }, { latency: { healthy: 1, unhealthy: 2 } }, 'admin', null);
  world.now += MINUTE;
  const [, saved] = await Promise.all([
    thresholds.current(),
    thresholds.save({ kind: 'site', name: 'west' }, { latency: { healthy: 3, unhealthy: 4 } }, 'admin', null),
    thresholds.current(),
  ]);
  expect(saved).toEqual({ revision: 2 });
  const { revision, overrides } = await thresholds.current();
  expect([revision, overrides.sites['west']]).toEqual([2, { latency: { healthy: 3, unhealthy: 4 } }]);
});
