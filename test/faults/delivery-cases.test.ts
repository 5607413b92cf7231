import { expect, it } from 'vitest';
import { MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { absorbEvents, PartitionMoved } from '../../shared/pipeline/absorb-events.ts';
import { RECEIVERS } from '../../shared/pipeline/create.ts';
import { readPartitions } from '../../shared/pipeline/partition.ts';
import { replayDeadLetters } from '../../shared/pipeline/replay.ts';
import { type Owed, type Store, StoreRefused, StoreUnavailable } from '../../shared/store/ports.ts';
import { plantInTunnelFacts } from '../flow/planted.ts';
import { checkInRecord, gatewayRecord, tunnelRecord } from '../flow/synthetic.ts';
import { analyzed, finalAlerts, World } from '../flow/world.ts';
import { localReceiver } from '../notify/local-receiver.ts';
import { Killed, storeWithOutage, untilKilled, watchedStore } from './watched-store.ts';

// The cases of delivery and state, by their numbers, on the real stages with stores in memory.

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const END = T0 + 9 * MINUTE;
const ip = (n: number): string => `203.0.113.${n}`;
const line = (n: number, status: 'Connected' | 'Disconnected', at = T0, instance = 0): string =>
  tunnelRecord(at, status, ip(n), instance).line;
const access = (second: number): string =>
  `<30>1 ${new Date(T0 + second * SECOND).toISOString()} t1 ocserv-access 9 - - ACCESS_LOG,u,d,udp,10.0.0.1:50,10.0.0.5:53,1,1,1`;

/** Eight events: two tunnels, of which one stays down and one fails over, a full disk, and lines that are counted. */
const incident = [
  line(1, 'Disconnected'),
  `${line(2, 'Disconnected')}\n${gatewayRecord(T0, 'HostMaintenanceEvent', 'synthetic').line}`,
  line(2, 'Connected', T0 + 20 * SECOND, 1),
  checkInRecord(T0, 't1', { diskSpaceFree: 1 }).line,
  checkInRecord(T0 + 5 * MINUTE, 't1', { diskSpaceFree: 1 }).line,
  Array.from({ length: 6 }, (_, n) => access(n)).join('\n'),
  Array.from({ length: 7 }, (_, n) => access(20 + n)).join('\n'),
  '{"time": broken',
];
const analysis = analyzed({ 'incident.log': incident.slice(0, -1).join('\n') }, END);
const expected = () => analysis;
const oncall = { id: 'oncall', url: 'http://127.0.0.1:9/hook', secrets: [{ setting: 'SECRET' }] };

async function start(store?: Store): Promise<World> {
  const world = store ? new World(T0 + MINUTE, { store }) : new World(T0 + MINUTE);
  await world.store.documents.put(RECEIVERS, 'oncall', oncall);
  for (const body of incident) world.send(body);
  return world;
}

async function owedBy(world: World): Promise<Owed[]> {
  const entities = (await world.alerts()).map(({ entity }) => entity);
  const unique = [...new Map(entities.map((entity) => [entity.key, entity])).values()];
  return (await Promise.all(unique.map((entity) => world.store.outbox.list(entity)))).flat();
}

/** Everything that must be as in an undisturbed run: alerts, each telling once, counts, the dead letter, and nothing waits. */
async function expectUndisturbed(world: World, what: string): Promise<void> {
  const alerts = await world.alerts();
  expect(finalAlerts(alerts), what).toEqual(await expected());
  const owed = await owedBy(world);
  for (const alert of alerts) {
    const tellings = owed.filter((row) => row.alertId === alert.id);
    expect(tellings.length, `${what}: ${alert.rule}`).toBe(alert.told?.ordinal ?? 0);
  }
  expect(owed.length, what).toBe(4);
  const noisy = alerts.find(({ rule }) => rule === 'mstunnel.access-log-noisy');
  expect(noisy?.annotations['lines'], what).toBe('13');
  const letters = (await world.store.deadLetters.list()).items;
  expect(
    letters.map(({ count, reason }) => [count, reason]),
    what,
  ).toEqual([[1, 'invalid-json']]);
  expect(await readPartitions(world.pipeline), what).toMatchObject([{ sequenceNumber: incident.length - 1 }]);
  expect((await world.store.documents.list('gaps')).items, what).toEqual([]);
}

const invoke = async (run: () => Promise<unknown>): Promise<unknown> =>
  run().then(
    () => undefined,
    (error) => error,
  );

it('case 1: an event that throws is a dead letter with its reason and bytes; the others are applied once', async () => {
  const planted = plantInTunnelFacts((record) => {
    if (JSON.stringify(record).includes(ip(2))) throw new RangeError('synthetic');
  });
  const world = new World(T0 + MINUTE);
  for (const n of [1, 2, 3]) world.send(line(n, 'Disconnected'));
  await world.deliver();
  await world.deliver(0);
  planted.mockRestore();
  const tunnels = async () =>
    (await world.store.entities.list('tunnel')).items.map(({ entity }) => entity.key.split('|')[1]);
  expect(await tunnels()).toEqual([ip(1), ip(3)]);
  const { items } = await world.store.deadLetters.list();
  expect(items.map(({ count, reason }) => [count, reason])).toEqual([[1, 'internal-error']]);
  // After the fix nothing is lost.
  const id = items[0]?.id ?? '';
  expect(await replayDeadLetters(world.pipeline, id)).toEqual({ records: 1, facts: 1, stillRejected: 0 });
  expect(await tunnels()).toEqual([ip(1), ip(2), ip(3)]);
});

it('case 2: the dead letter of a poison event is durable before its batch counts as absorbed', async () => {
  const done: string[] = [];
  const world = new World(T0 + MINUTE);
  world.restart(
    watchedStore(world.store, {
      after: ({ operation, args }) => {
        if (operation === 'deadLetters.put') done.push('dead letter');
        if (operation === 'facts.put') done.push('facts');
        if (operation === 'documents.put' && args[0] === 'progress') done.push('progress');
      },
    }),
  );
  for (const body of [line(1, 'Disconnected'), '{"time": broken', line(2, 'Disconnected')]) world.send(body);
  await world.deliver();
  expect(done).toEqual(['facts', 'dead letter', 'progress']);
});

it.each<[string, () => Error]>([
  ['away', () => new StoreUnavailable('synthetic')],
  ['refusing', () => new StoreRefused(409, 'synthetic')],
  ['broken', () => new TypeError('synthetic')],
])(
  'case 3: a dead letter that cannot be written, its store %s, is thrown, and the batch comes again',
  async (_, error) => {
    let isBroken = true;
    const world = new World(T0 + MINUTE);
    world.restart(
      watchedStore(world.store, {
        before({ operation }) {
          if (isBroken && operation === 'deadLetters.put') throw error();
        },
      }),
    );
    world.send('{"time": broken');
    await expect(world.deliver()).rejects.toThrow();
    expect(await readPartitions(world.pipeline)).toEqual([]);
    isBroken = false;
    await world.deliver(0);
    expect((await world.store.deadLetters.list()).items).toHaveLength(1);
    expect(await readPartitions(world.pipeline)).toMatchObject([{ sequenceNumber: 0, deadLetters: 1 }]);
  },
);

it('case 4: storage away for five minutes loses no alert and tells none twice', async () => {
  const world = await start();
  const home = storeWithOutage(world.store);
  world.restart(home.store);
  let isDelivered = false;
  for (; world.now < END; world.now += 15 * SECOND) {
    home.isAway = world.now >= T0 + 2 * MINUTE && world.now < T0 + 7 * MINUTE;
    // One batch before the outage, the other waits through it.
    if (world.now === T0 + MINUTE) await world.deliver(0, 4);
    else if (world.now > T0 + 2 * MINUTE && !isDelivered) isDelivered = !(await invoke(() => world.deliver(4)));
    const thrown = await invoke(() => world.timers());
    expect([undefined, 'StoreUnavailable']).toContain(thrown instanceof Error ? thrown.name : thrown);
  }
  await world.timers();
  await expectUndisturbed(world, 'after the outage');
});

/** Runs the incident with a process that dies at its write `at`, on a host that hands events over as `after` says. */
async function killedAt(at: number, when: 'before' | 'after', after: 'batch again' | 'checkpointed'): Promise<number> {
  const world = await start();
  const home = world.store;
  const life = untilKilled(home, at, when);
  world.restart(life.store);
  const go = async (run: () => Promise<unknown>): Promise<boolean> => {
    const error = await invoke(run);
    if (error === undefined) return true;
    expect(error, 'only the planted death').toBeInstanceOf(Killed);
    world.restart(home);
    return false;
  };
  for (const to of [4, 8]) {
    const isDone = await go(() => world.deliver(to - 4, to));
    if (!isDone && after === 'batch again') await world.deliver(to - 4, to);
    await go(() => world.timers());
  }
  while (world.now < END) {
    world.now += MINUTE;
    await go(() => world.timers());
  }
  // What was checkpointed in the last batch is missed after five minutes.
  for (let turn = 0; turn < 3; turn++) await go(() => world.timers());
  await expectUndisturbed(world, `${when} write ${at}, ${after}`);
  return life.writes();
}

/** Every write of the batches; of the timers' turns that follow, which are alike, every seventh. */
const pointsOf = (writes: number): number[] =>
  Array.from({ length: writes }, (_, at) => at).filter((at) => at < 36 || at % 7 === 0);

it('cases 5, 7, 8: killed before or after a write, with the batch handed over again, all is as if nothing had been', async () => {
  const writes = await killedAt(Number.MAX_SAFE_INTEGER, 'before', 'batch again');
  expect(writes).toBeGreaterThan(20);
  for (const at of pointsOf(writes)) {
    await killedAt(at, at % 2 === 0 ? 'before' : 'after', 'batch again');
  }
}, 120_000);

it('cases 8, 9: the same when the host checkpoints the batch that failed, be it the first, the last or one between', async () => {
  const writes = await killedAt(Number.MAX_SAFE_INTEGER, 'before', 'checkpointed');
  for (const at of pointsOf(writes)) await killedAt(at, at % 2 === 0 ? 'after' : 'before', 'checkpointed');
}, 120_000);

it('case 6: killed between the answer of the receiver and the note that it was sent: once more, with the same id', async () => {
  const world = new World(T0);
  const { url, requests } = await localReceiver((_, response) => void response.writeHead(200).end());
  await world.store.documents.put(RECEIVERS, 'oncall', { ...oncall, url });
  let isDead = false;
  const home = world.store;
  world.restart(
    watchedStore(home, {
      before({ operation, args }) {
        const isSent = operation === 'outbox.save' && JSON.stringify(args).includes('"state":"sent"');
        isDead ||= isSent;
        if (isDead) throw new Killed('the process died');
      },
    }),
  );
  world.send(line(1, 'Disconnected'));
  await world.deliver();
  const error = await invoke(() => world.advanceTo(T0 + 8 * MINUTE));
  expect(error).toBeInstanceOf(Killed);
  expect(requests).toHaveLength(1);
  world.restart(home);
  await world.advanceTo(T0 + 15 * MINUTE);
  expect(requests).toHaveLength(2);
  const [first, second] = requests;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(JSON.parse(second?.body ?? '')).toEqual(JSON.parse(first?.body ?? ''));
});

it('case 7: two owners that get the same batch at once leave what one leaves', async () => {
  const world = await start();
  const other = new World(world.now, { store: world.store });
  other.hub.events.push(...world.hub.events);
  const outcomes = await Promise.all([world, other].map((owner) => invoke(() => owner.deliver())));
  // Whoever comes second has its batch handed over again.
  const moved = outcomes.filter((outcome) => outcome !== undefined);
  expect(moved.every((outcome) => outcome instanceof PartitionMoved)).toBe(true);
  expect(moved.length).toBeLessThanOrEqual(1);
  await Promise.all([world, other].map((owner) => owner.deliver(0)));
  other.now = END;
  await world.advanceTo(END);
  await other.timers();
  await expectUndisturbed(world, 'two owners');
});

it('case 10: replayed from the start, by a partition that is new or a checkpoint that is lost, nobody is told again', async () => {
  const world = await start();
  await world.deliver();
  await world.advanceTo(END);
  await expectUndisturbed(world, 'before the replay');
  const before = await owedBy(world);
  // The checkpoint is lost.
  await world.deliver(0, 8);
  // The same events in another partition: the sender hashes them anew. Its counts are its own.
  const { events } = world.hub;
  await absorbEvents(world.pipeline, { hub: 'logs', partition: '1', generation: 1, events: events.slice(0, 5) });
  await world.timers();
  expect((await owedBy(world)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));

  // Old events are history, whoever hears of them first.
  const late = new World(T0 + 30 * 24 * 60 * MINUTE);
  await late.store.documents.put(RECEIVERS, 'oncall', oncall);
  for (const body of incident) late.send(body);
  await late.deliver();
  await late.advanceTo(late.now + 20 * MINUTE);
  expect(await owedBy(late)).toEqual([]);
  expect(await late.alerts()).not.toEqual([]);
});
