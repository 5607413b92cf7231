import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { parseSecret, verify } from '../../shared/notify/sign.ts';
import { RECEIVERS } from '../../shared/pipeline/create.ts';
import { tunnelRecord } from './synthetic.ts';
import { World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly reason: string;
  readonly verified: boolean;
}

/** A receiver that answers with the given status codes in turn, then 200. */
async function receiver(world: World, statuses: number[] = []): Promise<Heard[]> {
  const heard: Heard[] = [];
  const key = parseSecret(world.pipeline.readSetting('ANY') ?? '');
  if (!key.ok) throw new Error('the secret of the test is not one');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const body = JSON.parse(text) as { type: string; data: { reason: string } };
      const verified = verify(headers, text, [key.value], world.now);
      heard.push({ id: headers['webhook-id'] ?? '', type: body.type, reason: body.data.reason, verified });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const body = { id: 'oncall', url: `http://127.0.0.1:${port}/hook`, secrets: [{ setting: 'SECRET' }] };
  await world.store.documents.put(RECEIVERS, 'oncall', body);
  return heard;
}

const ip = '203.0.113.1';

it('a tunnel that goes down and comes back is told twice, in order, signed', async () => {
  const world = new World(T0);
  const heard = await receiver(world);
  await world.upload(
    'a.json',
    `${tunnelRecord(T0 - MINUTE, 'Connected', ip, 0).line}\n${tunnelRecord(T0, 'Disconnected', ip, 0).line}`,
  );
  await world.pump();
  await world.advanceTo(T0 + 4 * MINUTE);
  expect(heard).toEqual([]);
  await world.advanceTo(T0 + 8 * MINUTE);
  expect(heard.map(({ type, reason, verified }) => [type, reason, verified])).toEqual([
    ['alert.firing', 'first', true],
  ]);

  await world.upload('b.json', tunnelRecord(world.now, 'Connected', ip, 0).line);
  await world.pump();
  await world.advanceTo(world.now + 5 * MINUTE);
  expect(heard.map(({ reason }) => reason)).toEqual(['first', 'resolved']);
  expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
});

it('a receiver that fails is tried again with the same id, and its resolve waits for its turn', async () => {
  const world = new World(T0);
  const heard = await receiver(world, [500, 503]);
  await world.upload('a.json', tunnelRecord(T0, 'Disconnected', ip, 0).line);
  await world.pump();
  await world.advanceTo(T0 + 6 * MINUTE);
  await world.upload('b.json', tunnelRecord(world.now, 'Connected', ip, 0).line);
  await world.pump();
  await world.advanceTo(world.now + 20 * MINUTE);
  expect(heard.map(({ reason }) => reason)).toEqual(['first', 'first', 'first', 'resolved']);
  expect(new Set(heard.slice(0, 3).map(({ id }) => id)).size).toBe(1);
});

it('a connect that comes late disproves what was told, and says so', async () => {
  const world = new World(T0);
  const heard = await receiver(world);
  await world.upload('a.json', tunnelRecord(T0, 'Disconnected', ip, 0).line);
  await world.pump();
  await world.advanceTo(T0 + 10 * MINUTE);
  await world.upload('late.json', tunnelRecord(T0 + 30_000, 'Connected', ip, 1).line);
  await world.pump();
  await world.advanceTo(world.now + 3 * MINUTE);
  expect(heard.map(({ reason }) => reason).sort()).toEqual(['disproved', 'first', 'first']);
  const alerts = await world.alerts();
  expect(alerts.map(({ rule, state, endedBy }) => [rule, state, endedBy]).sort()).toEqual([
    ['tunnel.down', 'resolved', 'disproved'],
    ['tunnel.failover', 'resolved', 'event'],
  ]);
});

it('an old bundle pages nobody', async () => {
  const world = new World(T0);
  const heard = await receiver(world);
  const old = T0 - 30 * 24 * 60 * MINUTE;
  await world.upload('bundle.json', tunnelRecord(old, 'Disconnected', ip, 0).line);
  await world.pump();
  await world.advanceTo(T0 + 30 * MINUTE);
  expect(heard).toEqual([]);
  const { items } = await world.store.entities.list('tunnel');
  expect(items.map(({ about }) => [about['state'], about['detail']])).toEqual([['unknown', 'historical']]);
});
