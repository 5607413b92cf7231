import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isoOf, MINUTE } from '../../shared/model/time.ts';
import { CURSORS, cursorId, openCursor } from '../../shared/pipeline/cursor.ts';
import type { Hub } from '../../shared/pipeline/hub.ts';
import type { Partition } from '../../shared/pipeline/partition.ts';
import { PROGRESS } from '../../shared/pipeline/watermark.ts';
import { type Store, StoreRefused, StoreUnavailable } from '../../shared/store/ports.ts';
import { START, type World, world } from './client.ts';

const progress = (api: World, route: string, absorbedTo: number, drained: boolean) =>
  api.pipeline.store.documents.put('progress', route, { route, absorbedTo, drained });

async function upload(api: World, name = 'fw01/a.log'): Promise<string> {
  api.blobs.put('uploads', name, Buffer.from('x'.repeat(1_000)));
  const blob = await api.blobs.properties('uploads', name);
  await openCursor(api.pipeline, blob!);
  // The waiting upload holds its route back; here only the blob is looked at.
  await api.pipeline.store.documents.delete('progress', `uploads!${cursorId('uploads', name)}`);
  return cursorId('uploads', name);
}

async function change(api: World, id: string, fields: object): Promise<void> {
  const stored = await api.pipeline.store.documents.get(CURSORS, id);
  await api.pipeline.store.documents.put(CURSORS, id, { ...(stored!.body as object), ...fields });
}

it('is ready when nothing waits', async () => {
  const { json } = await world().ask('GET', '/status');
  expect(json).toMatchObject({ state: 'ready', storage: 'available', blobs: { total: 0, waiting: 0 } });
});

describe('a blob', () => {
  it.each([
    ['just announced', {}, 0, 'draining', { waiting: 1, waitingBytes: 1_000, failed: 0 }],
    [
      'worked on now',
      { offset: 400, workedAt: START + 9 * MINUTE },
      10 * MINUTE,
      'draining',
      { waiting: 1, waitingBytes: 600 },
    ],
    ['leased', { leasedUntil: START + 11 * MINUTE }, 10 * MINUTE, 'draining', { waiting: 1 }],
    ['left alone', { offset: 400 }, 10 * MINUTE, 'queueing', { waiting: 1, waitingBytes: 600 }],
    ['absorbed', { state: 'closed', offset: 1_000 }, 10 * MINUTE, 'ready', { total: 1, waiting: 0, items: [] }],
    ['gone', { state: 'gone' }, 10 * MINUTE, 'ready', { items: [] }],
    [
      'given up',
      { state: 'failed', error: 'RangeError' },
      0,
      'failed',
      { failed: 1, items: [{ error: 'RangeError' }] },
    ],
  ])('that is %s', async (_, fields, laterMs, state, blobs) => {
    const api = world();
    await change(api, await upload(api), fields);
    api.now += laterMs;
    const { json } = await api.ask('GET', '/status');
    expect(json).toMatchObject({ state, blobs });
    if (json.blobs.items.length > 0) {
      expect(json.blobs.items).toMatchObject([
        { container: 'uploads', blob: 'fw01/a.log', source: 'uploads/fw01', state, bytes: 1_000 },
      ]);
    }
  });
});

describe('a route', () => {
  it.each([
    ['within its lag', START - 3 * MINUTE, false, 'ready', 180],
    ['beyond it', START - 3 * MINUTE - 1, false, 'pipeline behind', 180],
    ['drained long ago', START - 60 * MINUTE, true, 'ready', 0],
  ])('that is %s', async (_, absorbedTo, drained, state, lagSeconds) => {
    const api = world();
    await progress(api, 'archive', absorbedTo, drained);
    expect((await api.ask('GET', '/status')).json).toMatchObject({
      state,
      routes: { items: [{ route: 'archive', state, lagSeconds }] },
    });
  });
});

/** A partition's row: nine events enqueued and checked just now, unless said otherwise. */
const putPartition = (api: World, fields: Partial<Partition> = {}) =>
  api.pipeline.store.documents.put(PROGRESS, 'stream!logs!0', {
    ...{ route: 'stream/logs/0', absorbedTo: START, drained: false, hub: 'logs', partition: '0', generation: 1 },
    ...{ sequenceNumber: 9, lastSequenceNumber: 9, lastEnqueuedAt: START, checkedAt: START, waitsSince: null },
    ...{ records: 20, facts: 3, deadLetters: 1, counters: {} },
    ...fields,
  });

