import { describe, expect, it } from 'vitest';
import { getStatus } from '../../shared/api/status.ts';
import { MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { readPartitions } from '../../shared/pipeline/partition.ts';
import { memoryStore } from '../../shared/store/memory/store.ts';
import { StoreUnavailable } from '../../shared/store/ports.ts';
import { storeWithOutage } from '../faults/watched-store.ts';
import { ARCHIVE, archiveName, checkInRecord, type SyntheticRecord, tunnelRecord } from './synthetic.ts';
import { analyzed, finalAlerts, World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const ip = (n: number): string => `203.0.113.${n}`;
/** How often the clock turns, and how late a record is in coming. */
const STEP = 15 * SECOND;

/**
 * What is quiet but for the outage: a tunnel that comes back just before it counts as down, and servers whose next check-in
 * comes just before they count as offline. `atMs` is when the outage begins. One tunnel really stays down.
 */
const incident = (atMs: Millis): SyntheticRecord[] =>
  [
    tunnelRecord(T0, 'Connected', ip(1), 0),
    tunnelRecord(T0, 'Connected', ip(2), 0),
    tunnelRecord(atMs - 4 * MINUTE - 40 * SECOND, 'Disconnected', ip(1), 0),
    tunnelRecord(atMs + 5 * SECOND, 'Connected', ip(1), 0),
    tunnelRecord(atMs + 20 * SECOND, 'Disconnected', ip(2), 0),
    ...[-9, -4.6, 0.1, 5, 9.8, 14, 18].map((minute) => checkInRecord(atMs + minute * MINUTE, 't1')),
  ].sort((a, b) => a.at - b.at);

async function statusOf(
  world: World,
): Promise<{ state: string; partitions: { items: { depth: number; absorbed: number; lastEnqueued: number }[] } }> {
  const service = {
    version: '0',
    pipeline: async () => world.pipeline,
    hub: async () => world.hub,
    log: () => undefined,
  };
  const request = {
    method: 'GET',
    path: '/api/status',
    params: {},
    query: new URLSearchParams(),
    headers: new Headers(),
    body: async () => new Uint8Array(),
    principal: 'test',
  };
  const answer = await getStatus.run(service, request);
  if (!('body' in answer)) throw new Error('expected an answer');
  return answer.body as Awaited<ReturnType<typeof statusOf>>;
}

/** What the platform does with an invocation that throws: a batch comes again, a timer at its next time. */
async function invoke(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  }
}

const falseAlarms = async (world: World) =>
  (await world.alerts()).filter(
    ({ rule, labels, state }) =>
      state !== 'pending' &&
      (rule === 'server.offline' || (rule === 'tunnel.down' && JSON.stringify(labels).includes(ip(1)))),
  );

describe('data storage is away for a minute while events flow', () => {
  it('says queueing, drains, is ready; nothing is lost and nobody is paged for what only waited', async () => {
    const from = T0 + 12 * MINUTE;
    const records = incident(from);
    const world = new World(T0);
    const home = storeWithOutage(memoryStore({ now: () => world.now }));
    world.restart(home.store);
    // Before the first event the hub is known to be empty.
    await world.timers();
    const states: string[] = [];
    /** What the status says of the partition while storage is away. */
    const queued: unknown[] = [];
    let [sent, delivered] = [0, 0];
    for (; world.now < T0 + 32 * MINUTE; world.now += STEP) {
      home.isAway = world.now >= from && world.now < from + MINUTE;
      for (; (records[sent]?.at ?? Number.POSITIVE_INFINITY) <= world.now; sent++) world.send(records[sent]!.line);
      // The clock and the hub's timer come before the batch that waits, and the batch waits a while after storage is back.
      if (await invoke(() => world.timers())) expect(await falseAlarms(world)).toEqual([]);
      const { state, partitions } = await statusOf(world);
      if (home.isAway)
        queued.push(partitions.items.map(({ absorbed, lastEnqueued, depth }) => [absorbed, lastEnqueued, depth]));
      if (states.at(-1) !== state) states.push(state);
      const isHeld = world.now >= from && world.now < from + MINUTE + 2 * STEP;
      if (!home.isAway && isHeld) continue;
      if (await invoke(() => world.deliver(delivered))) delivered = world.hub.events.length;
    }
    // Between events and their batch it drains at any time.
    const queueingAt = states.indexOf('queueing');
    expect(new Set(states.slice(0, queueingAt))).toEqual(new Set(['ready', 'draining']));
    expect(states.slice(queueingAt, queueingAt + 3)).toEqual(['queueing', 'draining', 'ready']);
    expect(new Set(states.slice(queueingAt + 1))).toEqual(new Set(['draining', 'ready']));
    // One event before the outage's second step, one more by its third: the hub counts on, what is absorbed stands still.
    const last = records.filter(({ at }) => at < from).length - 1;
    expect(queued).toEqual([[[last, last, 0]], [[last, last + 2, 2]], [[last, last + 3, 3]], [[last, last + 3, 3]]]);
    const [row] = await readPartitions(world.pipeline);
    expect(row).toMatchObject({ records: records.length, sequenceNumber: records.length - 1, deadLetters: 0 });
    const text = records.map(({ line }) => line).join('\n');
    expect(finalAlerts(await world.alerts())).toEqual(await analyzed({ 'a.log': text }, world.now));
    expect((await world.alerts()).map(({ rule, state }) => [rule, state]).sort()).toEqual([
      ['tunnel.down', 'firing'],
      ['tunnel.network-fault', 'resolved'],
    ]);
  });
});

describe('the host is down for ten minutes while records come', () => {
  it.each(['hub', 'upload', 'archive'] as const)('through the %s', async (route) => {
    const from = T0 + 12 * MINUTE;
    const records = incident(from);
    const world = new World(T0);
    let sent = 0;
    const come = async () => {
      for (; (records[sent]?.at ?? Number.POSITIVE_INFINITY) <= world.now; sent++) {
        const { line } = records[sent]!;
        if (route === 'hub') world.send(line);
        // What is put while the host is down is announced after it has judged for the first time.
        else if (route === 'upload') world.blobs.put('uploads', `contoso/${sent}.log`, Buffer.from(line));
        else if (sent === 0) await world.append(ARCHIVE, archiveName(T0), `${line}\n`);
        else world.blobs.append(ARCHIVE, archiveName(T0), Buffer.from(`${line}\n`));
      }
    };
    const announce = async () => {
      for (let n = 0; route === 'upload' && n < sent; n++) await world.announce('uploads', `contoso/${n}.log`);
      await world.pump();
    };
    for (; world.now < from; world.now += STEP) {
      await come();
      await world.deliver();
      await announce();
      await world.timers();
    }
    for (; world.now < from + 10 * MINUTE; world.now += STEP) await come();
    world.restart();
    await world.evaluateDue();
    expect(await falseAlarms(world)).toEqual([]);
    if (route === 'hub') {
      await world.timers();
      expect(await falseAlarms(world)).toEqual([]);
      expect(await statusOf(world)).toMatchObject({ state: 'pipeline behind', partitions: { items: [{ depth: 4 }] } });
    }
    for (; world.now < T0 + 32 * MINUTE; world.now += STEP) {
      await come();
      await world.deliver();
      await announce();
      await world.timers();
      expect(await falseAlarms(world)).toEqual([]);
    }
    expect((await statusOf(world)).state).toBe('ready');
    const text = records.map(({ line }) => line).join('\n');
    expect(finalAlerts(await world.alerts())).toEqual(await analyzed({ 'a.log': text }, world.now));
    expect((await world.alerts()).map(({ rule, state }) => [rule, state]).sort()).toEqual([
      ['tunnel.down', 'firing'],
      ['tunnel.network-fault', 'resolved'],
    ]);
  });
});
