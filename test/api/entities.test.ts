import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import { turnClock } from '../../shared/pipeline/clock.ts';
import { checkIn, GATEWAY, gatewayOperation, tunnelEvent } from './check-ins.ts';
import { START, world } from './client.ts';

describe('with nothing heard yet', () => {
  it.each(['/sites', '/servers', '/gateways', '/certificates', '/alerts', '/sources', '/receivers', '/dead-letters'])(
    '%s is an empty list',
    async (path) => {
      expect((await world().ask('GET', path)).json).toEqual({ items: [], next: null });
    },
  );

  it('health is unknown, not healthy', async () => {
    const { json } = await world().ask('GET', '/health');
    expect(json).toMatchObject({ state: 'unknown', at: '2026-11-22T09:00:00.000Z', servers: { total: 0 } });
  });
});

describe('tunnel servers', () => {
  it('are as bad as their worst check, which the list names', async () => {
    const api = world();
    await checkIn(api, { hostname: 'VPN01.contoso.example', site: 'Lyon', diskSpaceFree: 1, latency: 15 });
    const { items } = (await api.ask('GET', '/servers')).json;
    expect(items).toMatchObject([
      {
        kind: 'tunnel-server',
        id: 'vpn01.contoso.example',
        slug: expect.stringMatching(/^vpn01\.contoso\.example-[0-9a-f]{8}$/),
        site: 'Lyon',
        state: 'unhealthy',
        detail: 'diskSpaceFree',
        live: true,
        lastFactAt: '2026-11-22T09:00:00.000Z',
        worst: [{ id: 'diskSpaceFree', state: 'unhealthy', value: 1, unit: 'GB', threshold: '< 3' }],
      },
    ]);
    const { checks, thresholds } = (await api.ask('GET', `/servers/${items[0].slug}`)).json;
    expect(checks).toHaveLength(17);
    expect(checks.find(({ id }: { id: string }) => id === 'latency')).toMatchObject({ state: 'warning' });
    expect(thresholds.latency).toMatchObject({ healthy: 10, unhealthy: 20, origin: 'default' });
  });

  it('go offline by the clock alone, when read', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01' });
    api.now += 5 * MINUTE;
    expect((await api.ask('GET', '/servers')).json.items).toMatchObject([{ state: 'healthy' }]);
    api.now += 1;
    expect((await api.ask('GET', '/servers')).json.items).toMatchObject([{ state: 'unhealthy', detail: 'offline' }]);
  });

  it('are not called offline while their input waits to be read', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01' });
    const waits = { route: 'uploads/b1', absorbedTo: START + MINUTE, drained: false };
    await api.pipeline.store.documents.put('progress', 'uploads!b1', waits);
    api.now += HOUR;
    expect((await api.ask('GET', '/servers')).json.items).toMatchObject([{ state: 'healthy' }]);
  });

  it('known from old records only are unknown', async () => {
    const api = world();
    const time = new Date(START - 30 * DAY).toISOString();
    await checkIn(api, { hostname: 'vpn01', site: 'Lyon', time, diskSpaceFree: 1 });
    expect((await api.ask('GET', '/servers')).json.items).toMatchObject([
      { state: 'unknown', detail: 'historical', live: false },
    ]);
    expect((await api.ask('GET', '/health')).json).toMatchObject({
      state: 'unknown',
      servers: { total: 1, unknown: 1 },
    });
  });

  it('come in pages', async () => {
    const api = world();
    await checkIn(api, ...['a', 'b', 'c'].map((hostname) => ({ hostname })));
    const first = (await api.ask('GET', '/servers?limit=2')).json;
    const second = (await api.ask('GET', `/servers?limit=2&cursor=${encodeURIComponent(first.next)}`)).json;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(second.next).toBeNull();
  });

  it('that this version cannot read are left out and logged', async () => {
    const api = world();
    await checkIn(api, { hostname: 'vpn01' });
    const entity = { kind: 'tunnel-server', key: 'vpn02' } as const;
    const summary = { entity, slug: 'vpn02-x', about: { written: 'by a later version' } };
    await api.pipeline.store.entities.commit({
      entity,
      etag: undefined,
      head: {},
      alerts: [],
      dropped: [],
      owed: [],
      summary,
    });
    expect((await api.ask('GET', '/servers')).json.items).toHaveLength(1);
    expect((await api.ask('GET', '/servers/vpn02-x')).status).toBe(404);
    expect(api.logged).toContainEqual({ event: 'row.unreadable', fields: { entity: 'tunnel-server!vpn02' } });
  });
});

