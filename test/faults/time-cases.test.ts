import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { RECEIVERS } from '../../shared/pipeline/create.ts';
import type { Json, Owed } from '../../shared/store/ports.ts';
import { checkInRecord, tunnelRecord } from '../flow/synthetic.ts';
import { analyzed, finalAlerts, World } from '../flow/world.ts';

// The cases of time and order, by their numbers.

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const ip = (n: number): string => `203.0.113.${n}`;
const tunnel = (at: Millis, status: 'Connected' | 'Disconnected', instance = 0, n = 1): string =>
  tunnelRecord(at, status, ip(n), instance).line;

async function worldWithReceiver(now: Millis): Promise<World> {
  const world = new World(now);
  const receiver = { id: 'oncall', url: 'http://127.0.0.1:9/hook', secrets: [{ setting: 'SECRET' }] };
  await world.store.documents.put(RECEIVERS, 'oncall', receiver);
  return world;
}

const send = async (world: World, ...lines: readonly string[]): Promise<void> => {
  for (const line of lines) world.send(line);
  await world.deliver();
};

const rules = async (world: World) =>
  (await world.alerts()).map(({ rule, state, endedBy }) => [rule, state, endedBy]).sort();

/** What receivers were owed, in order. */
async function owedRows(world: World): Promise<Owed[]> {
  const alerts = await world.alerts();
  const entities = new Map(alerts.map(({ entity }) => [entity.key, entity]));
  const owed = (await Promise.all([...entities.values()].map((entity) => world.store.outbox.list(entity)))).flat();
  return owed.toSorted((a, b) => a.createdAt - b.createdAt);
}

/** Why receivers were told, in order. */
const told = async (world: World): Promise<string[]> =>
  (await owedRows(world)).map(({ notification }) => reasonOf(notification));

/** The receiver of these tests answers nobody; this has what it is owed count as sent. */
async function answered(world: World): Promise<void> {
  for (const { entity, id } of await owedRows(world)) {
    const row = await world.store.outbox.read(entity, id);
    if (row?.owed.state === 'owed') await world.store.outbox.save({ ...row.owed, state: 'sent' }, row.etag);
  }
}
const reasonOf = (notification: Json): string => String(Object(notification).reason);

describe('case 11: out of order, event time decides', () => {
  it('the connect came before its disconnect', async () => {
    const world = new World(T0 + MINUTE);
    await send(world, tunnel(T0 + 20 * SECOND, 'Connected', 1));
    await send(world, tunnel(T0, 'Disconnected', 0));
    await world.advanceTo(T0 + 15 * MINUTE);
    expect(await rules(world)).toEqual([['tunnel.failover', 'resolved', 'event']]);
  });

  it('the disconnect came before the connect that it ends', async () => {
    const world = new World(T0 + MINUTE);
    await send(world, tunnel(T0 + 20 * SECOND, 'Disconnected'));
    await send(world, tunnel(T0, 'Connected'));
    await world.advanceTo(T0 + 15 * MINUTE);
    expect(await rules(world)).toEqual([['tunnel.down', 'firing', null]]);
  });
});

describe('case 12: late', () => {
  it('by six minutes: what was told is disproved, and history is right', async () => {
    const world = await worldWithReceiver(T0);
    await send(world, tunnel(T0, 'Disconnected'));
    await world.advanceTo(T0 + 6 * MINUTE);
    expect(await told(world)).toEqual(['first']);
    await send(world, tunnel(T0 + 30 * SECOND, 'Connected'));
    await world.advanceTo(T0 + 10 * MINUTE);
    expect(await rules(world)).toEqual([
      ['tunnel.down', 'resolved', 'disproved'],
      ['tunnel.network-fault', 'resolved', 'event'],
    ]);
    expect((await told(world)).toSorted()).toEqual(['disproved', 'first', 'first']);
    const files = { 'a.json': `${tunnel(T0, 'Disconnected')}\n${tunnel(T0 + 30 * SECOND, 'Connected')}` };
    expect(finalAlerts(await world.alerts())).toEqual(await analyzed(files, world.now));
  });

  it('by 48 hours: an outage that is long over is listed, and pages nobody', async () => {
    const world = await worldWithReceiver(T0);
    await send(world, tunnel(T0, 'Connected'));
    await world.advanceTo(T0 + 49 * HOUR, HOUR);
    await send(world, tunnel(T0 + HOUR, 'Disconnected'), tunnel(T0 + 2 * HOUR, 'Connected'));
    await world.advanceTo(world.now + 10 * MINUTE);
    expect(await rules(world)).toEqual([['tunnel.down', 'resolved', 'fact']]);
    const [alert] = await world.alerts();
    expect([alert?.startsAt, alert?.endsAt]).toEqual([T0 + HOUR, T0 + 2 * HOUR]);
    expect(await told(world)).toEqual([]);
  });
});

