import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { absorbGap, PartitionMoved } from '../../shared/pipeline/absorb-events.ts';
import { partitionId, partitionSchema } from '../../shared/pipeline/partition.ts';
import { replayDeadLetters } from '../../shared/pipeline/replay.ts';
import { PROGRESS } from '../../shared/pipeline/watermark.ts';
import { memoryStore } from '../../shared/store/memory/store.ts';
import { type DeadLetter, type Store, StoreRefused } from '../../shared/store/ports.ts';
import { watchedStore } from '../faults/watched-store.ts';
import { tunnelRecord } from './synthetic.ts';
import { finalAlerts, World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const ip = (n: number): string => `203.0.113.${n}`;
const down = (n: number, at = T0): string => tunnelRecord(at, 'Disconnected', ip(n), 0).line;
const tunnels = async (world: World): Promise<string[]> =>
  (await world.store.entities.list('tunnel')).items
    .map(({ entity }) => entity.key.slice(entity.key.indexOf('|') + 1))
    .sort();
const row = async (world: World) =>
  partitionSchema.parse((await world.store.documents.get(PROGRESS, partitionId('logs', '0')))?.body);

it('takes every kind of body: envelope, array, JSON lines, syslog text, a JSON string, a shipper object, gzip of any', async () => {
  const world = new World(T0);
  world.send(`{"records":[${down(1)},${down(2)}]}`);
  world.send(`[${down(3)}]`);
  world.send(`${down(4)}\n${down(5)}\n`);
  world.send(JSON.stringify(down(6)));
  world.send(gzipSync(gzipSync(JSON.stringify(`{"records":[${down(7)}]}`))));
  const line = `main[u1]:198.51.100.1:4000 new user session`;
  world.send(`<30>1 ${new Date(T0).toISOString()} t1 ocserv 12 - - ${line}`);
  world.send(
    JSON.stringify({
      '@timestamp': new Date(T0).toISOString(),
      host: { name: 't2' },
      process: { name: 'ocserv' },
      message: line,
    }),
  );
  world.send(JSON.stringify({ date: T0 / 1000, host: 't3', ident: 'ocserv', pid: '7', message: line }));
  world.send(
    JSON.stringify({ timestamp: new Date(T0).toISOString(), hostname: 't4', appname: 'ocserv', message: line }),
  );
  world.send(JSON.stringify({ log: `<30>Nov 22 09:00:00 t5 ocserv[3]: ${line}` }));
  world.send('');
  await world.deliver();
  expect(await tunnels(world)).toEqual([1, 2, 3, 4, 5, 6, 7].map(ip));
  const servers = (await world.store.entities.list('tunnel-server')).items.map(({ entity }) => entity.key);
  expect(servers).toEqual(['t1', 't2', 't3', 't4', 't5']);
  expect(await row(world)).toMatchObject({ sequenceNumber: 10, deadLetters: 0, records: 12 });
});

it('an odd record or event takes no neighbour with it', async () => {
  const world = new World(T0);
  world.send(`{"records":[${down(1)},{"time":broken},${down(2)}]}`);
  world.send(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]));
  world.send(down(3));
  await world.deliver();
  expect(await tunnels(world)).toEqual([ip(1), ip(2), ip(3)]);
  const { items } = await world.store.deadLetters.list();
  expect(items.map(({ source, reason }) => [source, reason]).sort()).toEqual([
    ['stream/logs/0', 'corrupt-archive'],
    ['stream/logs/0', 'invalid-json'],
  ]);
});

/** Ten access lines of one second. */
const access = (n: number): string =>
  Array.from(
    { length: 10 },
    () =>
      `<30>1 ${new Date(T0 + n * SECOND).toISOString()} t1 ocserv-access 9 - - ACCESS_LOG,u,d,udp,10.0.0.1:50,10.0.0.5:53,1,1,1`,
  ).join('\n');

/** The lines that are counted, once the running counts were looked at. */
async function countedLines(world: World): Promise<string | undefined> {
  await world.advanceTo(world.now + 2 * MINUTE);
  return (await world.alerts()).find(({ rule }) => rule === 'mstunnel.access-log-noisy')?.annotations['lines'];
}

it('batches that come twice, overlap or leave a gap lose nothing and count nothing twice', async () => {
  const world = new World(T0 + MINUTE);
  for (let n = 0; n < 6; n++) world.send(n === 3 ? down(1) : access(n));
  await world.deliver(0, 2);
  await world.deliver(0, 2);
  await world.deliver(1, 3);
  await world.deliver(4, 6);
  expect(await tunnels(world)).toEqual([]);
  // The gap is noted and read again by the timer.
  await world.timers();
  expect(await tunnels(world)).toEqual([ip(1)]);
  expect((await world.store.documents.list('gaps')).items).toEqual([]);
  expect(await countedLines(world)).toBe('50');
  // What the status tells: each event once, without the gap.
  expect(await row(world)).toMatchObject({ records: 50, sequenceNumber: 5 });
});

