import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HOUR } from '../../../shared/model/time.ts';
import type { EntityChange, Store } from '../../../shared/store/ports.ts';
import { tableStore } from '../../../shared/store/table/store.ts';
import { alertOf, changeOf, factAt, NOW, owedOf, resolvedAlert, server, stored } from '../../contract/samples.ts';
import { uniqueName } from '../../unique-name.ts';
import { type CutOffStorage, cutOffStorage, type Fate } from './cut-off-storage.ts';

const always = Number.NEGATIVE_INFINITY;

describe('table storage that fails', () => {
  let storage: CutOffStorage;
  beforeAll(async () => {
    storage = await cutOffStorage(inject('azurite'));
  });
  afterAll(() => storage[Symbol.asyncDispose]());

  /** Two processes on one new, empty storage. */
  const openTwice = () => {
    storage.decide(() => 'through');
    const options = { prefix: uniqueName('t'), tries: 1 };
    return [tableStore(storage.connection, options), tableStore(storage.connection, options)] as const;
  };

  it.each<[Fate, string, number | undefined]>([
    ['lost', 'StoreUnavailable', undefined],
    [408, 'StoreUnavailable', undefined],
    [429, 'StoreUnavailable', undefined],
    [500, 'StoreUnavailable', undefined],
    [503, 'StoreUnavailable', undefined],
    [403, 'StoreRefused', 403],
    [400, 'StoreRefused', 400],
    [404, 'StoreRefused', 404],
  ])('%s is %s, for every call', async (fate, name, status) => {
    const [store] = openTwice();
    await store.documents.put('c', 'a', 1);
    storage.decide(() => fate);
    const calls: (() => Promise<unknown>)[] = [
      () => store.facts.put([stored(factAt(NOW, 'a'))]),
      () => store.facts.read(server, NOW - HOUR, NOW),
      () => store.facts.read(server, always, NOW),
      () => store.entities.read(server, NOW),
      () => store.entities.commit(changeOf()),
      () => store.entities.list('tunnel'),
      () => store.entities.bySlug('tunnel', 'a'),
      () => store.entities.alerts({}),
      () => store.entities.alert('a'),
      () => store.outbox.read(server, 'a'),
      () => store.outbox.list(server),
      () => store.due.schedule([{ entity: server, at: NOW, kind: 'evaluate' }]),
      () => store.due.due(NOW, 1),
      () => store.documents.get('c', 'a'),
      () => store.documents.put('c', 'a', 2),
      () => store.documents.delete('c', 'a'),
      () => store.documents.list('c'),
    ];
    for (const call of calls) {
      const error = await call().then(
        (value) => ({ call, value }),
        (thrown: unknown) => thrown,
      );
      expect(error, String(call)).toMatchObject({ name, ...(status && { status }) });
      expect((error as Error).message).not.toMatch(/127\.0\.0\.1|http|contoso/);
    }
  });

  /** Four alerts: one moves, one resolves, one is new and owes a notification, one is dropped. */
  const first = changeOf({
    alerts: [alertOf('moves'), alertOf('resolves'), alertOf('drops', { state: 'pending' })],
    owed: [owedOf('moves-first-0', 'moves')],
  });
  const second = (etag: string): EntityChange =>
    changeOf({
      etag,
      head: { revision: 2 },
      alerts: [
        alertOf('moves', { startsAt: NOW - HOUR }),
        resolvedAlert('resolves', NOW, NOW + 1),
        alertOf('new', { startsAt: NOW - 2 * HOUR }),
      ],
      dropped: ['drops'],
      owed: [owedOf('new-first-0', 'new')],
    });

  async function seen(store: Store) {
    const ids = async (query: object) => (await store.entities.alerts(query)).items.map(({ id }) => id);
    return {
      all: await ids({}),
      open: await ids({ open: true }),
      owed: (await store.outbox.list(server)).map(({ id }) => id).toSorted(),
      revision: (await store.entities.read(server, always))?.head,
    };
  }
  const before = {
    all: ['drops', 'moves', 'resolves'],
    open: ['drops', 'moves', 'resolves'],
    owed: ['moves-first-0'],
    revision: { revision: 1 },
  };
  const after = {
    all: ['resolves', 'moves', 'new'],
    open: ['moves', 'new'],
    owed: ['moves-first-0', 'new-first-0'],
    revision: { revision: 2 },
  };

  it.each<Fate>(['lost', 'answer lost'])(
    'a commit cut off at any request (%s) shows all of it or nothing',
    async (fate) => {
      let requests = 0;
      for (let cut = 0; ; cut++) {
        const [store, other] = openTwice();
        await store.entities.commit(first);
        const etag = (await store.entities.read(server, always))!.etag;
        requests = 0;
        storage.decide((request) => {
          requests = request + 1;
          return request >= cut ? fate : 'through';
        });
        const outcome = await store.entities.commit(second(etag)).catch((error: Error) => error.name);
        storage.decide(() => 'through');
        const found = await seen(other);
        expect([before, after], `cut at request ${cut}, ${outcome}`).toContainEqual(found);
        if (outcome === 'committed') expect(found).toEqual(after);

        // Whoever comes next brings it to its end.
        const again = (await other.entities.read(server, always))!.etag;
        expect(await other.entities.commit(second(again))).toBe('committed');
        expect(await seen(other)).toEqual(after);
        if (requests <= cut) break;
      }
      expect(requests).toBeGreaterThan(4);
    },
  );

  it('a commit in slices cut off anywhere never has an alert that was told and owes nothing', async () => {
    const ids = Array.from({ length: 150 }, (_, at) => `alert-${at}`);
    const change = changeOf({ alerts: ids.map((id) => alertOf(id)), owed: ids.map((id) => owedOf(`${id}-0`, id)) });
    for (const cut of [3, 5, 7]) {
      const [store, other] = openTwice();
      storage.decide((request) => (request >= cut ? 'answer lost' : 'through'));
      await store.entities.commit(change).catch(() => undefined);
      storage.decide(() => 'through');
      const record = await other.entities.read(server, always);
      const owed = new Set((await other.outbox.list(server)).map(({ alertId }) => alertId));
      for (const { id } of record?.alerts ?? []) expect(owed).toContain(id);
      const again = { ...change, etag: record?.etag };
      expect(await other.entities.commit(again)).toBe('committed');
      expect((await other.entities.read(server, always))?.alerts).toHaveLength(150);
      expect(await other.outbox.list(server)).toHaveLength(150);
      expect((await other.entities.alerts({ open: true, limit: 200 })).items).toHaveLength(150);
    }
  });
});