describe('case 13: of one time', () => {
  const same = [
    ['a failover within a tick', [tunnel(T0, 'Disconnected', 0), tunnel(T0, 'Connected', 1)]],
    ['both instances go', [tunnel(T0, 'Disconnected', 0), tunnel(T0, 'Disconnected', 1)]],
    ['one instance goes and comes', [tunnel(T0, 'Connected', 0), tunnel(T0, 'Disconnected', 0)]],
  ] as const;
  it.each(same)('%s: the same whichever came first', async (_, lines) => {
    const up = [tunnel(T0 - HOUR, 'Connected', 0), tunnel(T0 - HOUR, 'Connected', 1)];
    const outcomes = [];
    for (const order of [lines, lines.toReversed()]) {
      const world = new World(T0 + MINUTE);
      for (const line of [...up, ...order, lines[0]]) await send(world, line);
      await world.advanceTo(T0 + 10 * MINUTE);
      outcomes.push(finalAlerts(await world.alerts()));
    }
    const expected = await analyzed({ 'a.json': [...up, ...lines].join('\n') }, T0 + 10 * MINUTE);
    expect(outcomes).toEqual([expected, expected]);
  });
});

describe('case 14: clocks that are wrong', () => {
  it('a record of 2099 freezes nothing: its tunnel and its server are judged by what came since', async () => {
    const future = Date.UTC(2099, 0, 1);
    const world = new World(T0);
    await send(world, tunnel(future, 'Connected'), checkInRecord(future, 't1').line, checkInRecord(T0, 't1').line);
    await send(world, tunnel(T0, 'Disconnected'), tunnel(T0, 'Disconnected', 0, 2));
    await world.advanceTo(T0 + 10 * MINUTE);
    expect((await rules(world)).map(([rule, state]) => [rule, state])).toEqual([
      ['server.offline', 'firing'],
      ['tunnel.down', 'firing'],
      ['tunnel.down', 'firing'],
    ]);
  });

  it('a clock some minutes ahead is believed once its time has come', async () => {
    const world = new World(T0);
    await send(world, tunnel(T0 + 3 * MINUTE, 'Disconnected'));
    await world.advanceTo(T0 + 7 * MINUTE);
    expect((await rules(world)).filter(([, state]) => state === 'firing')).toEqual([]);
    await world.advanceTo(T0 + 9 * MINUTE);
    expect(await rules(world)).toEqual([['tunnel.down', 'firing', null]]);
  });
});

describe('case 15: a disconnect that nothing follows', () => {
  it('is an alert by the clock, repeated every four hours, and ended once', async () => {
    const world = await worldWithReceiver(T0);
    await send(world, tunnel(T0, 'Disconnected'));
    await world.advanceTo(T0 + 5 * MINUTE - SECOND);
    expect(await told(world)).toEqual([]);
    await world.advanceTo(T0 + 4 * HOUR);
    expect(await told(world)).toEqual(['first']);
    await answered(world);
    await world.advanceTo(T0 + 4 * HOUR + 6 * MINUTE);
    expect(await told(world)).toEqual(['first', 'repeat-due']);
    for (let hour = 5; hour <= 24; hour++) {
      await answered(world);
      await world.advanceTo(T0 + hour * HOUR, 10 * MINUTE);
    }
    expect(await rules(world)).toEqual([['tunnel.down', 'firing', null]]);
    expect(await told(world)).toEqual(['first', ...Array(5).fill('repeat-due')]);
    await send(world, tunnel(world.now, 'Connected', 1));
    await world.advanceTo(world.now + 5 * HOUR, 10 * MINUTE);
    await send(world, tunnel(T0 + DAY, 'Connected', 1));
    await world.advanceTo(world.now + DAY, HOUR);
    expect(await rules(world)).toEqual([['tunnel.down', 'resolved', 'fact']]);
    expect(await told(world)).toEqual(['first', ...Array(5).fill('repeat-due'), 'resolved']);
    expect((await owedRows(world)).map(({ id }) => id.split('-').slice(1).join('-'))).toEqual([
      'first-1-oncall',
      ...[2, 3, 4, 5, 6].map((ordinal) => `repeat-due-${ordinal}-oncall`),
      'resolved-7-oncall',
    ]);
  });

  it('a receiver that was not reached yet is not reminded as well', async () => {
    const world = await worldWithReceiver(T0);
    await send(world, tunnel(T0, 'Disconnected'));
    await world.advanceTo(T0 + 20 * HOUR, 10 * MINUTE);
    expect(await told(world)).toEqual(['first']);
    await answered(world);
    await world.advanceTo(T0 + 21 * HOUR, 10 * MINUTE);
    expect(await told(world)).toEqual(['first', 'repeat-due']);
  });

  it('a clock that was down repeats once, not once for each time it missed', async () => {
    const world = await worldWithReceiver(T0);
    await send(world, tunnel(T0, 'Disconnected'));
    await world.advanceTo(T0 + 6 * MINUTE);
    await answered(world);
    world.now = T0 + DAY;
    world.restart();
    await world.advanceTo(world.now + HOUR);
    expect(await told(world)).toEqual(['first', 'repeat-due']);
  });

  it('without a receiver the clock does not ask again and again', async () => {
    const world = new World(T0);
    await send(world, tunnel(T0, 'Disconnected'));
    await world.advanceTo(T0 + 6 * HOUR, 10 * MINUTE);
    expect(await world.store.due.due(world.now + 30 * DAY, 10)).toEqual([]);
  });
});
