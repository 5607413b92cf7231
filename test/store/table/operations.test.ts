import { describe, expect, inject, it } from 'vitest';
import { HOUR } from '../../../shared/model/time.ts';
import { type TableStore, tableStore } from '../../../shared/store/table/store.ts';
import { alertOf, changeOf, factAt, NOW, server, stored } from '../../contract/samples.ts';
import { uniqueName } from '../../unique-name.ts';

/** How many requests a call makes; cost is counted in them. */
async function requestsOf(store: TableStore, call: () => Promise<unknown>): Promise<number> {
  const before = store.operations.total;
  await call();
  return store.operations.total - before;
}

async function used(): Promise<TableStore> {
  const store = tableStore({ connectionString: inject('azurite') }, { prefix: uniqueName('t'), now: () => NOW });
  await store.facts.put([stored(factAt(NOW, 'first'))]);
  await store.entities.commit(changeOf({ alerts: [alertOf('first')] }));
  await store.due.schedule([{ entity: server, at: NOW, kind: 'evaluate' }]);
  await store.documents.put('progress', 'first', 0);
  return store;
}

const servers = Array.from({ length: 4 }, (_, at) => ({ kind: 'tunnel-server', key: `tunnel-0${at}` }) as const);

describe('what table storage is asked', () => {
  it('is nothing before it is needed', () => {
    expect(tableStore({ connectionString: inject('azurite') }).operations.total).toBe(0);
  });

  it('is six requests for a batch of four servers, from the due rows to the progress', async () => {
    const store = await used();
    const facts = servers.flatMap((entity) =>
      Array.from({ length: 25 }, (_, at) => stored(factAt(NOW + at, `${at}`, entity))),
    );
    const batch = async () => {
      await store.due.schedule(servers.map((entity) => ({ entity, at: NOW, kind: 'evaluate' })));
      await store.facts.put(facts);
      await store.documents.put('progress', 'partition-0', { sequenceNumber: 1 });
    };
    expect(await requestsOf(store, batch)).toBe(6);
  });

  it('is one request to write a thousand facts of a server, and one to read them', async () => {
    const store = await used();
    const facts = Array.from({ length: 1_000 }, (_, at) => stored(factAt(NOW + at * 100, `${at}`)));
    expect(await requestsOf(store, () => store.facts.put(facts))).toBe(1);
    expect(await requestsOf(store, () => store.facts.read(server, NOW - HOUR, NOW + HOUR))).toBe(1);
  });

  it('is four requests for an evaluation that changes no alert, whatever else is stored', async () => {
    const store = await used();
    const evaluation = async () => {
      const record = await store.entities.read(server, NOW);
      await store.facts.read(server, NOW - HOUR, NOW);
      await store.entities.commit(changeOf({ etag: record?.etag, head: 2 }));
    };
    expect(await requestsOf(store, evaluation)).toBe(4);
  });

  it('is two requests more when an alert changes that was read', async () => {
    const store = await used();
    const record = await store.entities.read(server, NOW);
    const change = changeOf({ etag: record?.etag, alerts: [alertOf('first', { severity: 'critical' })] });
    expect(await requestsOf(store, () => store.entities.commit(change))).toBe(4);
  });

  it('is one request for each list, each read and each batch of due times', async () => {
    const store = await used();
    const calls: (() => Promise<unknown>)[] = [
      () => store.entities.list('tunnel-server'),
      () => store.entities.bySlug('tunnel-server', 'none'),
      () => store.entities.alerts({ open: true }),
      () => store.outbox.list(server),
      () => store.due.due(NOW, 100),
      () => store.due.done([{ entity: server, at: NOW, kind: 'evaluate' }]),
      () => store.documents.list('progress'),
      () => store.documents.get('progress', 'first'),
    ];
    for (const call of calls) expect(await requestsOf(store, call), String(call)).toBe(1);
  });
});
