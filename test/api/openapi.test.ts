import { expect, it } from 'vitest';
import { openApiOf } from '../../shared/api/openapi.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { world } from './client.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, looked into by the tests
const document = openApiOf(ROUTES, '1.2.3') as any;

it('is served as it is made', async () => {
  expect((await world().ask('GET', '/openapi.json')).json).toEqual(JSON.parse(JSON.stringify(document)));
});

it('has every route with every method, and nothing else', () => {
  const told = Object.entries<object>(document.paths).map(([path, item]) => [
    path,
    Object.keys(item)
      .filter((key) => key !== 'parameters')
      .sort(),
  ]);
  const served = ROUTES.map(({ path, methods }) => [
    `/${path}`,
    Object.keys(methods)
      .map((name) => name.toLowerCase())
      .sort(),
  ]);
  expect(told.sort()).toEqual(served.sort());
});

it('says each operation by a name of its own, with a summary and an answer', () => {
  const operations = Object.values<Record<string, { operationId: string; summary: string; responses: object }>>(
    document.paths,
  )
    .flatMap((item) => Object.values(item))
    .filter((value) => 'operationId' in value);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { operationId, summary, responses } of operations) {
    expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(summary).toMatch(/\.$/);
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
  }
});

it('has what every reference names, and no schema that nothing names', () => {
  const text = JSON.stringify(document);
  const named = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref));
  for (const ref of named) {
    expect(ref).toMatch(/^#\//);
    const found = ref!
      .slice(2)
      .split('/')
      .reduce((at, part) => at?.[part], document);
    expect(found, ref).toBeTypeOf('object');
  }
  for (const name of Object.keys(document.components.schemas)) expect(named).toContain(`#/components/schemas/${name}`);
  expect(text).not.toContain('$defs');
});

it('declares the parameters that a path has', () => {
  for (const [path, item] of Object.entries<{ parameters?: { name: string }[] }>(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect((item.parameters ?? []).map(({ name }) => name)).toEqual(names);
  }
});

it('asks for a key everywhere but where the process says that it lives', () => {
  expect(document.security).toEqual([{ functionKey: [] }]);
  const open = Object.entries<Record<string, { security?: unknown[] }>>(document.paths).filter(
    ([, item]) => item['get']?.security?.length === 0,
  );
  expect(open.map(([path]) => path)).toEqual(['/live']);
});

it('says what a change of thresholds needs and how it can fail', () => {
  const put = document.paths['/thresholds'].put;
  expect(put.parameters.map(({ name }: { name: string }) => name)).toEqual(['If-Match', 'If-None-Match']);
  expect(Object.keys(put.responses)).toEqual(['200', '400', '401', '412', '413', '415', '422', '428', '500', '503']);
  const body = document.components.schemas.PutThresholdsBody;
  expect(body.properties.cpuUsage.properties.healthy).toMatchObject({ type: 'number', minimum: 0, maximum: 100 });
  expect(body.additionalProperties).toBe(false);
});
