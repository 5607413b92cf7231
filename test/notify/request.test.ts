import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../shared/model/time.ts';
import { deliver } from '../../shared/notify/deliver.ts';
import { requestFor } from '../../shared/notify/request.ts';
import { localReceiver } from './local-receiver.ts';
import { alertOf, NOW, notificationFor, receiverOf, SECRET } from './sample.ts';

const settings = (name: string) => ({ ON_CALL_SECRET: SECRET, BAD: 'whsec_short' })[name];
const notification = notificationFor(alertOf());

describe('requestFor', () => {
  it('makes what a receiver accepts with the reference library, sent as it is', async () => {
    const receiver = await localReceiver((_request, response) => response.writeHead(204).end());
    const now = Date.now();
    const request = requestFor(notification, receiverOf({ url: receiver.url }), now, settings);
    if (!request.ok) throw new Error('expected a request');
    expect(await deliver(request.value, { allowLocal: true, now })).toEqual({ outcome: 'ok', status: 204 });
    const [got] = receiver.requests;
    const payload = new Webhook(SECRET).verify(got!.body, got!.headers as Record<string, string>);
    expect(payload).toMatchObject({ type: 'alert.firing', data: { id: '5f0c1f7b' } });
    expect(got!.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('keeps id and body over attempts, with a timestamp of their own', () => {
    const [first, second] = [NOW, NOW + MINUTE].map((now) => requestFor(notification, receiverOf(), now, settings));
    if (!first?.ok || !second?.ok) throw new Error('expected requests');
    expect(second.value.body).toBe(first.value.body);
    expect(second.value.headers['webhook-id']).toBe(first.value.headers['webhook-id']);
    expect(second.value.headers['webhook-timestamp']).toBe(String((NOW + MINUTE) / 1000));
    expect(second.value.headers['webhook-signature']).not.toBe(first.value.headers['webhook-signature']);
  });

  it.each([
    ['a setting that is not there', { secrets: [{ setting: 'NOWHERE' }] }, 'secret-missing', /NOWHERE/],
    [
      'a setting that holds no secret',
      { secrets: [{ setting: 'BAD' }] },
      'secret-invalid',
      /^app setting BAD: expected/,
    ],
    [
      'a secret that has ended',
      { secrets: [{ setting: 'ON_CALL_SECRET', notAfter: new Date(NOW - 1).toISOString() }] },
      'secret-missing',
      /in force/,
    ],
  ])('sends nothing unsigned: %s', (_name, receiver, code, message) => {
    const request = requestFor(notification, receiverOf(receiver), NOW, settings);
    expect(request).toMatchObject({ ok: false, error: { code } });
    if (!request.ok) expect(request.error.message).toMatch(message);
    expect(JSON.stringify(request)).not.toContain('whsec_short');
  });

  it('says so when a stored receiver names a format that is gone', () => {
    const request = requestFor(notification, { ...receiverOf(), format: 'fax' }, NOW, settings);
    expect(request).toMatchObject({ ok: false, error: { code: 'format-unknown' } });
  });
});