it('sites are as bad as their worst server, and unknown servers do not count', async () => {
  const api = world();
  const old = new Date(START - 30 * DAY).toISOString();
  await checkIn(
    api,
    { hostname: 'a', site: 'Lyon', cpuUsage: 97 },
    { hostname: 'b', site: 'Lyon' },
    { hostname: 'c', site: 'Seoul' },
    { hostname: 'd', site: 'Seoul', time: old },
    { hostname: 'e' },
  );
  expect((await api.ask('GET', '/sites')).json.items).toMatchObject([
    { id: 'Lyon', state: 'warning', servers: { total: 2, warning: 1, healthy: 1 } },
    { id: 'Seoul', state: 'healthy', servers: { total: 2, unknown: 1 } },
  ]);
});

describe('gateways', () => {
  it('are known by their tunnels alone, and as bad as the worst of them', async () => {
    const api = world();
    await tunnelEvent(api, 'connected', '203.0.113.1');
    await tunnelEvent(api, 'connected', '203.0.113.2');
    api.now += MINUTE;
    await tunnelEvent(api, 'disconnected', '203.0.113.2');
    api.now += 6 * MINUTE;
    await turnClock(api.pipeline);
    const [gateway] = (await api.ask('GET', '/gateways')).json.items;
    expect(gateway).toMatchObject({
      kind: 'gateway',
      id: GATEWAY,
      slug: expect.stringMatching(/^vpngw-contoso-[0-9a-f]{8}$/),
      state: 'unhealthy',
      detail: '1 down, 1 up',
      tunnels: { total: 2, healthy: 1, unhealthy: 1 },
    });
    expect((await api.ask('GET', `/gateways/${gateway.slug}`)).json).toEqual(gateway);
    expect((await api.ask('GET', `/gateways/${gateway.slug}/tunnels`)).json.items).toMatchObject([
      { id: `${GATEWAY}|203.0.113.1`, remoteIp: '203.0.113.1', gateway: GATEWAY, state: 'healthy', detail: 'up' },
      { remoteIp: '203.0.113.2', state: 'unhealthy', detail: 'down', checks: [{ id: 'connection' }] },
    ]);
    expect((await api.ask('GET', '/health')).json).toMatchObject({
      state: 'unhealthy',
      tunnels: { total: 2, unhealthy: 1 },
    });
  });

  it('with records of their own but no tunnel are not called healthy', async () => {
    const api = world();
    await gatewayOperation(api, 'HostMaintenanceEvent', 'Success');
    expect((await api.ask('GET', '/gateways')).json.items).toMatchObject([
      { state: 'unknown', detail: 'no tunnel seen' },
    ]);
  });
});

it('certificates name their server, slot and end of validity', async () => {
  const api = world();
  const notAfter = new Date(START + 5 * DAY).toISOString();
  await checkIn(api, { hostname: 'vpn01', tlsCertificate: { notAfter, thumbprint: 'AB' } });
  expect((await api.ask('GET', '/certificates')).json.items).toMatchObject([
    {
      id: 'vpn01|tls',
      server: 'vpn01',
      slot: 'tls',
      state: 'warning',
      detail: 'expiring',
      checks: [{ value: notAfter }],
    },
  ]);
});
