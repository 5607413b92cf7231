import { expect, it } from 'vitest';
import { openCursor } from '../../shared/pipeline/cursor.ts';
import { retain } from '../../shared/pipeline/retention.ts';
import { workCursor } from '../../shared/pipeline/work-cursor.ts';
import { zipOf } from '../ingest/zip-of.ts';
import { type World, world } from './client.ts';

const MONITOR = 'Nov 22 08:40:00 tun-01 mstunnel_monitor[88]: Error executing Checkup\n';
const OCSERV =
  'Nov 22 08:30:00 tun-01 ocserv[1]: main: initialized ocserv 1.1.6\nNov 22 08:50:00 tun-01 ocserv[1]: main[adele]:203.0.113.20:50792 new user session\nodd line 1\n';
const INFO = '{"incidentId":"4711","verbosity":4}';
const BUNDLE = zipOf({
  'agent.log': Buffer.from('Nov 22 08:20:00 tun-01 mstunnel-agent[2]: Reporting check-in\n'),
  'monitor.log': Buffer.from(MONITOR),
  'ocserv.log': Buffer.from(OCSERV),
  'collection.json': Buffer.from(INFO),
});

async function upload(
  api: World,
  name: string,
  bytes: Uint8Array,
  options: Parameters<World['blobs']['put']>[3] = {},
  deadline?: number,
): Promise<void> {
  api.blobs.put('uploads', name, bytes, options);
  const blob = await api.blobs.properties('uploads', name);
  const { cursor } = await openCursor(api.pipeline, blob!);
  for (let slices = 0; slices < 100; slices++) {
    const worked = await workCursor(api.pipeline, cursor.id, deadline);
    if (worked?.cursor.state === 'closed') return;
  }
  throw new Error('the upload was never closed');
}

it('an uploaded bundle is a log set, with a timeline', async () => {
  const api = world();
  await upload(api, 'tun-01/bundle.zip', BUNDLE);
  const { items, next } = (await api.ask('GET', '/log-sets')).json;
  expect(next).toBeNull();
  expect(items).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      slug: items[0].id,
      server: 'tun-01',
      serverSlug: expect.stringMatching(/^tun-01-/),
      incidentId: '4711',
      incidentIdFrom: 'content',
      verbosity: 4,
      verbosityFrom: 'content',
      startsAt: '2026-11-22T08:20:00.000Z',
      endsAt: '2026-11-22T08:50:00.000Z',
      uploadedAt: '2026-11-22T09:00:00.000Z',
      bundles: ['uploads/tun-01/bundle.zip'],
      records: 4,
      byTag: { 'mstunnel-agent': 1, mstunnel_monitor: 1, ocserv: 2 },
      byEvent: { 'server-started': 1, 'session-opened': 1 },
      notUnderstood: { deadLetters: 0, lines: 1, shapes: [{ shape: 'odd line #', count: 1 }] },
    },
  ]);
  const { timeline, ...set } = (await api.ask('GET', `/log-sets/${items[0].id}`)).json;
  expect(set).toEqual(items[0]);
  expect(timeline).toMatchObject([
    { at: '2026-11-22T08:30:00.000Z', what: 'server-started', severity: null, summary: 'ocserv started: 1.1.6' },
    { at: '2026-11-22T08:40:00.000Z', endsAt: null, what: 'mstunnel.podman-checkup-failed', severity: 'warning' },
  ]);
});

it('the blob says more than its content, and its content more than its name', async () => {
  const api = world();
  await upload(api, 'incident-4713_verbosity1.zip', BUNDLE, { metadata: { incidentid: '77', verbosity: '0' } });
  await upload(api, 'incident-4712_verbosity2.log', Buffer.from(MONITOR.replaceAll('tun-01', 'tun-02')));
  const { items } = (await api.ask('GET', '/log-sets')).json;
  expect(items).toMatchObject([
    { server: 'tun-02', incidentId: '4712', incidentIdFrom: 'name', verbosity: 2 },
    { server: 'tun-01', incidentId: '77', incidentIdFrom: 'metadata', verbosity: 0 },
  ]);
  expect((await api.ask('GET', `/log-sets?server=${items[0].serverSlug}`)).json.items).toEqual([items[0]]);
  expect((await api.ask('GET', '/log-sets?server=nobody')).json.items).toEqual([]);
});

it('is counted once however often its slices end', async () => {
  const [whole, sliced] = [world(), world()];
  // More than the bytes of a step.
  const many = Buffer.from(OCSERV + `odd ${'x'.repeat(1_000)}\n`.repeat(10_000) + OCSERV);
  await upload(whole, 'a/ocserv.log', many);
  await upload(sliced, 'a/ocserv.log', many, {}, 0);
  const of = async (api: World) => (await api.ask('GET', '/log-sets')).json.items;
  expect(await of(sliced)).toEqual(await of(whole));
  expect((await of(sliced))[0]).toMatchObject({ records: 4, notUnderstood: { lines: 10_002 } });
});

it('a blob replaced is counted anew; by one that is no set it is gone', async () => {
  const api = world();
  await upload(api, 'b.log', Buffer.from(MONITOR.repeat(3)));
  api.now += 1_000;
  await upload(api, 'b.log', Buffer.from(MONITOR));
  expect((await api.ask('GET', '/log-sets')).json.items).toMatchObject([{ records: 1 }]);
  api.now += 1_000;
  await upload(api, 'b.log', Buffer.from('x\n'));
  expect((await api.ask('GET', '/log-sets')).json.items).toEqual([]);
});

it('other uploads are none, and an unknown id is not found', async () => {
  const api = world();
  await upload(api, 'fw01/user-id.log', Buffer.from('something else\n'));
  await upload(
    api,
    'access.log',
    Buffer.from('Nov 22 08:40:00 tun-01 ocserv-access[9]: ACCESS_LOG,u,d,tcp,169.254.0.2:1,198.51.100.5:80,1,2,3\n'),
  );
  expect((await api.ask('GET', '/log-sets')).json.items).toEqual([]);
  expect((await api.ask('GET', '/log-sets/none')).status).toBe(404);
});

it('is kept for ninety days', async () => {
  const api = world();
  await upload(api, 'b.log', Buffer.from(MONITOR));
  api.now += 89 * 86_400_000;
  await retain(api.pipeline);
  expect((await api.ask('GET', '/log-sets')).json.items.length).toBe(1);
  api.now += 2 * 86_400_000;
  await retain(api.pipeline);
  expect((await api.ask('GET', '/log-sets')).json.items).toEqual([]);
});
