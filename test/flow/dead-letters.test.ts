import { expect, it } from 'vitest';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { replayDeadLetters } from '../../shared/pipeline/replay.ts';
import { tunnelRecord } from './synthetic.ts';
import { World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);

it('what cannot be read is kept with its place and raw bytes, takes no neighbour with it, and stays after a replay', async () => {
  const world = new World(T0);
  const good = tunnelRecord(T0, 'Disconnected', '203.0.113.1', 0).line;
  await world.upload('contoso/mixed.json', `${good}\n{"time": broken\n${good.replace('203.0.113.1', '203.0.113.2')}\n`);
  await world.pump();
  expect((await world.store.entities.list('tunnel')).items).toHaveLength(2);

  const { items } = await world.store.deadLetters.list();
  expect(items.map(({ source, count, reason }) => [source, count, reason])).toEqual([
    ['uploads/contoso/mixed.json', 1, 'invalid-json'],
  ]);
  const id = items[0]?.id ?? '';
  const [letter] = (await world.store.deadLetters.get(id)) ?? [];
  expect([letter?.line, letter?.byte]).toEqual([2, good.length + 1]);
  expect(Buffer.from(letter?.raw ?? '', 'base64').toString()).toBe('{"time": broken');

  expect(await replayDeadLetters(world.pipeline, id)).toEqual({ records: 0, facts: 0, stillRejected: 1 });
  expect(await world.store.deadLetters.get(id)).toHaveLength(1);
  expect(await replayDeadLetters(world.pipeline, 'no-such')).toBeUndefined();
});

it('a replay of what can be read by now goes the way of every record', async () => {
  const world = new World(T0 + MINUTE);
  const raw = Buffer.from(tunnelRecord(T0, 'Disconnected', '203.0.113.1', 0).line).toString('base64');
  const id = await world.store.deadLetters.put('uploads/a.json', 0, [
    {
      source: 'uploads/a.json',
      line: 1,
      byte: 0,
      reason: 'internal-error',
      detail: '',
      at: T0,
      raw,
      context: { route: 'uploads' },
    },
  ]);
  expect(await replayDeadLetters(world.pipeline, id)).toEqual({ records: 1, facts: 1, stillRejected: 0 });
  expect(await world.store.deadLetters.get(id)).toBeUndefined();
  expect((await world.store.entities.list('tunnel')).items).toHaveLength(1);
});
