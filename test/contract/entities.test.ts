import { describe, expect, it } from 'vitest';
import { HOUR } from '../../shared/model/time.ts';
import type { Json } from '../../shared/store/ports.ts';
import { homes } from './homes.ts';
import { alertOf, changeOf, NOW, oddKeys, owedOf, resolvedAlert, server } from './samples.ts';

const always = Number.NEGATIVE_INFINITY;

describe.each(homes)('entities in $name', ({ open }) => {
  it('knows nothing of an entity before its first commit', async () => {
    const { entities } = open();
    expect(await entities.read(server, always)).toBeUndefined();
    expect(await entities.bySlug('tunnel-server', 'none')).toBeUndefined();
    expect(await entities.alert('none')).toBeUndefined();
    expect(await entities.list('tunnel-server')).toEqual({ items: [] });
    expect(await entities.alerts({})).toEqual({ items: [] });
  });

  it('commits head, alerts and outbox together', async () => {
    const { entities, outbox } = open();
    const alert = alertOf('one');
    const owed = owedOf('one-first-0', 'one');
    const head = { revision: 7, snapshot: { ä: [1, null, true, 'x'] } };
    expect(await entities.commit(changeOf({ head, alerts: [alert], owed: [owed] }))).toBe('committed');
    expect(await entities.read(server, always)).toMatchObject({ head, alerts: [alert] });
    expect(await outbox.list(server)).toEqual([owed]);
    expect(await entities.alert('one')).toEqual(alert);
  });

  it('gives a head whose JSON text is the one that was committed', async () => {
    const { entities } = open();
    const head = JSON.parse('{"b":1,"a":{"z":0.1,"y":"\\u2028\\ud800"},"__proto__":2}') as Json;
    await entities.commit(changeOf({ head }));
    expect(JSON.stringify((await entities.read(server, always))?.head)).toBe(JSON.stringify(head));
  });

  it('lets one of two committers through, and nothing of the other', async () => {
    const { entities, outbox } = open();
    await entities.commit(changeOf());
    const etag = (await entities.read(server, always))!.etag;
    const commit = (name: string) =>
      entities.commit(changeOf({ etag, head: { name }, alerts: [alertOf(name)], owed: [owedOf(`${name}-0`, name)] }));
    const outcomes = await Promise.all([commit('left'), commit('right')]);
    expect(outcomes.toSorted()).toEqual(['committed', 'conflict']);
    const winner = outcomes[0] === 'committed' ? 'left' : 'right';
    const loser = winner === 'left' ? 'right' : 'left';
    expect(await entities.read(server, always)).toMatchObject({ head: { name: winner }, alerts: [{ id: winner }] });
    expect((await outbox.list(server)).map(({ alertId }) => alertId)).toEqual([winner]);
    expect((await entities.alerts({ open: true })).items.map(({ id }) => id)).toEqual([winner]);
    expect(await entities.alert(loser)).toBeUndefined();
  });

  it('lets one of two first committers through', async () => {
    const { entities } = open();
    const outcomes = await Promise.all([entities.commit(changeOf()), entities.commit(changeOf())]);
    expect(outcomes.toSorted()).toEqual(['committed', 'conflict']);
  });

  it('refuses an etag of yesterday, or of an entity that is not there', async () => {
    const { entities } = open();
    await entities.commit(changeOf());
    const etag = (await entities.read(server, always))!.etag;
    expect(await entities.commit(changeOf({ etag, head: 2 }))).toBe('committed');
    expect(await entities.commit(changeOf({ etag, head: 3 }))).toBe('conflict');
    expect((await entities.read(server, always))?.head).toBe(2);
    const other = { kind: 'tunnel-server', key: 'tunnel-02.contoso.example' } as const;
    expect(await entities.commit(changeOf({ entity: other, etag }))).toBe('conflict');
  });

  it('reads open alerts, and ended ones since a time', async () => {
    const { entities } = open();
    const alerts = [
      alertOf('firing', { startsAt: NOW - 100 * HOUR }),
      alertOf('pending', { state: 'pending' }),
      resolvedAlert('just', NOW - 3 * HOUR, NOW - HOUR),
      resolvedAlert('before', NOW - 3 * HOUR, NOW - HOUR - 1),
    ];
    await entities.commit(changeOf({ alerts }));
    const ids = async (since: number) => (await entities.read(server, since))?.alerts.map(({ id }) => id).toSorted();
    expect(await ids(NOW - HOUR)).toEqual(['firing', 'just', 'pending']);
    expect(await ids(always)).toEqual(['before', 'firing', 'just', 'pending']);
    expect(await ids(Number.POSITIVE_INFINITY)).toEqual(['firing', 'pending']);
  });

  it('drops pending alerts, and takes an id to drop that is not there', async () => {
    const { entities } = open();
    await entities.commit(changeOf({ alerts: [alertOf('stays'), alertOf('goes', { state: 'pending' })] }));
    const etag = (await entities.read(server, always))!.etag;
    expect(await entities.commit(changeOf({ etag, dropped: ['goes', 'never was'] }))).toBe('committed');
    expect((await entities.read(server, always))?.alerts.map(({ id }) => id)).toEqual(['stays']);
    expect((await entities.alerts({})).items.map(({ id }) => id)).toEqual(['stays']);
    expect(await entities.alert('goes')).toBeUndefined();
  });

  it('keeps an owed notification that is already there, since it is further along', async () => {
    const { entities, outbox } = open();
    const owed = owedOf('a-first-0', 'a');
    await entities.commit(changeOf({ alerts: [alertOf('a')], owed: [owed] }));
    const row = (await outbox.read(server, owed.id))!;
    await outbox.save({ ...row.owed, state: 'sent', attempts: 1 }, row.etag);
    const etag = (await entities.read(server, always))!.etag;
    const change = changeOf({ etag, head: 2, alerts: [alertOf('a')], owed: [owed, owedOf('a-worse-1', 'a')] });
    expect(await entities.commit(change)).toBe('committed');
    expect((await outbox.read(server, owed.id))?.owed.state).toBe('sent');
    expect((await outbox.read(server, 'a-worse-1'))?.owed.state).toBe('owed');
    expect((await entities.read(server, always))?.head).toBe(2);
  });

  it('takes 250 alerts with what they owe in one commit', async () => {
    const { entities, outbox } = open();
    const ids = Array.from({ length: 250 }, (_, at) => `alert-${String(at).padStart(3, '0')}`);
    const alerts = ids.map((id, at) => alertOf(id, { startsAt: NOW - at * 1000 }));
    const owed = ids.map((id) => owedOf(`${id}-first-0`, id));
    expect(await entities.commit(changeOf({ alerts, owed }))).toBe('committed');
    expect((await entities.read(server, always))?.alerts.map(({ id }) => id).toSorted()).toEqual(ids);
    expect((await outbox.list(server)).map(({ alertId }) => alertId)).toEqual(ids);
    const etag = (await entities.read(server, always))!.etag;
    const ended = alerts.map((alert) => ({
      ...alert,
      state: 'resolved' as const,
      endsAt: NOW,
      endedBy: 'fact' as const,
    }));
    expect(await entities.commit(changeOf({ etag, alerts: ended }))).toBe('committed');
    expect((await entities.alerts({ open: true })).items).toEqual([]);
    expect((await entities.alerts({ limit: 300 })).items.map(({ id }) => id)).toEqual(ids);
  });

  it('takes a head of 500 KiB that hardly compresses, with a hundred alerts beside it', async () => {
    const { entities } = open();
    const noise = Array.from({ length: 30_000 }, (_, at) => Math.sin(at + 1));
    const head = { noise };
    expect(JSON.stringify(head).length).toBeGreaterThan(500 * 1024);
    const alerts = Array.from({ length: 120 }, (_, at) => alertOf(`alert-${at}`));
    expect(await entities.commit(changeOf({ head, alerts }))).toBe('committed');
    const read = await entities.read(server, always);
    expect(read?.head).toEqual(head);
    expect(read?.alerts).toHaveLength(120);
  });

  it('lists entities of a kind by key, with a prefix, page by page', async () => {
    const { entities } = open();
    const keys = ['a|1', 'a|2', 'a|3', 'ab|1', 'A|1', 'b|1'];
    for (const key of keys) await entities.commit(changeOf({ entity: { kind: 'tunnel', key } }));
    await entities.commit(changeOf({ entity: { kind: 'gateway', key: 'a|9' } }));
    const all = await entities.list('tunnel');
    expect(all.items.map(({ entity }) => entity.key).toSorted()).toEqual(keys.toSorted());
    const first = await entities.list('tunnel', { keyPrefix: 'a|', limit: 2 });
    expect(first.items.map(({ entity }) => entity.key)).toEqual(['a|1', 'a|2']);
    const second = await entities.list('tunnel', { keyPrefix: 'a|', limit: 2, after: first.next! });
    expect(second.items.map(({ entity }) => entity.key)).toEqual(['a|3']);
    expect(second.next).toBeUndefined();
    expect(await entities.list('tunnel', { keyPrefix: 'zzz' })).toEqual({ items: [] });
  });

  it('lists long keys by a long prefix', async () => {
    const { entities } = open();
    const gateway = `/subscriptions/0/resourcegroups/${'contoso-'.repeat(40)}hub`;
    const keys = [`${gateway}|203.0.113.1`, `${gateway}2|203.0.113.1`];
    for (const key of keys) await entities.commit(changeOf({ entity: { kind: 'tunnel', key } }));
    const page = await entities.list('tunnel', { keyPrefix: `${gateway}|` });
    expect(page.items.map(({ entity }) => entity.key)).toEqual(keys.slice(0, 1));
  });

  it('finds a summary by slug as it was committed last', async () => {
    const { entities } = open();
    await entities.commit(changeOf());
    const etag = (await entities.read(server, always))!.etag;
    const summary = { entity: server, slug: 'tunnel-01', about: { live: false, site: 'Zürich' } };
    await entities.commit(changeOf({ etag, summary }));
    expect(await entities.bySlug('tunnel-server', 'tunnel-01')).toEqual(summary);
    expect(await entities.bySlug('gateway', 'tunnel-01')).toBeUndefined();
    expect((await entities.list('tunnel-server')).items).toEqual([summary]);
  });

  it('keeps entities and alerts with odd keys apart', async () => {
    const { entities } = open();
    for (const key of oddKeys) {
      const entity = { kind: 'tunnel-server', key } as const;
      const change = changeOf({ entity, head: { key }, alerts: [alertOf(`alert ${key}`, { entity })] });
      expect(await entities.commit(change)).toBe('committed');
    }
    for (const key of oddKeys) {
      const record = await entities.read({ kind: 'tunnel-server', key }, always);
      expect(record).toMatchObject({ head: { key }, alerts: [{ id: `alert ${key}` }] });
      expect((await entities.alert(`alert ${key}`))?.entity.key).toBe(key);
    }
    const listed = await entities.list('tunnel-server', { limit: 1000 });
    expect(listed.items.map(({ entity }) => entity.key).toSorted()).toEqual(oddKeys.toSorted());
  });
});
