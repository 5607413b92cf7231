import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../shared/model/time.ts';
import { localReceiver } from '../notify/local-receiver.ts';
import { checkIn } from './check-ins.ts';
import { type World, world } from './client.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const RECEIVER = {
  url: 'https://user:pass@hooks.contoso.example/services/T0KEN/X9?sig=abc',
  minSeverity: 'warning',
  secrets: [{ setting: 'HOOK_SECRET' }],
};

it('are saved whole and read masked', async () => {
  const api = world();
  const put = await api.ask('PUT', '/receivers/on-call', RECEIVER);
  const shown = {
    id: 'on-call',
    url: 'https://hooks.contoso.example/services/***/***?***',
    format: 'native',
    minSeverity: 'warning',
    matchers: [],
    secrets: [{ setting: 'HOOK_SECRET' }],
    language: 'en',
    enabled: true,
  };
  expect(put.json).toEqual(shown);
  const read = await api.ask('GET', '/receivers/on-call');
  expect(read.json).toEqual(shown);
  expect(read.headers['etag']).toBe(put.headers['etag']);
  expect((await api.ask('GET', '/receivers')).json.items).toEqual([shown]);
  expect((await api.pipeline.receivers())[0]?.url).toBe(RECEIVER.url);
});

it('are known to the pipeline at once, and gone at once', async () => {
  const api = world();
  expect(await api.pipeline.receivers()).toEqual([]);
  await api.ask('PUT', '/receivers/on-call', RECEIVER);
  expect(await api.pipeline.receivers()).toHaveLength(1);
  expect(await api.ask('DELETE', '/receivers/on-call')).toMatchObject({ status: 204, json: undefined });
  expect(await api.pipeline.receivers()).toEqual([]);
  expect((await api.ask('GET', '/receivers/on-call')).status).toBe(404);
});

it.each(['PUT', 'DELETE'])('answer 503 to a %s that others always overtake', async (method) => {
  let isOvertaken = false;
  const api = world({
    store: (store) => ({
      ...store,
      documents: {
        ...store.documents,
        put: async (...write) => (isOvertaken ? 'conflict' : store.documents.put(...write)),
        delete: async (...gone) => (isOvertaken ? 'conflict' : store.documents.delete(...gone)),
      },
    }),
  });
  await api.ask('PUT', '/receivers/on-call', RECEIVER);
  isOvertaken = true;
  const { status } = await api.ask(method, '/receivers/on-call', method === 'PUT' ? RECEIVER : undefined);
  expect(status).toBe(503);
});

it('are told at once of what fires already, when nobody was told of it', async () => {
  const api = world();
  await checkIn(api, { hostname: 'full', diskSpaceFree: 1 });
  api.now += MINUTE;
  await checkIn(api, { hostname: 'full', diskSpaceFree: 1 });
  const [alert] = (await api.ask('GET', '/alerts?state=firing')).json.items;
  await api.ask('PUT', '/receivers/asleep', { ...RECEIVER, enabled: false });
  await api.ask('PUT', '/receivers/on-call', RECEIVER);
  await api.ask('PUT', '/receivers/second', RECEIVER);
  const { notifications } = (await api.ask('GET', `/alerts/${alert.id}`)).json;
  expect(notifications).toMatchObject([{ receiver: 'on-call', reason: 'first', state: 'owed' }]);
});

it.each([
  ['an id with capitals', 'On-Call', {}, ['/id']],
  ['a URL of another scheme', 'on-call', { url: 'ftp://contoso.example' }, ['/url']],
  ['a URL without TLS', 'on-call', { url: 'http://hooks.contoso.example' }, ['/url']],
  ['the masked URL that a read gave', 'on-call', { url: 'https://hooks.contoso.example/***' }, ['/url']],
  ['an address that is not public', 'on-call', { url: 'https://10.0.0.1/hook' }, ['/url']],
  ['the address of the cloud’s metadata', 'on-call', { url: 'https://169.254.169.254/metadata' }, ['/url']],
  ['a secret itself', 'on-call', { secrets: [{ setting: SECRET }] }, ['/secrets/0/setting']],
  ['no secret', 'on-call', { secrets: [] }, ['/secrets']],
  ['an unknown format', 'on-call', { format: 'pigeon' }, ['/format']],
  ['an unknown field', 'on-call', { color: 'red' }, ['/color']],
])('are refused with %s', async (_, id, change, pointers) => {
  const api = world({ allowLocalReceivers: false });
  const { status, json } = await api.ask('PUT', `/receivers/${id}`, { ...RECEIVER, ...change });
  expect(status).toBe(422);
  expect(json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  expect(JSON.stringify(json)).not.toContain(SECRET);
  expect((await api.ask('GET', '/receivers')).json.items).toEqual([]);
});

it.each([
  ['PUT', { 'if-match': '"stale"' }, 412],
  ['PUT', { 'if-none-match': '*' }, 412],
  ['PUT', { 'if-match': '*' }, 200],
  ['DELETE', { 'if-match': '"stale"' }, 412],
  ['DELETE', { 'if-match': '*' }, 204],
])('that exist are changed by %s under %j: %d', async (method, headers, status) => {
  const api = world();
  await api.ask('PUT', '/receivers/on-call', RECEIVER);
  expect((await api.ask(method, '/receivers/on-call', RECEIVER, { headers })).status).toBe(status);
});

describe('a test notification', () => {
  const set = async (api: World, url: string) =>
    api.ask('PUT', '/receivers/local', { url, secrets: [{ setting: 'HOOK_SECRET' }] });

  it('arrives now, signed, and says that it is a test', async () => {
    const api = world();
    api.now = Date.now();
    api.settings.set('HOOK_SECRET', SECRET);
    const receiver = await localReceiver((_, response) => response.end());
    await set(api, receiver.url);
    const { json } = await api.ask('POST', '/receivers/local/test');
    expect(json).toEqual({ notification: expect.stringMatching(/^test-/), outcome: 'ok', status: 200, reason: null });
    const [request] = receiver.requests;
    const payload = new Webhook(SECRET).verify(request?.body ?? '', request?.headers as Record<string, string>);
    expect(payload).toMatchObject({ data: { notificationId: json.notification, reason: 'test' } });
  });

  it.each([
    ['the receiver fails', 503, { outcome: 'retry', status: 503, reason: 'http-503' }],
    ['the receiver redirects', 302, { outcome: 'give-up', status: 302, reason: 'redirect-refused' }],
  ])('says so when %s', async (_, status, expected) => {
    const api = world();
    api.settings.set('HOOK_SECRET', SECRET);
    const receiver = await localReceiver((_request, response) =>
      response.writeHead(status, { location: 'http://127.0.0.1/' }).end(),
    );
    await set(api, receiver.url);
    const { json } = await api.ask('POST', '/receivers/local/test');
    expect(json).toMatchObject(expected);
    expect(JSON.stringify([json, api.logged])).not.toContain(receiver.url);
  });

  it('says that its secret is missing', async () => {
    const api = world();
    await set(api, 'http://127.0.0.1:9/hook');
    const { json } = await api.ask('POST', '/receivers/local/test');
    expect(json).toMatchObject({ outcome: 'give-up', reason: 'secret-missing', status: null });
  });
});
