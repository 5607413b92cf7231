import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../shared/model/settings.ts';
import { MINUTE } from '../../shared/model/time.ts';
import { type Store, StoreUnavailable } from '../../shared/store/ports.ts';
import { checkIn } from './check-ins.ts';
import { type World, world } from './client.ts';

const STRICT = { cpuUsage: { healthy: 10, unhealthy: 15 } };
const FIRST = { headers: { 'if-none-match': '*' } };
const ifMatch = (etag: string | undefined) => ({ headers: { 'if-match': etag ?? '' } });

const slugOf = async (api: World, name: string): Promise<string> =>
  (await api.ask('GET', '/servers')).json.items.find(({ id }: { id: string }) => id === name).slug;

describe('thresholds of the tenant', () => {
  it('are the defaults until somebody saves', async () => {
    const { json, headers } = await world().ask('GET', '/thresholds');
    expect(json).toMatchObject({ own: {}, revision: 0, scope: { kind: 'tenant', id: null } });
    expect(json.effective.diskSpaceFree).toEqual({
      healthy: 5,
      unhealthy: 3,
      unit: 'GB',
      healthyWhen: '> 5',
      unhealthyWhen: '< 3',
      origin: 'default',
    });
    expect(headers['etag']).toBe('"0"');
  });

  it('are saved together, and what is left out is reverted', async () => {
    const api = world();
    const both = { ...STRICT, latency: { healthy: 5, unhealthy: 5 } };
    const first = await api.ask('PUT', '/thresholds', both, FIRST);
    expect(first.json).toMatchObject({
      own: both,
      revision: 1,
      effective: { latency: { healthy: 5, origin: 'tenant' } },
    });
    const second = await api.ask('PUT', '/thresholds', STRICT, ifMatch(first.headers['etag']));
    expect(second.json).toMatchObject({
      own: STRICT,
      revision: 2,
      effective: { latency: { healthy: 10, origin: 'default' } },
    });
    expect((await api.ask('GET', '/thresholds')).headers['etag']).toBe(second.headers['etag']);
  });

  it('are saved one by one, and the others stay', async () => {
    const api = world();
    const { headers } = await api.ask('PUT', '/thresholds', STRICT, ifMatch('"0"'));
    const one = await api.ask('PUT', '/thresholds/latency', { healthy: 1, unhealthy: 2 }, ifMatch(headers['etag']));
    expect(one.json).toMatchObject({
      metric: 'latency',
      own: { healthy: 1, unhealthy: 2 },
      effective: { origin: 'tenant' },
    });
    expect((await api.ask('GET', '/thresholds')).json.own).toEqual({
      ...STRICT,
      latency: { healthy: 1, unhealthy: 2 },
    });
  });

  it.each([
    ['half a pair', 'cpuUsage', { healthy: 5 }, ['/unhealthy']],
    ['bounds that cross', 'cpuUsage', { healthy: 95, unhealthy: 95 }, ['/unhealthy']],
    ['bounds that cross in the metric’s own direction', 'diskSpaceFree', { healthy: 3, unhealthy: 5 }, ['/unhealthy']],
    ['below zero', 'latency', { healthy: -1, unhealthy: 5 }, ['/healthy']],
    ['over a hundred percent', 'memoryUsage', { healthy: 5, unhealthy: 101 }, ['/unhealthy']],
    ['a number as text', 'latency', { healthy: '5', unhealthy: 6 }, ['/healthy']],
    ['a field too many', 'latency', { healthy: 5, unhealthy: 6, unit: 's' }, ['/unit']],
    ['no object', 'latency', [5, 6], ['']],
  ])('are refused for %s, and nothing is stored', async (_, metric, pair, pointers) => {
    const api = world();
    const { status, json } = await api.ask('PUT', `/thresholds/${metric}`, pair, FIRST);
    expect(status).toBe(422);
    expect(json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
    expect((await api.ask('GET', '/thresholds')).headers['etag']).toBe('"0"');
  });

  it('accept a huge exponent as what it is: not a finite number', async () => {
    const raw = '{"healthy":1e400,"unhealthy":1e401}';
    expect((await world().ask('PUT', '/thresholds/latency', undefined, { ...FIRST, raw })).status).toBe(422);
  });
});

describe('concurrent edits', () => {
  it('let the first win and tell the second what is there', async () => {
    const api = world();
    const results = await Promise.all([
      api.ask('PUT', '/thresholds', STRICT, ifMatch('"0"')),
      api.ask('PUT', '/thresholds', { latency: { healthy: 1, unhealthy: 2 } }, ifMatch('"0"')),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual([200, 412]);
    const [won, lost] = results.sort((a, b) => a.status - b.status);
    expect(lost?.headers['etag']).toBe(won?.headers['etag']);
    expect((await api.ask('GET', '/thresholds')).json.own).toEqual(won?.json.own);
  });

  it.each([
    ['the tag that a GET gives', { 'if-match': '"0"' }, 200],
    ['one of several tags', { 'if-match': '"stale", "0"' }, 200],
    ['whatever is there', { 'if-match': '*' }, 200],
    ['the first write', { 'if-none-match': '*' }, 200],
    ['another tag', { 'if-match': '"1"' }, 412],
    ['not this version', { 'if-none-match': '"0"' }, 412],
  ])('go by %s', async (_, headers, status) => {
    expect((await world().ask('PUT', '/thresholds', STRICT, { headers })).status).toBe(status);
  });

  it('refuse a first write that is not the first', async () => {
    const api = world();
    await api.ask('PUT', '/thresholds', STRICT, FIRST);
    expect((await api.ask('PUT', '/thresholds', {}, FIRST)).status).toBe(412);
    expect((await api.ask('DELETE', '/thresholds', undefined, ifMatch('"0"'))).status).toBe(412);
    expect((await api.ask('DELETE', '/thresholds', undefined, ifMatch('*'))).status).toBe(200);
  });

  it('of different scopes do not stand in each other’s way', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01', site: 'Lyon' }, { hostname: 'vpn02', site: 'Seoul' });
    const results = await Promise.all(
      ['/thresholds', '/sites/Lyon/thresholds', '/sites/Seoul/thresholds'].map((path) =>
        api.ask('PUT', path, STRICT, FIRST),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await api.ask('GET', '/thresholds')).json.revision).toBe(3);
  });
});

describe('scopes', () => {
  it('let the most specific win, and say where a value comes from', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01', site: 'Lyon' });
    const server = `/servers/${await slugOf(api, 'vpn01')}/thresholds`;
    await api.ask('PUT', '/thresholds/cpuUsage', { healthy: 50, unhealthy: 60 }, FIRST);
    await api.ask('PUT', '/thresholds/latency', { healthy: 50, unhealthy: 60 }, ifMatch('*'));
    await api.ask('PUT', '/sites/Lyon/thresholds/cpuUsage', { healthy: 30, unhealthy: 40 }, FIRST);
    await api.ask('PUT', `${server}/cpuUsage`, { healthy: 10, unhealthy: 20 }, FIRST);
    const { json } = await api.ask('GET', server);
    expect(json.scope).toMatchObject({ kind: 'server', id: 'vpn01' });
    const origins = Object.entries<{ healthy: number; origin: string }>(json.effective).map(([metric, pair]) => [
      metric,
      pair.healthy,
      pair.origin,
    ]);
    expect(origins).toEqual([
      ['cpuUsage', 10, 'server'],
      ['memoryUsage', DEFAULT_THRESHOLDS.memoryUsage.healthy, 'default'],
      ['diskSpaceFree', DEFAULT_THRESHOLDS.diskSpaceFree.healthy, 'default'],
      ['latency', 50, 'tenant'],
    ]);
    expect((await api.ask('GET', '/sites/Lyon/thresholds')).json.effective.cpuUsage).toMatchObject({
      healthy: 30,
      origin: 'site',
    });
  });

  it('name the overrides that a revert leaves elsewhere', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01', site: 'Lyon' });
    const slug = await slugOf(api, 'vpn01');
    await api.ask('PUT', '/thresholds', { ...STRICT, latency: { healthy: 1, unhealthy: 2 } }, FIRST);
    await api.ask('PUT', '/sites/Lyon/thresholds', STRICT, FIRST);
    await api.ask('PUT', `/servers/${slug}/thresholds/cpuUsage`, { healthy: 20, unhealthy: 30 }, FIRST);
    const one = await api.ask('DELETE', '/thresholds/cpuUsage', undefined, ifMatch('*'));
    expect(one.json).toMatchObject({ reverted: ['cpuUsage'], own: null, effective: { origin: 'default' } });
    expect(one.json.remaining).toEqual([
      { scope: { kind: 'site', id: 'Lyon', slug: expect.stringMatching(/^lyon-[0-9a-f]{8}$/) }, metrics: ['cpuUsage'] },
      { scope: { kind: 'server', id: 'vpn01', slug }, metrics: ['cpuUsage'] },
    ]);
    const all = await api.ask('DELETE', `/servers/${slug}/thresholds`, undefined, ifMatch('*'));
    expect(all.json).toMatchObject({ reverted: ['cpuUsage'], own: {}, effective: { cpuUsage: { origin: 'site' } } });
    expect(all.json.remaining.map(({ scope }: { scope: { kind: string } }) => scope.kind)).toEqual(['tenant', 'site']);
  });

  it.each([['Lyon'], ['Zürich / Süd'], ['..'], ['50%'], ['本社'], ['constructor']])(
    'take the site %s by name and by slug',
    async (site) => {
      const api = world();
      await checkIn(api, { hostname: 'vpn01', site });
      const [{ id, slug }] = (await api.ask('GET', '/sites')).json.items;
      expect(id).toBe(site);
      expect(slug).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
      expect((await api.ask('GET', `/sites/${slug}/thresholds`)).json.scope).toEqual({ kind: 'site', id: site, slug });
      // A path of two dots is no path.
      if (site === '..') return;
      expect((await api.ask('GET', `/sites/${encodeURIComponent(site)}/thresholds`)).json.scope.id).toBe(site);
    },
  );
});

