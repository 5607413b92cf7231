import type { HttpFunctionOptions } from '@azure/functions';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeAll, expect, it, vi } from 'vitest';
import { ROUTES } from '../../shared/api/routes.ts';

const registered = new Map<string, HttpFunctionOptions>();

beforeAll(async () => {
  const { app } = await import('@azure/functions');
  vi.spyOn(app, 'http').mockImplementation((name, options) => {
    if (registered.has(name)) throw new Error(`two functions are called ${name}`);
    registered.set(name, options);
  });
  await import('../../functions/http.ts');
});

/** Calls a function as the worker would. */
async function call(name: string, init: ConstructorParameters<typeof HttpRequest>[0]) {
  const context = new InvocationContext({ functionName: name, invocationId: '1', logHandler: () => {} });
  const response = await registered.get(name)?.handler(new HttpRequest(init), context);
  if (!response) throw new Error('every function answers');
  return { status: response.status, headers: new Headers(response.headers), body: String(response.body) };
}

it('registers every route once, by a name that the platform takes', () => {
  expect([...registered.values()].map(({ route }) => route).sort()).toEqual(
    [...ROUTES.map(({ path }) => path), '{*path}'].sort(),
  );
  for (const name of registered.keys()) expect(name).toMatch(/^[A-Za-z][\w-]{0,126}$/);
});

it('asks for a key everywhere but at live, and takes every method', () => {
  const open = [...registered.values()].filter(({ authLevel }) => authLevel !== 'function');
  expect(open).toMatchObject([{ route: 'live', authLevel: 'anonymous' }]);
  for (const { methods } of registered.values()) {
    expect(methods).toEqual(['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']);
  }
});

it('uses no route that the platform keeps for itself', () => {
  for (const { route } of registered.values()) expect(route).not.toMatch(/^(admin|runtime)\b/);
});

it('lives without any app setting', async () => {
  const { status, headers, body } = await call('api-live', { method: 'GET', url: 'http://localhost/api/live' });
  expect([status, JSON.parse(body)]).toEqual([200, { status: 'live' }]);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
});

it('says the version of the package', async () => {
  const { body } = await call('api-version', { method: 'GET', url: 'http://localhost/api/version' });
  expect(JSON.parse(body).version).toMatch(/^\d+\.\d+\.\d+$/);
});

it('refuses a method with what is allowed', async () => {
  const { status, headers } = await call('api-thresholds', { method: 'POST', url: 'http://localhost/api/thresholds' });
  expect([status, headers.get('allow')]).toEqual([405, 'GET, PUT, DELETE, HEAD, OPTIONS']);
});

it('answers a path that no route has as a problem, without the key in its query', async () => {
  const { status, body } = await call('api-unknown', {
    method: 'GET',
    url: 'http://localhost/api/nothing?code=the-key',
  });
  expect(JSON.parse(body)).toMatchObject({
    status,
    type: 'urn:tunnelwatch:problem:not-found',
    instance: '/api/nothing',
  });
  expect(body).not.toContain('the-key');
});

it('hands over body, parameters and query as they came', async () => {
  const { status, body } = await call('api-thresholds-metric', {
    method: 'PUT',
    url: 'http://localhost/api/thresholds/latency',
    params: { metric: 'latency' },
    headers: { 'content-type': 'application/json' },
    body: { string: '{"healthy":5}' },
  });
  expect([status, JSON.parse(body).errors]).toMatchObject([422, [{ pointer: '/unhealthy' }]]);
});