const ago = (minutes: number) => START - minutes * MINUTE;

describe('a partition of the hub', () => {
  it.each<[string, Partial<Partition>, string, number, number]>([
    ['absorbed to its end', {}, 'ready', 0, 0],
    ['with events that wait', { sequenceNumber: 7, absorbedTo: ago(1) }, 'draining', 2, 60],
    ['that lags', { sequenceNumber: 4, absorbedTo: ago(3) - 1 }, 'pipeline behind', 5, 180],
    ['where nothing moves', { sequenceNumber: 4, absorbedTo: ago(4), waitsSince: ago(2) - 1 }, 'queueing', 5, 240],
    ['that moved just now', { sequenceNumber: 4, absorbedTo: ago(1), waitsSince: ago(2) }, 'draining', 5, 60],
    [
      'drained when it was looked at last, which is long ago',
      { absorbedTo: ago(5), checkedAt: ago(5) },
      'pipeline behind',
      0,
      300,
    ],
  ])('%s', async (_, fields, state, depth, lagSeconds) => {
    const api = world();
    await putPartition(api, fields);
    const { json } = await api.ask('GET', '/status');
    const absorbed = fields.sequenceNumber ?? 9;
    expect(json.partitions).toEqual({
      availability: 'available',
      items: [
        {
          ...{ hub: 'logs', partition: '0', state, absorbed, lastEnqueued: 9, depth, lagSeconds },
          ...{ asOf: isoOf(START), checkedAt: isoOf(fields.checkedAt ?? START), records: 20, deadLetters: 1 },
        },
      ],
    });
    expect(json.state).toBe(state);
  });
});

it('is as bad as its worst part', async () => {
  const api = world();
  await upload(api);
  await progress(api, 'archive', START - 60 * MINUTE, false);
  expect((await api.ask('GET', '/status')).json.state).toBe('pipeline behind');
});

it('counts dead letters', async () => {
  const api = world();
  const letter = { source: 's', line: 1, byte: 0, reason: 'r', detail: '', at: START, raw: '', context: {} };
  await api.pipeline.store.deadLetters.put('s', 0, [letter, letter]);
  expect((await api.ask('GET', '/status')).json.deadLetters).toEqual({
    availability: 'available',
    entries: 1,
    records: 2,
    more: false,
  });
});

