import { describe, expect, it } from 'vitest';
import { homes } from './homes.ts';
import { NOW, oddKeys } from './samples.ts';

describe.each(homes)('documents in $name', ({ open }) => {
  it('keeps a document with its etag and its time', async () => {
    const { documents } = open(() => NOW);
    expect(await documents.get('receivers', 'on-call')).toBeUndefined();
    const put = await documents.put('receivers', 'on-call', { url: 'https://contoso.example' });
    const got = await documents.get('receivers', 'on-call');
    expect(put).toEqual({ etag: got?.etag });
    expect(got).toMatchObject({ id: 'on-call', body: { url: 'https://contoso.example' }, updatedAt: NOW });
    expect(await documents.get('sources', 'on-call')).toBeUndefined();
  });

  it('guards a put by etag, by any, by none', async () => {
    const { documents } = open();
    expect(await documents.put('c', 'a', 1, '*')).toBe('conflict');
    expect(await documents.put('c', 'a', 1, '"stale"')).toBe('conflict');
    const first = await documents.put('c', 'a', 1, null);
    if (first === 'conflict') throw new Error('expected the first put to win');
    expect(await documents.put('c', 'a', 2, null)).toBe('conflict');
    const second = await documents.put('c', 'a', 2, first.etag);
    expect(second).not.toBe('conflict');
    expect(await documents.put('c', 'a', 3, first.etag)).toBe('conflict');
    expect(await documents.put('c', 'a', 4, '*')).not.toBe('conflict');
    expect((await documents.get('c', 'a'))?.body).toBe(4);
    await documents.put('c', 'a', 5);
    expect((await documents.get('c', 'a'))?.body).toBe(5);
  });

  it('deletes at an etag', async () => {
    const { documents } = open();
    expect(await documents.delete('c', 'a')).toBe('missing');
    await documents.put('c', 'a', 1);
    expect(await documents.delete('c', 'a', '"stale"')).toBe('conflict');
    const etag = (await documents.get('c', 'a'))!.etag;
    expect(await documents.delete('c', 'a', etag)).toBe('deleted');
    expect(await documents.get('c', 'a')).toBeUndefined();
    expect(await documents.delete('c', 'a')).toBe('missing');
  });

  it('lists by prefix, page by page, odd ids included', async () => {
    const { documents } = open();
    for (const id of oddKeys) await documents.put('c', `doc!${id}`, { id });
    await documents.put('c', 'other', 0);
    await documents.put('d', 'doc!x', 0);
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await documents.list('c', { prefix: 'doc!', limit: 7, ...(after === undefined ? {} : { after }) });
      expect(page.items.length).toBeLessThanOrEqual(7);
      for (const { id, body } of page.items) expect(body).toEqual({ id: id.slice(4) });
      ids.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(ids.toSorted()).toEqual(oddKeys.map((id) => `doc!${id}`).toSorted());
    expect((await documents.list('c')).items).toHaveLength(oddKeys.length + 1);
    expect(await documents.list('nothing')).toEqual({ items: [] });
  });

  it('writes several, all or none', async () => {
    const { documents } = open();
    await documents.put('c', 'kept', 1);
    const etag = (await documents.get('c', 'kept'))!.etag;
    const audit = { id: 'audit!1', body: { who: 'someone' }, ifMatch: null };
    const stale = { id: 'kept', body: 2, ifMatch: '"stale"' };
    expect(await documents.transaction('c', [audit, stale])).toBe('conflict');
    expect(await documents.get('c', 'audit!1')).toBeUndefined();
    expect(await documents.transaction('c', [audit, { ...stale, ifMatch: etag }])).toBe('committed');
    expect((await documents.get('c', 'kept'))?.body).toBe(2);
    expect(await documents.transaction('c', [{ id: 'kept', body: 3 }, audit])).toBe('conflict');
    expect((await documents.get('c', 'kept'))?.body).toBe(2);
  });

  it('deletes within a transaction, at an etag, and the id is free again', async () => {
    const { documents } = open();
    await documents.put('c', 'scope', 1);
    const etag = (await documents.get('c', 'scope'))!.etag;
    const audit = { id: 'audit!1', body: 'reverted' };
    expect(await documents.transaction('c', [audit, { id: 'scope', body: null, ifMatch: '"stale"' }])).toBe('conflict');
    expect((await documents.get('c', 'scope'))?.body).toBe(1);
    expect(await documents.transaction('c', [audit, { id: 'scope', body: null, ifMatch: etag }])).toBe('committed');
    expect(await documents.get('c', 'scope')).toBeUndefined();
    expect((await documents.list('c')).items.map(({ id }) => id)).toEqual(['audit!1']);
    expect(await documents.transaction('c', [{ id: 'scope', body: null }])).toBe('conflict');
    expect(await documents.put('c', 'scope', 2, null)).not.toBe('conflict');
  });

  it('refuses a transaction that no store could do', async () => {
    const { documents } = open();
    const twice = documents.transaction('c', [
      { id: 'a', body: 1 },
      { id: 'a', body: 2 },
    ]);
    await expect(twice).rejects.toMatchObject({ name: 'StoreRefused', status: 400 });
    const many = Array.from({ length: 101 }, (_, at) => ({ id: `${at}`, body: at }));
    await expect(documents.transaction('c', many)).rejects.toMatchObject({ name: 'StoreRefused', status: 400 });
    expect(await documents.transaction('c', many.slice(0, 100))).toBe('committed');
  });

  it('takes a body of 300 KiB', async () => {
    const { documents } = open();
    const body = Array.from({ length: 20_000 }, (_, at) => Math.sin(at + 1));
    await documents.put('c', 'large', body);
    expect((await documents.get('c', 'large'))?.body).toEqual(body);
  });
});