it('the access lines of a gap are counted when it is read again, once however often that is', async () => {
  const world = new World(T0 + MINUTE);
  for (let n = 0; n < 5; n++) world.send(n === 2 ? down(1) : access(n));
  await world.deliver(0, 1);
  await world.deliver(4, 5);
  // Died after the gap was read, before that was noted.
  const events = world.hub.events.slice(1, 3);
  await absorbGap(world.pipeline, { hub: 'logs', partition: '0', generation: 1, events }, 1);
  await world.timers();
  expect(await tunnels(world)).toEqual([ip(1)]);
  expect(await countedLines(world)).toBe('40');
});

it('an owner that lost the race for a partition leaves no older count behind', async () => {
  const world = new World(T0 + MINUTE);
  for (let n = 0; n < 6; n++) world.send(access(n));
  let isFirst = true;
  const loser = new World(world.now, {
    store: watchedStore(world.store, {
      async before({ operation }) {
        if (operation !== 'facts.put' || !isFirst) return;
        isFirst = false;
        await world.deliver(0, 6);
      },
    }),
  });
  loser.hub.events.push(...world.hub.events);
  await expect(loser.deliver(0, 3)).rejects.toThrow(PartitionMoved);
  // The platform's retry.
  await loser.deliver(0, 3);
  expect(await countedLines(world)).toBe('60');
});

it('while a gap is open, as with a hub that is slow to answer, it stays, and absence is not judged beyond it', async () => {
  const world = new World(T0);
  const { read } = world.hub;
  world.hub.read = async function* () {};
  world.send(down(1));
  world.send(tunnelRecord(T0 + 30 * SECOND, 'Connected', ip(1), 1).line);
  world.send(down(2));
  await world.deliver(0, 1);
  await world.deliver(2, 3);
  await world.advanceTo(T0 + 20 * MINUTE);
  expect((await world.store.documents.list('gaps')).items).toHaveLength(1);
  expect((await world.alerts()).filter(({ state }) => state !== 'pending')).toEqual([]);
  world.hub.read = read;
  await world.advanceTo(T0 + 22 * MINUTE);
  expect((await world.store.documents.list('gaps')).items).toEqual([]);
  expect((await world.alerts()).map(({ rule, state }) => [rule, state]).sort()).toEqual([
    ['tunnel.down', 'firing'],
    ['tunnel.failover', 'resolved'],
  ]);
});

it('a gap whose events have expired is closed, and holds nothing up', async () => {
  const world = new World(T0);
  for (const n of [1, 2, 3]) world.send(down(n));
  await world.deliver(2, 3);
  world.hub.events.splice(0, 2);
  world.hub.firstSequenceNumber = 2;
  await world.advanceTo(T0 + 10 * MINUTE);
  expect((await world.store.documents.list('gaps')).items).toEqual([]);
  expect(world.logged).toContain('gap.expired');
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([['tunnel.down', 'firing']]);
});

it('while the stream lags, absence is not judged; once it is drained, it is', async () => {
  const world = new World(T0);
  world.send(down(1));
  await world.deliver();
  world.now = T0 + 30 * SECOND;
  world.send(tunnelRecord(world.now, 'Connected', ip(1), 1).line);
  world.send(down(2, world.now));
  world.now = T0 + 20 * MINUTE;
  await world.timers();
  expect((await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([['tunnel.down', 'pending']]);
  await world.deliver();
  await world.advanceTo(T0 + 25 * MINUTE);
  expect(finalAlerts(await world.alerts()).map(({ rule, state }) => [rule, state])).toEqual([
    ['tunnel.down', 'firing'],
    ['tunnel.failover', 'resolved'],
  ]);
});

it('a fact that storage refuses for good does not hold its partition', async () => {
  const inner = memoryStore({ now: () => T0 });
  let isRefusing = true;
  const refuses = (text: string): boolean => isRefusing && text.includes('203.0.113.66');
  const store: Store = {
    ...inner,
    facts: {
      read: inner.facts.read,
      async put(facts) {
        if (facts.some(({ fact }) => refuses(fact.entity.key))) throw new StoreRefused(400, 'synthetic refusal');
        await inner.facts.put(facts);
      },
    },
  };
  const world = new World(T0, { store });
  world.send(down(1));
  world.send(down(66));
  world.send(down(2));
  await world.deliver();
  expect(await tunnels(world)).toEqual([ip(1), ip(2)]);
  const { items } = await store.deadLetters.list();
  const letters: DeadLetter[] = [];
  for (const { id } of items) letters.push(...((await store.deadLetters.get(id)) ?? []));
  expect(letters.map(({ reason, byte }) => [reason, byte])).toEqual([['internal-error', 1]]);
  expect(Buffer.from(letters[0]?.raw ?? '', 'base64').toString()).toBe(down(66));
  expect(await row(world)).toMatchObject({ sequenceNumber: 2 });

  // Still refused, it stays; taken by then, it is a fact like any other.
  const id = items[0]?.id ?? '';
  expect(await replayDeadLetters(world.pipeline, id)).toEqual({ records: 0, facts: 0, stillRejected: 1 });
  isRefusing = false;
  expect(await replayDeadLetters(world.pipeline, id)).toEqual({ records: 1, facts: 1, stillRejected: 0 });
  expect(await tunnels(world)).toEqual([1, 2, 66].map(ip));
});
