import { expect, it } from 'vitest';
import type { EntityRef } from '../../shared/model/entity.ts';
import { DAY, MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { readPartitions } from '../../shared/pipeline/partition.ts';
import { watchHub } from '../../shared/pipeline/watch-hub.ts';
import { memoryStore } from '../../shared/store/memory/store.ts';
import { type DueItem, type Store, StoreUnavailable } from '../../shared/store/ports.ts';
import { checkInRecord, ocservRecord, tunnelRecord } from '../flow/synthetic.ts';
import { World } from '../flow/world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);

/** A world that lists commits and due rows, and whose store cannot read facts while it is told so. */
function watched() {
  const committed: EntityRef[] = [];
  const scheduled: DueItem[] = [];
  const state = { away: false };
  const store = memoryStore({ now: () => world.now });
  const entities: Store['entities'] = {
    ...store.entities,
    commit: (change) => {
      committed.push(change.entity);
      return store.entities.commit(change);
    },
  };
  const due: Store['due'] = {
    ...store.due,
    schedule: (items) => {
      scheduled.push(...items);
      return store.due.schedule(items);
    },
  };
  const facts: Store['facts'] = {
    ...store.facts,
    read: async (...asked) => {
      if (state.away) throw new StoreUnavailable('away');
      return store.facts.read(...asked);
    },
  };
  const world: World = new World(T0, { store: { ...store, entities, facts, due } });
  return { world, committed, scheduled, state };
}

const guards = async ({ store }: World) =>
  (await store.due.due(T0 + DAY, 100)).filter(({ kind }) => kind === 'guard').map(({ entity }) => entity.key);

const opened = (at: Millis, user = 1): string =>
  ocservRecord(at, 't1', `[u${user}]:198.51.100.${user}:4000 new user session`).line;
const heard = (at: Millis): string =>
  ocservRecord(at, 't1', '[u1]:198.51.100.1:4000 sent periodic stats (in: 1, out: 1) to sec-mod').line;
const lastFactAt = async ({ store }: World) =>
  (await store.entities.list('tunnel-server')).items[0]?.about['lastFactAt'];

it('what was evaluated is not due for it again; what could not be is', async () => {
  const { world, state } = watched();
  world.send(opened(T0));
  await world.deliver();
  expect(await guards(world)).toEqual([]);

  state.away = true;
  world.now = T0 + MINUTE;
  world.send(opened(world.now, 2));
  await expect(world.deliver()).rejects.toThrow(StoreUnavailable);
  expect(await guards(world)).toEqual(['t1']);

  state.away = false;
  await world.advanceTo(T0 + 3 * MINUTE);
  expect(await lastFactAt(world)).toBe(T0 + MINUTE);
  expect(await guards(world)).toEqual([]);
});

it('of two absorbs at one moment, the one that gets through leaves the guard of the other', async () => {
  const { world, state } = watched();
  state.away = true;
  world.send(opened(T0, 1));
  await expect(world.deliver()).rejects.toThrow(StoreUnavailable);
  state.away = false;
  world.send(opened(T0, 2));
  await world.deliver(1);
  expect(await guards(world)).toEqual(['t1']);
});

it('evaluating takes away no due time that the entity itself asked for', async () => {
  const { world } = watched();
  // Dated in the future: looked at in a minute, the very moment of the row that guards it.
  world.send(tunnelRecord(T0 + 2 * MINUTE, 'Disconnected', '203.0.113.1', 0).line);
  await world.deliver();
  const due = await world.store.due.due(T0 + DAY, 100);
  expect(due.map(({ kind, at }) => [kind, at])).toEqual([['evaluate', T0 + MINUTE]]);
});

it('a server of which batch after batch says that it serves is written once a minute, and the last record within two', async () => {
  const { world, committed } = watched();
  for (let at = T0; at < T0 + 5 * MINUTE; at += 5 * SECOND) {
    await world.advanceTo(at, 5 * SECOND);
    world.send(opened(at));
    await world.deliver();
  }
  expect(committed.length).toBeGreaterThanOrEqual(5);
  expect(committed.length).toBeLessThanOrEqual(6);
  await world.advanceTo(world.now + 2 * MINUTE);
  expect(await lastFactAt(world)).toBe(T0 + 5 * MINUTE - 5 * SECOND);
});

it('a sign of presence shows a new server at once, a known one within two minutes', async () => {
  const { world } = watched();
  world.send(heard(T0));
  await world.deliver();
  expect(await lastFactAt(world)).toBe(T0);
  world.now = T0 + MINUTE;
  world.send(heard(world.now));
  await world.deliver();
  expect(await lastFactAt(world)).toBe(T0);
  await world.advanceTo(world.now + 2 * MINUTE);
  expect(await lastFactAt(world)).toBe(T0 + MINUTE);
});

it('signs of presence within a minute share one due row, scheduled once and again after a restart', async () => {
  const { world, scheduled } = watched();
  world.send(heard(T0));
  await world.deliver();
  const [first] = scheduled.splice(0);
  expect(first?.kind).toBe('guard');
  for (let second = 10; second < 60; second += 10) {
    world.now = T0 + second * SECOND;
    world.send(heard(world.now));
    await world.deliver();
  }
  expect(scheduled.splice(0).map(({ kind, at }) => [kind, at])).toEqual([['evaluate', T0 + 2 * MINUTE]]);
  world.restart();
  world.send(heard(world.now));
  await world.deliver();
  expect(scheduled.map(({ kind }) => kind)).toEqual(['guard']);
});

it('what a check-in shows is written at once, however often it changes', async () => {
  const { world, committed } = watched();
  for (const [second, cpuUsage] of [20, 97, 20].entries()) {
    world.now = T0 + second * SECOND;
    world.send(checkInRecord(world.now, 't1', { cpuUsage }).line);
    await world.deliver();
  }
  expect(committed).toHaveLength(3);
});

it('the look of the timer at the hub, while a batch is absorbed, does not make it come again', async () => {
  const store = memoryStore({ now: () => world.now });
  let looks = 0;
  const facts: Store['facts'] = {
    ...store.facts,
    put: async (stored) => {
      await store.facts.put(stored);
      looks++;
      await watchHub(world.pipeline, world.hub, T0 + DAY);
    },
  };
  const world: World = new World(T0, { store: { ...store, facts } });
  for (const user of [1, 2, 3]) {
    world.send(opened(T0, user));
    await world.deliver();
  }
  expect(looks).toBe(3);
  expect(await readPartitions(world.pipeline)).toMatchObject([
    { sequenceNumber: 2, records: 3, lastSequenceNumber: 2 },
  ]);
});
