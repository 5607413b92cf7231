import { describe, expect, it } from 'vitest';
import { homes } from './homes.ts';
import { changeOf, NOW, owedOf, server } from './samples.ts';

describe.each(homes)('the outbox in $name', ({ open }) => {
  it("lists an entity's notifications oldest first, each as it was saved last", async () => {
    const { entities, outbox } = open();
    expect(await outbox.list(server)).toEqual([]);
    expect(await outbox.read(server, 'none')).toBeUndefined();
    const [late, early] = [owedOf('a', 'x', { createdAt: NOW + 1 }), owedOf('b', 'x')];
    await entities.commit(changeOf({ owed: [late, early] }));
    expect(await outbox.list(server)).toEqual([early, late]);
    const row = (await outbox.read(server, 'b'))!;
    const sent = { ...early, state: 'sent' as const, attempts: 3, lastResult: 'ok 204' };
    expect(await outbox.save(sent, row.etag)).toBe('saved');
    expect(await outbox.list(server)).toEqual([sent, late]);
  });

  it('lets one of two senders claim a row', async () => {
    const { entities, outbox } = open();
    await entities.commit(changeOf({ owed: [owedOf('a', 'x')] }));
    const { owed, etag } = (await outbox.read(server, 'a'))!;
    const claims = [1, 2].map((attempts) => outbox.save({ ...owed, attempts }, etag));
    expect((await Promise.all(claims)).toSorted()).toEqual(['conflict', 'saved']);
  });

  it('saves nothing that was never owed', async () => {
    const { outbox } = open();
    expect(await outbox.save(owedOf('a', 'x'), '"1"')).toBe('conflict');
    expect(await outbox.list(server)).toEqual([]);
  });
});
