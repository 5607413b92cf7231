import { TableClient } from '@azure/data-tables';
import { describe, expect, inject, it } from 'vitest';
import type { DueItem } from '../../../shared/store/ports.ts';
import { tableStore } from '../../../shared/store/table/store.ts';
import { alertOf, changeOf, factAt, NOW, server, stored } from '../../contract/samples.ts';
import { uniqueName } from '../../unique-name.ts';

const always = Number.NEGATIVE_INFINITY;

function processes() {
  const prefix = uniqueName('t');
  const open = () => tableStore({ connectionString: inject('azurite') }, { prefix, now: () => NOW });
  const rows = (table: string) =>
    TableClient.fromConnectionString(inject('azurite'), `${prefix}${table}`, { allowInsecureConnection: true });
  return { one: open(), other: open(), rows };
}

describe('two processes on one storage', () => {
  it('finish the due times that the other scheduled, in whatever shards they are', async () => {
    const { one, other } = processes();
    const item = (key: string): DueItem => ({ entity: { kind: 'tunnel', key }, at: NOW, kind: 'evaluate' });
    for (let call = 0; call < 6; call++) await one.due.schedule([item('a'), item(`b${call}`)]);
    await other.due.done([item('a'), item('b0'), item('never scheduled')]);
    expect((await other.due.due(NOW, 10)).map(({ entity }) => entity.key).toSorted()).toEqual([
      'b1',
      'b2',
      'b3',
      'b4',
      'b5',
    ]);
    // The first still has the shards in mind, of rows that are gone by now.
    await one.due.done([item('a'), item('b0'), item('b1')]);
    expect(await other.due.due(NOW, 10)).toHaveLength(4);
  });

  it('move an alert that the other moved before', async () => {
    const { one, other } = processes();
    await one.entities.commit(changeOf({ alerts: [alertOf('a')] }));
    const first = (await one.entities.read(server, always))!;
    const moved = changeOf({ etag: first.etag, alerts: [alertOf('a', { startsAt: NOW - 1 })] });
    expect(await other.entities.commit(moved)).toBe('committed');
    const second = (await one.entities.read(server, always))!;
    const again = changeOf({ etag: second.etag, alerts: [alertOf('a', { startsAt: NOW - 2 })] });
    expect(await one.entities.commit(again)).toBe('committed');
    expect((await other.entities.alerts({})).items.map(({ startsAt }) => startsAt)).toEqual([NOW - 2]);
  });

  it('make a table together', async () => {
    const { one, other } = processes();
    const facts = Array.from({ length: 6 }, (_, at) => stored(factAt(NOW, `${at}`)));
    await Promise.all(facts.map((fact, at) => (at % 2 ? one : other).facts.put([fact])));
    expect(await one.facts.read(server, NOW - 1, NOW)).toHaveLength(6);
  });

  it('write anew a document that nobody can read', async () => {
    const { one, other, rows } = processes();
    await one.documents.put('receivers', 'demo', { url: 'old' });
    await rows('documents').upsertEntity({ partitionKey: 'receivers', rowKey: 'demo', json: '{' }, 'Replace');
    expect(await other.documents.get('receivers', 'demo')).toBeUndefined();
    expect(await other.documents.put('receivers', 'demo', { url: 'new' }, null)).toEqual({ etag: expect.any(String) });
    expect((await one.documents.get('receivers', 'demo'))?.body).toEqual({ url: 'new' });
  });

  it('overlook damaged rows, and count them', async () => {
    const { one, other, rows } = processes();
    for (const [at, what] of [
      [NOW, 'good'],
      [NOW + 1, 'bad'],
    ] as const)
      await one.facts.put([stored(factAt(at, what))]);
    await one.entities.commit(changeOf({ alerts: [alertOf('good'), alertOf('bad')] }));
    for (const [table, filter] of [
      ['facts202611', "json ge '' "],
      ['entities', "RowKey eq '1-alert!bad'"],
      ['entities', "RowKey eq '0-head'"],
    ] as const) {
      let last: { partitionKey?: string; rowKey?: string } = {};
      for await (const row of rows(table).listEntities({ queryOptions: { filter } })) last = row;
      const { partitionKey = '', rowKey = '' } = last;
      await rows(table).updateEntity({ partitionKey, rowKey, json: '{"cut off' }, 'Merge');
    }
    expect(await other.facts.read(server, NOW - 1, NOW + 1)).toMatchObject([
      { fact: { attributes: { what: 'good' } } },
    ]);
    expect(other.operations.badRows).toBe(1);
    // A head that cannot be read is one to fold again; its etag still guards it.
    const record = await other.entities.read(server, always);
    expect(record).toMatchObject({ head: null });
    expect(await other.entities.commit(changeOf({ etag: record?.etag }))).toBe('committed');
  });
});
