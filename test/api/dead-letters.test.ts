import { expect, it } from 'vitest';
import type { DeadLetter } from '../../shared/store/ports.ts';
import { START, type World, world } from './client.ts';

const letter = (text: string, byte = 0): DeadLetter => ({
  source: 'uploads/fw01/a.log',
  line: 7,
  byte,
  reason: 'json-invalid',
  detail: 'expected a JSON object',
  at: START,
  raw: Buffer.from(text).toString('base64'),
  context: { route: 'uploads', logSource: 'uploads/fw01', referenceMs: START },
});

const put = (api: World, byte: number, ...letters: DeadLetter[]) =>
  api.pipeline.store.deadLetters.put('uploads/fw01/a.log', byte, letters);

it('are listed by slice, with pages, and shown with their bytes', async () => {
  const api = world();
  await put(api, 0, letter('{broken'), letter('{again', 8));
  await put(api, 100, letter('{later', 100));
  const first = (await api.ask('GET', '/dead-letters?limit=1')).json;
  expect(first.items).toMatchObject([
    { source: 'uploads/fw01/a.log', count: 2, reason: 'json-invalid', at: '2026-11-22T09:00:00.000Z' },
  ]);
  expect(JSON.stringify(first)).not.toContain(Buffer.from('{broken').toString('base64'));
  const second = (await api.ask('GET', `/dead-letters?limit=1&cursor=${first.next}`)).json;
  expect(second).toMatchObject({ items: [{ count: 1 }], next: null });
  const { slug } = first.items[0];
  const { items } = (await api.ask('GET', `/dead-letters/${slug}`)).json;
  expect(items.map(({ raw }: { raw: string }) => Buffer.from(raw, 'base64').toString())).toEqual(['{broken', '{again']);
  expect(items[0]).not.toHaveProperty('context');
});

it('are read again: what is readable now goes on, the rest stays', async () => {
  const api = world();
  const good = JSON.stringify({ time: '2026-11-22T08:59:00Z', hostname: 'vpn01', diskSpaceFree: 1 });
  const id = await put(api, 0, letter(`${good}\n`), letter('{"time":', 200));
  expect((await api.ask('POST', `/dead-letters/${id}/replay`)).json).toMatchObject({ records: 1, stillRejected: 1 });
  expect((await api.ask('GET', '/servers')).json.items).toMatchObject([{ id: 'vpn01', state: 'unhealthy' }]);
  expect((await api.ask('GET', '/dead-letters')).json.items).toMatchObject([{ count: 1 }]);
});

it('are dropped for good', async () => {
  const api = world();
  const id = await put(api, 0, letter('{broken'));
  expect((await api.ask('DELETE', `/dead-letters/${id}`)).status).toBe(204);
  expect((await api.ask('DELETE', `/dead-letters/${id}`)).status).toBe(404);
});