describe('the audit trail', () => {
  it('says who changed what when, newest first, by pages', async () => {
    const api = world();
    await api.ask(
      'PUT',
      '/thresholds/latency',
      { healthy: 1, unhealthy: 2 },
      { ...FIRST, principal: 'ada@contoso.com' },
    );
    api.now += MINUTE;
    await api.ask('DELETE', '/thresholds', undefined, { ...ifMatch('*'), principal: 'grace@contoso.com' });
    const first = await api.ask('GET', '/thresholds/history?limit=1');
    expect(first.json.items).toEqual([
      {
        revision: 2,
        at: '2026-11-22T09:01:00.000Z',
        who: 'grace@contoso.com',
        scope: { kind: 'tenant', id: null, slug: null },
        before: { latency: { healthy: 1, unhealthy: 2 } },
        after: {},
      },
    ]);
    const second = await api.ask('GET', `/thresholds/history?limit=1&cursor=${first.json.next}`);
    expect(second.json).toMatchObject({ items: [{ revision: 1, who: 'ada@contoso.com', before: {} }], next: null });
  });

  it('has nothing of a save that changes nothing', async () => {
    const api = world();
    const { headers } = await api.ask('PUT', '/thresholds', STRICT, FIRST);
    const again = await api.ask('PUT', '/thresholds', STRICT, ifMatch(headers['etag']));
    expect(again.headers['etag']).toBe(headers['etag']);
    expect((await api.ask('GET', '/thresholds/history')).json.items).toHaveLength(1);
  });
});

