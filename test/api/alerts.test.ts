import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../shared/model/time.ts';
import { turnClock } from '../../shared/pipeline/clock.ts';
import { checkIn, GATEWAY, tunnelEvent } from './check-ins.ts';
import { type World, world } from './client.ts';

/** Two tunnels down, one of them up again, and a server offline that has a full disk. */
async function incident(): Promise<World> {
  const api = world();
  await checkIn(api, { hostname: 'vpn01', diskSpaceFree: 1 });
  await tunnelEvent(api, 'connected', '203.0.113.1');
  await tunnelEvent(api, 'connected', '203.0.113.2');
  api.now += MINUTE;
  await checkIn(api, { hostname: 'vpn01', diskSpaceFree: 1 });
  await tunnelEvent(api, 'disconnected', '203.0.113.1');
  api.now += MINUTE;
  await tunnelEvent(api, 'disconnected', '203.0.113.2');
  api.now += 10 * MINUTE;
  await turnClock(api.pipeline);
  await tunnelEvent(api, 'connected', '203.0.113.1');
  return api;
}

const rules = (reply: { json: { items: { rule: string }[] } }) => reply.json.items.map(({ rule }) => rule).sort();

it('are listed newest first, in full', async () => {
  const { items, next } = (await (await incident()).ask('GET', '/alerts')).json;
  const starts = items.map(({ startsAt }: { startsAt: string }) => startsAt);
  expect(starts).toEqual([...starts].sort().reverse());
  expect(next).toBeNull();
  const resolved = items.find(
    ({ rule, state }: { rule: string; state: string }) => rule === 'tunnel.down' && state === 'resolved',
  );
  expect(resolved).toMatchObject({
    entity: { kind: 'tunnel', id: `${GATEWAY}|203.0.113.1` },
    severity: 'critical',
    startsAt: '2026-11-22T09:01:00.000Z',
    endsAt: '2026-11-22T09:12:00.000Z',
    labels: { gateway: GATEWAY, remoteIp: '203.0.113.1' },
    annotations: { summary: expect.any(String), cause: expect.any(String), remedy: expect.any(String) },
    evidence: expect.arrayContaining([{ source: 'test', line: 1, byte: 0 }]),
  });
});

describe('can be asked for by', () => {
  it.each([
    ['state', 'state=resolved', ['tunnel.down']],
    ['being open', 'state=open', ['server.health', 'server.offline', 'tunnel.down']],
    ['rule', 'rule=server.offline', ['server.offline']],
    ['severity', 'severity=warning', []],
    ['start', 'from=2026-11-22T09:02:00Z', ['tunnel.down']],
    ['start in another zone', 'from=2026-11-22T18:02:00%2B09:00', ['tunnel.down']],
    ['end of the span', 'rule=tunnel.down&to=2026-11-22T09:02:00Z', ['tunnel.down']],
    ['a span of days', 'from=2026-11-22&to=2026-11-23&rule=tunnel.down', ['tunnel.down', 'tunnel.down']],
    ['a rule that has none', 'rule=tunnel.flapping', []],
  ])('%s', async (_, query, expected) => {
    expect(rules(await (await incident()).ask('GET', `/alerts?${query}`))).toEqual(expected);
  });

  it('gateway, its tunnels included, and server', async () => {
    const api = await incident();
    const [gateway] = (await api.ask('GET', '/gateways')).json.items;
    const [server] = (await api.ask('GET', '/servers')).json.items;
    expect(rules(await api.ask('GET', `/alerts?gateway=${gateway.slug}`))).toEqual(['tunnel.down', 'tunnel.down']);
    expect(rules(await api.ask('GET', `/alerts?server=${server.slug}`))).toEqual(['server.health', 'server.offline']);
    expect(rules(await api.ask('GET', `/alerts?server=${server.slug}&gateway=${gateway.slug}`))).toEqual([]);
  });
});

describe('pages', () => {
  it('have every alert once, whatever their size and the filter', async () => {
    const api = await incident();
    const [gateway] = (await api.ask('GET', '/gateways')).json.items;
    for (const [filter, total] of [
      ['', 4],
      [`&gateway=${gateway.slug}`, 2],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const reply = await api.ask('GET', `/alerts?limit=1${filter}${cursor && `&cursor=${cursor}`}`);
        seen.push(...reply.json.items.map(({ id }: { id: string }) => id));
        cursor = reply.json.next;
      }
      expect(new Set(seen).size).toBe(total);
      expect(seen).toHaveLength(total);
    }
  });

  it.each([
    ['cut off', (cursor: string) => cursor.slice(0, -1)],
    ['altered', (cursor: string) => `A${cursor.slice(1)}`],
    ['made up', () => 'bm90aGluZw'],
    ['made up, in two parts', () => 'bm90aGluZw.000000000000'],
    ['with something behind it', (cursor: string) => `${cursor}.x`],
    ['empty', () => ''],
  ])('refuse a cursor that is %s', async (_, tamper) => {
    const api = await incident();
    const { next } = (await api.ask('GET', '/alerts?limit=1')).json;
    const reply = await api.ask('GET', `/alerts?limit=1&cursor=${encodeURIComponent(tamper(next))}`);
    expect(reply.json).toMatchObject({
      status: 400,
      type: 'urn:tunnelwatch:problem:bad-cursor',
      errors: [{ parameter: 'cursor' }],
    });
  });

  it('refuse a cursor of other filters, or of another list', async () => {
    const api = await incident();
    const { next } = (await api.ask('GET', '/alerts?limit=1')).json;
    expect((await api.ask('GET', `/alerts?limit=1&state=open&cursor=${next}`)).status).toBe(400);
    expect((await api.ask('GET', `/servers?cursor=${next}`)).status).toBe(400);
    expect((await api.ask('GET', `/alerts?limit=2&cursor=${next}`)).status).toBe(200);
  });
});

it('one says what receivers were told of it', async () => {
  const api = world();
  const receiver = { url: 'http://127.0.0.1:9/hook', secrets: [{ setting: 'SECRET' }] };
  await api.ask('PUT', '/receivers/on-call', receiver);
  await checkIn(api, { hostname: 'vpn01' });
  api.now += 6 * MINUTE;
  await turnClock(api.pipeline, api.now);
  const [{ id }] = (await api.ask('GET', '/alerts?rule=server.offline')).json.items;
  const { json } = await api.ask('GET', `/alerts/${id}`);
  expect(json).toMatchObject({ id, rule: 'server.offline', state: 'firing' });
  expect(json.notifications).toMatchObject([{ receiver: 'on-call', reason: 'first', state: 'owed' }]);
  expect(JSON.stringify(json)).not.toContain('hook');
});
