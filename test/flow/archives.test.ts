import { expect, it } from 'vitest';
import { HOUR, MINUTE, type Millis } from '../../shared/model/time.ts';
import { cursorId, readCursor } from '../../shared/pipeline/cursor.ts';
import { ARCHIVE, archiveName, tunnelRecord } from './synthetic.ts';
import { World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const ip = '203.0.113.1';
const name = archiveName(T0);
const cursorOf = async (world: World) => (await readCursor(world.pipeline, cursorId(ARCHIVE, name)))?.cursor;

it('an archive blob is followed by whole lines only while it grows, and closed after its hour', async () => {
  const world = new World(T0);
  const first = tunnelRecord(T0, 'Disconnected', ip, 0).line;
  await world.append(ARCHIVE, name, `${first}\r\n${first.slice(0, 50)}`);
  await world.pump();
  expect(await cursorOf(world)).toMatchObject({
    state: 'drained',
    offset: first.length + 2,
    records: 1,
    deadLetters: 0,
  });

  // The rest of the second line, and one that never gets its line end.
  world.now = T0 + 20 * MINUTE;
  await world.append(ARCHIVE, name, `${first.slice(50)}\n${tunnelRecord(world.now, 'Connected', ip, 0).line}`);
  await world.timers();
  expect(await cursorOf(world)).toMatchObject({ state: 'drained', records: 2 });
  await world.advanceTo(world.now + 3 * MINUTE);
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([['tunnel.down', 'firing']]);

  await world.advanceTo(T0 + 4 * HOUR, 30 * MINUTE);
  expect(await cursorOf(world)).toMatchObject({ state: 'closed', records: 3 });
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([['tunnel.down', 'resolved']]);

  // Azure may add to it later still: the full listing reopens it.
  await world.append(ARCHIVE, name, `\n${tunnelRecord(T0 + HOUR, 'Disconnected', ip, 0).line}\n`);
  await world.listAll();
  expect(await cursorOf(world)).toMatchObject({ records: 4 });
});

it('a blob put again under its name is read from its start, without phantom or loss', async () => {
  const world = new World(T0);
  await world.upload('a.json', tunnelRecord(T0 - MINUTE, 'Disconnected', ip, 0).line);
  await world.pump();
  world.now = T0 + MINUTE;
  await world.upload('a.json', tunnelRecord(T0, 'Connected', ip, 1).line);
  await world.pump();
  expect((await world.alerts()).map(({ rule }) => rule)).toEqual(['tunnel.failover']);
  const cursor = await readCursor(world.pipeline, cursorId('uploads', 'a.json'));
  expect(cursor?.cursor).toMatchObject({ generation: 1, state: 'closed' });
});

/** A document with its records in one array, as flow logs and archives before 2018-11 have it. */
const documentOf = (lines: readonly string[]): Buffer => Buffer.from(`{"records":[${lines.join(',')}]}`);

it('a block blob that is rewritten in place, its closing bracket moved, loses none of its records', async () => {
  const world = new World(T0);
  const down = tunnelRecord(T0, 'Disconnected', ip, 0).line;
  world.blobs.put(ARCHIVE, name, documentOf([down]));
  await world.listAll();
  expect(await cursorOf(world)).toMatchObject({ state: 'drained', records: 1, generation: 0 });
  world.now = T0 + MINUTE;
  const up = tunnelRecord(world.now, 'Connected', ip, 0).line;
  world.blobs.put(ARCHIVE, name, documentOf([down, up]), { createdAt: T0 });
  await world.timers();
  expect(await cursorOf(world)).toMatchObject({ state: 'drained', records: 3, generation: 1, deadLetters: 0 });
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([
    ['tunnel.network-fault', 'resolved'],
  ]);
});

it('an upload that grows after it was done is read again', async () => {
  const world = new World(T0);
  await world.upload('grows.json', `${tunnelRecord(T0, 'Disconnected', ip, 0).line}\n`);
  await world.pump();
  world.now = T0 + MINUTE;
  world.blobs.append('uploads', 'grows.json', Buffer.from(`${tunnelRecord(world.now, 'Connected', ip, 0).line}\n`));
  await world.listAll();
  const cursor = await readCursor(world.pipeline, cursorId('uploads', 'grows.json'));
  expect(cursor?.cursor).toMatchObject({ generation: 1, state: 'closed', records: 3 });
  expect((await world.alerts()).map(({ rule }) => rule)).toEqual(['tunnel.network-fault']);
});

it('events and wake-ups that are lost lose time only', async () => {
  const world = new World(T0);
  world.blobs.put('uploads', 'missed.json', Buffer.from(tunnelRecord(T0, 'Disconnected', ip, 0).line));
  world.blobs.append(ARCHIVE, name, Buffer.from(`${tunnelRecord(T0, 'Disconnected', '203.0.113.2', 0).line}\n`));
  await world.listAll();
  expect((await world.store.entities.list('tunnel')).items).toHaveLength(2);

  await world.upload('later.json', tunnelRecord(T0, 'Disconnected', '203.0.113.3', 0).line);
  world.wakeups.take();
  await world.advanceTo(T0 + 2 * MINUTE);
  expect((await world.store.entities.list('tunnel')).items).toHaveLength(3);
});

it('while an upload waits, absence is not judged beyond the moment it was put there', async () => {
  const world = new World(T0);
  await world.upload('a.json', tunnelRecord(T0, 'Disconnected', ip, 0).line);
  await world.pump();
  world.now = T0 + MINUTE;
  // Announced, but nobody gets to it for a while: it holds the connect.
  await world.upload('b.json', tunnelRecord(T0 + 30_000, 'Connected', ip, 1).line);
  const [wakeup] = world.wakeups.take();
  world.now = T0 + 20 * MINUTE;
  await world.evaluateEverything();
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([['tunnel.down', 'pending']]);
  expect(wakeup?.kind).toBe('cursor');
  await world.timers();
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([['tunnel.failover', 'resolved']]);
});