describe('without data storage it answers all the same', () => {
  const failing = (fail: () => Promise<never>) =>
    world({
      store: (store): Store => ({
        ...store,
        documents: { ...store.documents, list: fail },
        deadLetters: { ...store.deadLetters, list: fail },
      }),
    });

  it('input queues while storage is down, and unknown counts are not 0', async () => {
    const api = failing(() => Promise.reject(new StoreUnavailable('timeout')));
    const { status, json } = await api.ask('GET', '/status');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      state: 'queueing',
      storage: 'unavailable',
      routes: { availability: 'unavailable', items: [] },
      blobs: { availability: 'unavailable', waiting: null },
      deadLetters: { availability: 'unavailable', entries: null },
    });
  });

  const HUB_PARTITIONS = ['0', '1', '2'].map((partition) => ({
    ...{ partition, firstSequenceNumber: 0, lastEnqueuedAt: START },
    lastSequenceNumber: partition === '2' ? -1 : 12,
  }));
  const hub = (fields: Partial<Hub> = {}): Hub => ({
    name: 'logs',
    createdAt: async () => 1,
    partitions: async () => HUB_PARTITIONS,
    read: async function* () {},
    ...fields,
  });

  /** The status once while storage is there, and four minutes later when it is not. */
  async function beforeAndAfter(fail: () => Promise<never>, theHub: Hub | null): Promise<World> {
    let isAway = false;
    const api = world({
      service: { hub: async () => theHub },
      store: (store): Store => {
        const list: Store['documents']['list'] = (...args) => (isAway ? fail() : store.documents.list(...args));
        return { ...store, documents: { ...store.documents, list } };
      },
    });
    await putPartition(api);
    await change(api, await upload(api), { offset: 400 });
    await api.ask('GET', '/status');
    isAway = true;
    api.now += 4 * MINUTE;
    return api;
  }
  const down = () => Promise.reject(new StoreUnavailable('timeout'));

  it("the hub's own figures and the last progress known here give the depth of each partition", async () => {
    const api = await beforeAndAfter(down, hub());
    const { json } = await api.ask('GET', '/status');
    const checkedAt = isoOf(START + 4 * MINUTE);
    const never = { absorbed: null, asOf: null, records: null, deadLetters: null };
    expect(json.state).toBe('queueing');
    expect(json.partitions).toEqual({
      availability: 'unavailable',
      items: [
        {
          ...{ hub: 'logs', partition: '0', state: 'queueing', absorbed: 9, lastEnqueued: 12, depth: 3 },
          ...{ asOf: isoOf(START), checkedAt, lagSeconds: 240, records: 20, deadLetters: 1 },
        },
        {
          ...{ hub: 'logs', partition: '1', state: 'queueing', lastEnqueued: 12, depth: null },
          ...{ ...never, checkedAt, lagSeconds: null },
        },
        {
          ...{ hub: 'logs', partition: '2', state: 'ready', lastEnqueued: -1, depth: 0 },
          ...{ ...never, checkedAt, lagSeconds: 0 },
        },
      ],
    });
  });

  it('progress in a hub that was there before under this name says nothing', async () => {
    const api = await beforeAndAfter(down, hub({ createdAt: async () => 2 }));
    const { json } = await api.ask('GET', '/status');
    expect(json.partitions.items[0]).toMatchObject({ partition: '0', absorbed: null, lastEnqueued: 12, depth: null });
  });

  it.each<[string, Hub | null]>([
    ['does not answer either', hub({ partitions: () => Promise.reject(new Error('socket closed')) })],
    ['is not set', null],
  ])('a hub that %s: what was known last, and no depth that nobody knows', async (_, theHub) => {
    const api = await beforeAndAfter(down, theHub);
    const { status, json } = await api.ask('GET', '/status');
    expect(status).toBe(200);
    expect(json.partitions.items).toMatchObject([
      { partition: '0', state: 'queueing', absorbed: 9, asOf: isoOf(START), lastEnqueued: 9, depth: null },
    ]);
  });

  it('blobs are those that were not ready, as of then', async () => {
    const api = await beforeAndAfter(down, null);
    expect((await api.ask('GET', '/status')).json.blobs).toMatchObject({
      ...{ availability: 'unavailable', asOf: isoOf(START), total: null, waiting: null },
      items: [{ blob: 'fw01/a.log', state: 'queueing', bytes: 1_000, absorbedBytes: 400, lagSeconds: 240 }],
    });
  });

  it('what waits for storage that refuses us waits for a person', async () => {
    const api = await beforeAndAfter(() => Promise.reject(new StoreRefused(403, 'AuthorizationFailure')), hub());
    const { json } = await api.ask('GET', '/status');
    expect(json).toMatchObject({
      state: 'misconfigured',
      partitions: { availability: 'misconfigured', items: [{ state: 'misconfigured', depth: 3 }, {}, {}] },
      blobs: { items: [{ state: 'misconfigured' }] },
    });
  });

  it('a refusal is a mistake in the set-up', async () => {
    const api = failing(() => Promise.reject(new StoreRefused(403, 'AuthorizationFailure')));
    expect((await api.ask('GET', '/status')).json).toMatchObject({ state: 'misconfigured', storage: 'misconfigured' });
  });

  it('it does not wait for storage that hangs', async () => {
    const api = failing(() => new Promise(() => {}));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = api.ask('GET', '/status');
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await answer).json).toMatchObject({ state: 'queueing', storage: 'unavailable' });
  });

  it('one part down does not hide the others', async () => {
    const api = world({
      store: (store): Store => ({
        ...store,
        deadLetters: { ...store.deadLetters, list: () => Promise.reject(new StoreUnavailable('timeout')) },
      }),
    });
    await upload(api);
    expect((await api.ask('GET', '/status')).json).toMatchObject({
      storage: 'unavailable',
      blobs: { availability: 'available', waiting: 1 },
      deadLetters: { availability: 'unavailable' },
    });
  });
});
