import { afterEach, describe, expect, it, vi } from 'vitest';
import { reconcile } from '../../shared/alerts/reconcile.ts';
import { tunnelDown } from '../../shared/alerts/rules/tunnel-down.ts';
import { azureTunnel } from '../../shared/ingest/formats/azure-tunnel.ts';
import { recordsOfEvent } from '../../shared/ingest/index.ts';
import { entityId } from '../../shared/model/entity.ts';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { readPartitions } from '../../shared/pipeline/partition.ts';
import { type DeadLetter, StoreRefused } from '../../shared/store/ports.ts';
import { type Call, type Watch, watchedStore } from '../faults/watched-store.ts';
import { plantInTunnelFacts } from './planted.ts';
import { tunnelRecord } from './synthetic.ts';
import { World } from './world.ts';

// Stages that are plain functions are wrapped, so that a test can plant an exception in them; unplanted they are themselves.
vi.mock('../../shared/alerts/reconcile.ts', async (original) => {
  const actual = await original<typeof import('../../shared/alerts/reconcile.ts')>();
  return { ...actual, reconcile: vi.fn(actual.reconcile) };
});
vi.mock('../../shared/ingest/index.ts', async (original) => {
  const actual = await original<typeof import('../../shared/ingest/index.ts')>();
  return { ...actual, recordsOfEvent: vi.fn(actual.recordsOfEvent) };
});
afterEach(() => {
  vi.resetAllMocks();
  vi.restoreAllMocks();
});

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const ip = (n: number): string => `203.0.113.${n}`;
const POISON = ip(66);
const down = (n: number): string => tunnelRecord(T0, 'Disconnected', ip(n), 0).line;
const bug = (): never => {
  throw new TypeError('synthetic bug, with a quote of its input');
};

/** Sends three events, the second of which is the poison, and delivers them as one batch. */
async function poisoned(watch: Watch = {}): Promise<World> {
  const world = new World(T0);
  world.restart(watchedStore(world.store, watch));
  for (const n of [1, 66, 2]) world.send(down(n));
  await world.deliver();
  return world;
}

const tunnels = async (world: World): Promise<string[]> =>
  (await world.store.entities.list('tunnel')).items.map(({ entity }) => entity.key.split('|')[1] ?? '').sort();

async function letters(world: World): Promise<DeadLetter[]> {
  const { items } = await world.store.deadLetters.list();
  return (await Promise.all(items.map(async ({ id }) => (await world.store.deadLetters.get(id)) ?? []))).flat();
}

/** The batch is through, its neighbours are judged, and the partition takes the next one. */
async function expectOnward(world: World): Promise<void> {
  world.send(down(3));
  await world.deliver();
  expect(await readPartitions(world.pipeline)).toMatchObject([{ sequenceNumber: 3 }]);
  await world.advanceTo(T0 + 8 * MINUTE);
  const firing = (await world.alerts()).filter(({ rule, state }) => rule === 'tunnel.down' && state === 'firing');
  const told = firing.map(({ entity }) => entity.key.split('|')[1] ?? '').sort();
  expect(told.filter((one) => one !== POISON)).toEqual([1, 2, 3].map(ip));
}

