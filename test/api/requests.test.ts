import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { principalOf } from '../../shared/api/http.ts';
import { MAX_BODY_BYTES } from '../../shared/api/operation.ts';
import { ConfigError } from '../../shared/config.ts';
import { type Store, StoreRefused, StoreUnavailable } from '../../shared/store/ports.ts';
import { world } from './client.ts';

const PAIR = { healthy: 80, unhealthy: 95 };
const FIRST = { headers: { 'if-none-match': '*' } };

describe('a request that cannot be served', () => {
  it.each([
    ['an unknown path', 'GET', '/nothing/here', undefined, {}, 404, 'not-found'],
    ['an unknown metric', 'GET', '/thresholds/connections', undefined, {}, 404, 'not-found'],
    ['an unknown metric, to set', 'PUT', '/thresholds/connections', PAIR, FIRST, 404, 'not-found'],
    ['an unknown server', 'GET', '/servers/nobody-00000000', undefined, {}, 404, 'not-found'],
    ["an unknown server's thresholds", 'PUT', '/servers/nobody/thresholds', {}, FIRST, 404, 'not-found'],
    ['an unknown site', 'GET', '/sites/nowhere/thresholds', undefined, {}, 404, 'not-found'],
    ['an unknown gateway', 'GET', '/gateways/none', undefined, {}, 404, 'not-found'],
    ["an unknown gateway's tunnels", 'GET', '/gateways/none/tunnels', undefined, {}, 404, 'not-found'],
    ['an unknown alert', 'GET', '/alerts/none', undefined, {}, 404, 'not-found'],
    ['an unknown receiver', 'GET', '/receivers/none', undefined, {}, 404, 'not-found'],
    ['an unknown receiver, to test', 'POST', '/receivers/none/test', undefined, {}, 404, 'not-found'],
    ['an unknown receiver, to delete', 'DELETE', '/receivers/none', undefined, {}, 404, 'not-found'],
    ['an unknown source', 'GET', '/sources/uploads~2fnone', undefined, {}, 404, 'not-found'],
    ['an unknown dead letter', 'GET', '/dead-letters/none', undefined, {}, 404, 'not-found'],
    ['an unknown dead letter, to replay', 'POST', '/dead-letters/none/replay', undefined, {}, 404, 'not-found'],
    ['an unknown dead letter, to drop', 'DELETE', '/dead-letters/none', undefined, {}, 404, 'not-found'],
    ['a method that a list does not have', 'POST', '/servers', {}, {}, 405, 'method-not-allowed'],
    ['a method that nothing has', 'PATCH', '/thresholds', {}, {}, 405, 'method-not-allowed'],
    ['a HEAD of what has no GET', 'HEAD', '/thresholds/preview', undefined, {}, 405, 'method-not-allowed'],
    ['a body that is no JSON', 'PUT', '/thresholds', undefined, { ...FIRST, raw: '{"cpuUsage":' }, 400, 'bad-json'],
    [
      'a body that is no UTF-8',
      'PUT',
      '/thresholds',
      undefined,
      { ...FIRST, raw: Buffer.from([34, 255, 34]) },
      400,
      'bad-json',
    ],
    [
      'an empty body',
      'PUT',
      '/thresholds',
      undefined,
      { headers: { 'content-type': 'application/json' } },
      400,
      'bad-json',
    ],
    [
      'a body of another type',
      'PUT',
      '/thresholds',
      {},
      { headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
    ['a body without a type', 'PUT', '/thresholds', undefined, {}, 415, 'unsupported-media-type'],
    [
      'a body that is too large',
      'PUT',
      '/thresholds',
      undefined,
      { raw: ' '.repeat(MAX_BODY_BYTES + 1) },
      413,
      'body-too-large',
    ],
    [
      'a body that says it is too large',
      'PUT',
      '/thresholds',
      {},
      { headers: { 'content-length': '1048577' } },
      413,
      'body-too-large',
    ],
    ['no precondition', 'PUT', '/thresholds', {}, {}, 428, 'precondition-required'],
    ['no precondition for a metric', 'DELETE', '/thresholds/latency', undefined, {}, 428, 'precondition-required'],
    ['a stale tag', 'PUT', '/thresholds', {}, { headers: { 'if-match': '"stale"' } }, 412, 'precondition-failed'],
    ['a weak tag', 'PUT', '/thresholds', {}, { headers: { 'if-match': 'W/"0"' } }, 412, 'precondition-failed'],
    ['an unknown parameter', 'GET', '/alerts?sevrity=critical', undefined, {}, 400, 'bad-query'],
    ['a parameter that is not of its form', 'GET', '/alerts?state=on', undefined, {}, 400, 'bad-query'],
    ['a page without items', 'GET', '/alerts?limit=0', undefined, {}, 400, 'bad-query'],
    ['a page that is too large', 'GET', '/servers?limit=1001', undefined, {}, 400, 'bad-query'],
    ['a time without a zone', 'GET', '/alerts?from=2026-11-22T09:00:00', undefined, {}, 400, 'bad-query'],
    ['a parameter where none is taken', 'GET', '/health?verbose=1', undefined, {}, 400, 'bad-query'],
    ['a gateway that is not known', 'GET', '/alerts?gateway=none', undefined, {}, 400, 'bad-query'],
  ] as const)('%s: %s %s', async (_, method, path, json, options, status, kind) => {
    const reply = await world().ask(method, path, json, options);
    expect(reply.json).toMatchObject({ status, type: `urn:tunnelwatch:problem:${kind}` });
    expect(reply.json.instance).toBe(`/api${path.split('?')[0]}`);
  });

  it('names the methods that a path has', async () => {
    const { headers } = await world().ask('PATCH', '/receivers/one');
    expect(headers['allow']).toBe('GET, PUT, DELETE, HEAD, OPTIONS');
  });

  it('names every wrong field at once, and never quotes a value', async () => {
    const body = { cpuUsage: { healthy: 99, unhealthy: 101 }, disk: {}, latency: { healthy: 'secret-text' } };
    const { status, json } = await world().ask('PUT', '/thresholds', body, FIRST);
    expect(status).toBe(422);
    const pointers = json.errors.map((error: { pointer: string }) => error.pointer).sort();
    expect(pointers).toEqual(['/cpuUsage/unhealthy', '/disk', '/latency/healthy', '/latency/unhealthy']);
    expect(JSON.stringify(json)).not.toContain('secret-text');
  });

  it('names a wrong parameter', async () => {
    const { json } = await world().ask('GET', '/alerts?state=on&limit=5');
    expect(json.errors).toMatchObject([{ parameter: 'state' }]);
    const unknown = await world().ask('GET', '/alerts?sevrity=critical');
    expect(unknown.json.errors).toEqual([{ parameter: 'sevrity', message: 'unknown parameter' }]);
  });

  it('says which media type it takes (RFC 9110, 15.5.16)', async () => {
    const text = { 'if-match': '*', 'content-type': 'text/plain' };
    const { headers } = await world().ask('PUT', '/thresholds', undefined, { raw: '{}', headers: text });
    expect(headers['accept']).toBe('application/json');
  });

  it('keeps a key in the query out of the answer', async () => {
    const { json } = await world().ask('GET', '/nothing?code=the-key');
    expect(JSON.stringify(json)).not.toContain('the-key');
  });
});

describe('a request that can be served', () => {
  it('takes a key in the query, as the platform does', async () => {
    expect((await world().ask('GET', '/version?code=the-key')).json).toEqual({ name: 'tunnelwatch', version: '1.2.3' });
  });

  it('answers HEAD like GET and OPTIONS with what is allowed', async () => {
    const api = world();
    expect(await api.ask('HEAD', '/servers')).toMatchObject({ status: 200 });
    const options = await api.ask('OPTIONS', '/thresholds');
    expect(options).toMatchObject({ status: 204, headers: { allow: 'GET, PUT, DELETE, HEAD, OPTIONS' } });
  });

  it('says what browsers must not do with it', async () => {
    const { headers } = await world().ask('GET', '/health');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

describe('when something is wrong on our side', () => {
  const broken = (error: Error) =>
    world({
      store: (store): Store => ({ ...store, entities: { ...store.entities, list: () => Promise.reject(error) } }),
    });

  it.each([
    ['storage does not answer', new StoreUnavailable('timeout'), 503, 'store-unavailable'],
    ['storage refuses the app', new StoreRefused(403, 'AuthorizationFailure'), 503, 'misconfigured'],
    ['storage refuses for another reason', new StoreRefused(400, 'bad key'), 500, 'internal'],
    ['a bug', new TypeError('reading secret-text of undefined'), 500, 'internal'],
  ])('%s', async (_, error, status, kind) => {
    const api = broken(error);
    const reply = await api.ask('GET', '/servers');
    expect(reply.json).toMatchObject({ status, type: `urn:tunnelwatch:problem:${kind}` });
    expect(JSON.stringify([reply.json, api.logged])).not.toContain('secret-text');
    expect(api.logged.some(({ event }) => event === 'request.failed')).toBe(kind === 'internal');
  });

  it('says when to come back', async () => {
    const { headers } = await broken(new StoreUnavailable('timeout')).ask('GET', '/health');
    expect(headers['retry-after']).toBe('10');
  });

  it('answers in time although storage hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const hangs = { list: () => new Promise<never>(() => {}) };
    const api = world({ store: (store): Store => ({ ...store, entities: { ...store.entities, ...hangs } }) });
    const answer = api.ask('GET', '/servers');
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await answer).json).toMatchObject({ status: 503, type: 'urn:tunnelwatch:problem:store-unavailable' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('names a missing app setting, and is alive all the same', async () => {
    const pipeline = () => Promise.reject(new ConfigError('app settings: TUNNELWATCH_STORAGE: missing'));
    const api = world({ service: { pipeline } });
    const { json } = await api.ask('GET', '/servers');
    expect(json).toMatchObject({ status: 503, type: 'urn:tunnelwatch:problem:misconfigured' });
    expect(json.detail).toContain('TUNNELWATCH_STORAGE');
    for (const path of ['/live', '/version', '/openapi.json']) expect((await api.ask('GET', path)).status).toBe(200);
  });
});

describe('who asks', () => {
  it.each([
    ['the platform named somebody', { 'x-ms-client-principal-name': 'ada@contoso.com' }, true, 'ada@contoso.com'],
    ['the caller wrote the header', { 'x-ms-client-principal-name': 'ada@contoso.com' }, false, 'function key'],
    ['nobody is named', {}, true, 'function key'],
    ['the name is blank', { 'x-ms-client-principal-name': ' ' }, true, 'function key'],
  ])('%s', (_, headers, isAuthenticated, who) => {
    expect(principalOf(new Headers(headers), isAuthenticated)).toBe(who);
  });
});
