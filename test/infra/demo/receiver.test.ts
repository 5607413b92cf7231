import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ReceivedNotification, startReceiver } from '../../../infra/local/demo/receiver.ts';
import { webhookHeaders } from '../../../shared/notify/sign.ts';

const key = Buffer.alloc(32, 7);
const data = {
  reason: 'first',
  rule: 'tunnel.down',
  severity: 'critical',
  state: 'firing',
  nature: 'condition',
  startsAt: '2026-11-22T09:00:00.000Z',
  endsAt: null,
  annotations: { summary: 'It is down.' },
};
const body = JSON.stringify({ type: 'alert.firing', data });

async function receiver(port = 0) {
  const notifications: ReceivedNotification[] = [];
  const refusals: string[] = [];
  const running = await startReceiver({
    port,
    key,
    onNotification: (notification) => notifications.push(notification),
    onRefused: (reason) => refusals.push(reason),
  });
  onTestFinished(() => running.stop());
  const post = async (id: string, sent: string, keys = [key]) =>
    (await fetch(running.url, { method: 'POST', headers: webhookHeaders(id, Date.now(), body, keys), body: sent }))
      .status;
  return { running, notifications, refusals, post };
}

describe('the receiver of the demo', () => {
  it('shows what is signed, once per id', async () => {
    const { notifications, refusals, post } = await receiver();
    expect([await post('a', body), await post('a', body), await post('b', body)]).toEqual([204, 204, 204]);
    expect(notifications).toEqual([data, data]);
    expect(refusals).toEqual([]);
  });

  it.each([
    { name: 'another key', sent: body, keys: [Buffer.alloc(32, 8)], status: 401 },
    { name: 'no signature', sent: body, keys: [], status: 401 },
    { name: 'a body that was changed', sent: body.replace('critical', 'warning'), keys: [key], status: 401 },
  ])('refuses $name loudly', async ({ sent, keys, status }) => {
    const { notifications, refusals, post } = await receiver();
    expect(await post('a', sent, keys)).toBe(status);
    expect(notifications).toEqual([]);
    expect(refusals).toEqual(['the signature does not fit']);
  });

  it('refuses more than it needs to read', async () => {
    const { post } = await receiver();
    expect(await post('a', 'x'.repeat(70_000))).toBe(413);
  });

  it('takes a free port where its own is busy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const busy = Object(other.address()).port;
    const { running, post } = await receiver(busy);
    expect(running.port).not.toBe(busy);
    expect(await post('a', body)).toBe(204);
  });
});