describe('a saved threshold', () => {
  it('changes the states and the alerts of one server at once, with no new check-in', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01', cpuUsage: 20 });
    api.now += MINUTE;
    await checkIn(api, { hostname: 'vpn01', cpuUsage: 20 });
    api.now += MINUTE;
    const slug = await slugOf(api, 'vpn01');
    const cpu = async () =>
      (await api.ask('GET', `/servers/${slug}`)).json.checks.find(({ id }: { id: string }) => id === 'cpuUsage');
    expect(await cpu()).toMatchObject({ state: 'healthy', threshold: '<= 95' });
    await api.ask('PUT', `/servers/${slug}/thresholds`, STRICT, FIRST);
    expect(await cpu()).toMatchObject({ state: 'unhealthy', threshold: '>= 15', value: 20 });
    const open = async () => (await api.ask('GET', '/alerts?state=open&rule=server.health')).json.items;
    expect(await open()).toMatchObject([
      { state: 'firing', severity: 'critical', startsAt: '2026-11-22T09:02:00.000Z' },
    ]);
    await api.ask('DELETE', `/servers/${slug}/thresholds`, undefined, ifMatch('*'));
    expect(await cpu()).toMatchObject({ state: 'healthy', threshold: '<= 95' });
    expect(await open()).toEqual([]);
  });

  it('changes the states of a thousand servers at once, and leaves their alerts to the queue', async () => {
    const api = world();
    const names = Array.from({ length: 1_000 }, (_, n) => `vpn${String(n).padStart(4, '0')}`);
    await checkIn(
      api,
      ...names.map((hostname, n) => ({ hostname, site: n % 2 === 0 ? 'Lyon' : 'Seoul', cpuUsage: 20 })),
    );
    const states = async () => {
      const { items } = (await api.ask('GET', '/servers')).json;
      return Map.groupBy<string, { state: string }>(items, ({ state }) => state);
    };
    expect((await states()).get('healthy')).toHaveLength(1_000);
    api.wakeups.take();
    await api.ask('PUT', '/thresholds', STRICT, FIRST);
    expect((await states()).get('unhealthy')).toHaveLength(1_000);
    expect((await api.ask('GET', '/health')).json).toMatchObject({
      state: 'unhealthy',
      servers: { total: 1_000, unhealthy: 1_000 },
    });
    expect((await api.ask('GET', '/sites')).json.items).toMatchObject([
      { servers: { unhealthy: 500 } },
      { servers: { unhealthy: 500 } },
    ]);
    expect(api.wakeups.take()).toEqual([{ kind: 'settings', message: { revision: 1 }, delayMs: 0 }]);
  });

  it('stays saved when spreading it fails', async () => {
    const store = (inner: Store): Store => ({
      ...inner,
      entities: { ...inner.entities, list: () => Promise.reject(new StoreUnavailable('timeout')) },
    });
    const api = world({ store });
    expect((await api.ask('PUT', '/thresholds', STRICT, FIRST)).status).toBe(200);
    expect(api.logged).toContainEqual({
      event: 'thresholds.spread-failed',
      fields: { revision: 1, error: 'StoreUnavailable' },
    });
  });
});