describe('what storage refuses does not hold its partition', () => {
  const mentions = (call: Call): boolean => JSON.stringify(call.args).includes(POISON);

  it.each([400, 401, 404, 409, 412, 413, 414])('a fact, by %i: kept with its bytes', async (status) => {
    const world = await poisoned({
      before(call) {
        if (call.operation === 'facts.put' && mentions(call)) throw new StoreRefused(status, 'synthetic refusal');
      },
    });
    expect(await tunnels(world)).toEqual([1, 2].map(ip));
    const [letter, ...more] = await letters(world);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ source: 'stream/logs/0', byte: 1, reason: 'internal-error' });
    expect(letter?.detail).toBe(`storage refused it: ${status}`);
    expect(Buffer.from(letter?.raw ?? '', 'base64').toString()).toBe(down(66));
    await expectOnward(world);
  });

  it.each(['facts.put', 'due.schedule'])('a bug in %s', async (operation) => {
    const world = await poisoned({
      before: (call) => (call.operation === operation && mentions(call) ? bug() : undefined),
    });
    expect((await letters(world)).map(({ byte, detail }) => [byte, detail])).toEqual([[1, 'TypeError']]);
    await expectOnward(world);
  });

  it.each<[string, () => Error]>([
    ['by 413', () => new StoreRefused(413, 'synthetic refusal')],
    ['by a bug', () => new TypeError('synthetic bug')],
  ])('an entity, %s: its fact is kept, and it is judged once that is over', async (_, error) => {
    let isBroken = true;
    const world = await poisoned({
      before(call) {
        if (isBroken && call.operation === 'entities.commit' && mentions(call)) throw error();
      },
    });
    expect(await tunnels(world)).toEqual([1, 2].map(ip));
    await expectOnward(world);
    expect(world.logged.filter((event) => event === 'evaluation.failed').length).toBeGreaterThan(0);
    isBroken = false;
    await world.advanceTo(T0 + 25 * MINUTE);
    expect(await tunnels(world)).toEqual([1, 2, 3, 66].map(ip));
    expect((await world.alerts()).filter(({ state }) => state === 'firing')).toHaveLength(4);
  });

  it('403 is a setting: it is waited for, and nothing is a dead letter', async () => {
    const world = new World(T0);
    let isAllowed = false;
    world.restart(
      watchedStore(world.store, {
        before({ operation }) {
          if (!isAllowed && operation === 'facts.put') throw new StoreRefused(403, 'synthetic refusal');
        },
      }),
    );
    for (const n of [1, 66, 2]) world.send(down(n));
    await expect(world.deliver(0)).rejects.toThrow(StoreRefused);
    expect(await readPartitions(world.pipeline)).toEqual([]);
    isAllowed = true;
    await world.deliver(0);
    expect(await tunnels(world)).toEqual([1, 2, 66].map(ip));
    expect(await letters(world)).toEqual([]);
  });
});

describe('an exception planted in a stage does not hold its partition', () => {
  it('framing', async () => {
    const actual = vi.mocked(recordsOfEvent).getMockImplementation();
    vi.mocked(recordsOfEvent).mockImplementation((source, at, body) =>
      Buffer.from(body).includes(POISON) ? bug() : actual!(source, at, body),
    );
    const world = await poisoned();
    expect((await letters(world)).map(({ byte, detail }) => [byte, detail])).toEqual([[1, 'TypeError']]);
    await expectOnward(world);
  });

  it('parser', async () => {
    const { parse } = azureTunnel;
    vi.spyOn(azureTunnel, 'parse').mockImplementation((raw, context) =>
      raw.text.includes(POISON) ? bug() : parse(raw, context),
    );
    const world = await poisoned();
    expect((await letters(world)).map(({ byte, detail }) => [byte, detail])).toEqual([[1, 'TypeError']]);
    await expectOnward(world);
  });

  it('extractor', async () => {
    plantInTunnelFacts((record) => {
      if (JSON.stringify(record).includes(POISON)) bug();
    });
    const world = await poisoned();
    expect((await letters(world)).map(({ byte, detail }) => [byte, detail])).toEqual([[1, 'TypeError']]);
    await expectOnward(world);
  });

  it('rule', async () => {
    const { on } = tunnelDown;
    vi.spyOn(tunnelDown, 'on').mockImplementation((event, state, context) =>
      context.entity.key.endsWith(POISON) ? bug() : on(event, state, context),
    );
    const world = await poisoned();
    expect(await tunnels(world)).toEqual([1, 2, 66].map(ip));
    expect(world.logged).toContain('rule.failed');
    await expectOnward(world);
  });

  it('reconcile', async () => {
    const actual = vi.mocked(reconcile).getMockImplementation();
    vi.mocked(reconcile).mockImplementation((findings, known, context) =>
      JSON.stringify(findings).includes(POISON) ? bug() : actual!(findings, known, context),
    );
    const world = await poisoned();
    await world.advanceTo(T0 + 6 * MINUTE);
    expect(world.logged).toContain('evaluation.failed');
    await expectOnward(world);
    const due = (await world.store.due.due(Number.MAX_SAFE_INTEGER, 100)).map(({ entity }) => entityId(entity));
    expect(due.filter((id) => id.endsWith(POISON))).toHaveLength(1);
  });
});
