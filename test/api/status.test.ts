import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MINUTE } from '../../shared/model/time.ts';
import { CURSORS, cursorId, openCursor } from '../../shared/pipeline/cursor.ts';
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
        { container: 'uploads', blob: 'fw01/a.log', source: 'uploads/fw01', state },
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

describe('a partition of the hub', () => {
  it.each([
    ['absorbed to its end', 9, START - 60 * MINUTE, 'ready', 0],
    ['with events that wait', 7, START - MINUTE, 'draining', 2],
    ['that lags', 4, START - 3 * MINUTE - 1, 'pipeline behind', 5],
  ])('%s', async (_, absorbed, absorbedTo, state, depth) => {
    const api = world();
    const row = {
      ...{ route: 'stream/logs/0', absorbedTo, drained: false, hub: 'logs', partition: '0', generation: 1 },
      ...{ sequenceNumber: absorbed, lastSequenceNumber: 9, lastEnqueuedAt: START, checkedAt: START },
      ...{ records: 20, facts: 3, deadLetters: 1, counters: {} },
    };
    await api.pipeline.store.documents.put(PROGRESS, 'stream!logs!0', row);
    const { json } = await api.ask('GET', '/status');
    expect(json.partitions).toMatchObject({
      availability: 'available',
      items: [{ hub: 'logs', partition: '0', state, absorbed, lastEnqueued: 9, depth, records: 20, deadLetters: 1 }],
    });
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