describe('the preview', () => {
  it('says which servers would change from what to what, and saves nothing', async () => {
    const api = world();
    await checkIn(
      api,
      { hostname: 'vpn01', site: 'Lyon', cpuUsage: 12 },
      { hostname: 'vpn02', site: 'Lyon', cpuUsage: 5 },
      { hostname: 'vpn03', site: 'Seoul', cpuUsage: 50 },
    );
    const all = await api.ask('POST', '/thresholds/preview', STRICT);
    expect(all.json).toMatchObject({
      items: [
        {
          id: 'vpn01',
          before: 'healthy',
          after: 'warning',
          checks: [{ id: 'cpuUsage', before: 'healthy', after: 'warning' }],
        },
        { id: 'vpn03', before: 'healthy', after: 'unhealthy' },
      ],
      unchanged: 1,
    });
    const [{ slug }] = all.json.items;
    const site = await api.ask('POST', '/thresholds/preview', { ...STRICT, scope: { site: 'Seoul' } });
    expect(site.json.items.map(({ id }: { id: string }) => id)).toEqual(['vpn03']);
    const server = await api.ask('POST', '/thresholds/preview', { ...STRICT, scope: { server: slug } });
    expect(server.json.items.map(({ id }: { id: string }) => id)).toEqual(['vpn01']);
    expect((await api.ask('GET', '/thresholds')).json.revision).toBe(0);
  });

  it('knows that a more specific scope stands', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01', site: 'Lyon', cpuUsage: 12 });
    await api.ask('PUT', '/sites/Lyon/thresholds', { cpuUsage: { healthy: 60, unhealthy: 70 } }, FIRST);
    expect((await api.ask('POST', '/thresholds/preview', STRICT)).json.items).toEqual([]);
  });

  it.each([
    ['an unknown site', { scope: { site: 'nowhere' } }, 404],
    ['an unknown server', { scope: { server: 'nobody' } }, 404],
    ['a scope of no kind', { scope: { gateway: 'x' } }, 422],
    ['half a pair', { cpuUsage: { healthy: 5 } }, 422],
  ])('refuses %s', async (_, body, status) => {
    expect((await world().ask('POST', '/thresholds/preview', body)).status).toBe(status);
  });

  it('says which scopes there are', async () => {
    const { json } = await world().ask('POST', '/thresholds/preview', { scope: 'site:west' });
    expect(json.errors).toEqual([{ pointer: '/scope', message: 'expected "tenant", {"site": …} or {"server": …}' }]);
  });
});
