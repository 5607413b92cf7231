import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { HOUR } from '../../shared/model/time.ts';
import type { AlertQuery, EntityStore } from '../../shared/store/ports.ts';
import { homes } from './homes.ts';
import { alertOf, changeOf, NOW, resolvedAlert, server } from './samples.ts';

const other = { kind: 'tunnel', key: "/subscriptions/0/o'hub|203.0.113.7" } as const;

const alerts: readonly Alert[] = [
  alertOf('newest', { startsAt: NOW, severity: 'critical' }),
  alertOf('twin-a', { startsAt: NOW - HOUR, entity: other, rule: 'tunnel.down' }),
  alertOf('twin-b', { startsAt: NOW - HOUR, state: 'pending' }),
  resolvedAlert('ended', NOW - 2 * HOUR, NOW - HOUR),
  resolvedAlert('long ago', -HOUR, 0),
];

async function commit(entities: EntityStore, changed: readonly Alert[]): Promise<void> {
  for (const [entity, ofEntity] of Map.groupBy(changed, ({ entity }) => entity)) {
    const etag = (await entities.read(entity, NOW))?.etag;
    expect(await entities.commit(changeOf({ entity, etag, alerts: ofEntity }))).toBe('committed');
  }
}

describe.each(homes)('alerts in $name', ({ open }) => {
  async function filled() {
    const { entities } = open();
    await commit(entities, alerts);
    const ids = async (query: AlertQuery) => (await entities.alerts(query)).items.map(({ id }) => id);
    return { entities, ids };
  }

  it('lists newest start first, by every filter', async () => {
    const { ids } = await filled();
    const everything = ['newest', 'twin-a', 'twin-b', 'ended', 'long ago'];
    const rows: [AlertQuery, string[]][] = [
      [{}, everything],
      [{ open: true }, ['newest', 'twin-a', 'twin-b']],
      [{ open: false }, ['ended', 'long ago']],
      [{ state: 'pending' }, ['twin-b']],
      [{ state: 'firing', open: true }, ['newest', 'twin-a']],
      [{ state: 'resolved', open: true }, []],
      [{ rule: 'tunnel.down' }, ['twin-a']],
      [{ rule: "' or '1' eq '1" }, []],
      [{ severity: 'critical' }, ['newest']],
      [{ entity: other }, ['twin-a']],
      [{ entity: server, open: false }, ['ended', 'long ago']],
      [{ startsAfter: NOW - HOUR }, ['newest']],
      [{ startsAfter: NOW - HOUR - 1 }, ['newest', 'twin-a', 'twin-b']],
      [{ startsBefore: NOW - HOUR }, ['ended', 'long ago']],
      [{ startsBefore: NOW - HOUR + 1, startsAfter: 0 }, ['twin-a', 'twin-b', 'ended']],
      [{ entity: server, startsBefore: NOW }, ['twin-b', 'ended', 'long ago']],
    ];
    for (const [query, expected] of rows) expect([query, await ids(query)]).toEqual([query, expected]);
  });

  it.each<AlertQuery>([{}, { entity: server }, { open: true }, { severity: 'warning' }])(
    'pages through %o without loss or repeat',
    async (query) => {
      const { entities, ids } = await filled();
      const whole = await ids({ ...query, limit: 100 });
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const page = await entities.alerts({ ...query, limit: 1, ...(after === undefined ? {} : { after }) });
        paged.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(paged).toEqual(whole);
    },
  );

  it('refuses a page mark it never gave', async () => {
    const { entities } = await filled();
    await expect(entities.alerts({ after: '%%%' })).rejects.toMatchObject({ name: 'StoreRefused', status: 400 });
  });

  it('moves an alert whose start is corrected, and shows it once', async () => {
    const { entities, ids } = await filled();
    await commit(entities, [alertOf('newest', { startsAt: NOW - 90 * 60_000, severity: 'critical' })]);
    expect(await ids({})).toEqual(['twin-a', 'twin-b', 'newest', 'ended', 'long ago']);
    expect(await ids({ open: true })).toEqual(['twin-a', 'twin-b', 'newest']);
    await commit(entities, [alertOf('newest')]);
    expect(await ids({})).toEqual(['newest', 'twin-a', 'twin-b', 'ended', 'long ago']);
  });

  it('finds an ended alert again that was not read before its commit', async () => {
    const { entities, ids } = await filled();
    await commit(entities, [resolvedAlert('long ago', -2 * HOUR, 0)]);
    expect(await ids({ startsBefore: 0 })).toEqual(['long ago']);
    expect((await entities.alert('long ago'))?.startsAt).toBe(-2 * HOUR);
  });

  it('takes a resolved alert from the open ones, and one that fires again back', async () => {
    const { entities, ids } = await filled();
    await commit(entities, [{ ...alerts[0]!, state: 'resolved', endsAt: NOW, endedBy: 'fact' }]);
    expect(await ids({ open: true })).toEqual(['twin-a', 'twin-b']);
    expect(await ids({ severity: 'critical' })).toEqual(['newest']);
    await commit(entities, [alerts[0]!]);
    expect(await ids({ open: true })).toEqual(['newest', 'twin-a', 'twin-b']);
  });

  it('shows what stands when a commit lost', async () => {
    const { entities, ids } = await filled();
    const moved = { ...alerts[0]!, startsAt: NOW - 5 * HOUR, state: 'resolved' as const, endsAt: NOW };
    const change = changeOf({ etag: '"stale"', alerts: [moved, alertOf('ghost')], dropped: ['twin-b'] });
    expect(await entities.commit(change)).toBe('conflict');
    expect(await ids({})).toEqual(['newest', 'twin-a', 'twin-b', 'ended', 'long ago']);
    expect(await ids({ open: true })).toEqual(['newest', 'twin-a', 'twin-b']);
    expect(await ids({ open: false })).toEqual(['ended', 'long ago']);
    expect(await ids({ state: 'firing', severity: 'critical' })).toEqual(['newest']);
    expect(await entities.alert('ghost')).toBeUndefined();
    expect((await entities.alert('newest'))?.state).toBe('firing');
    // The next commit that wins sets all of it right.
    await commit(entities, [moved]);
    expect(await ids({ open: true })).toEqual(['twin-a', 'twin-b']);
    expect(await ids({ startsBefore: NOW - 4 * HOUR, startsAfter: 0 })).toEqual(['newest']);
  });
});
