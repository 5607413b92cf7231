import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { parseSecret, sign, verify, webhookHeaders } from '../../shared/notify/sign.ts';
import { SECRET } from './sample.ts';

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;
const keyOf = (secret: string): Buffer => {
  const key = parseSecret(secret);
  if (!key.ok) throw new Error('expected a good secret');
  return key.value;
};
const KEY = keyOf(SECRET);
const OTHER = keyOf(secretOf(new Uint8Array(24).fill(9)));
const AT = 1_800_000_000;

const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(secretOf);
const ids = fc.stringMatching(/^[a-z0-9-]{1,40}$/);

describe('sign', () => {
  it('gives what the reference library gives', () => {
    fc.assert(
      fc.property(
        secrets,
        ids,
        fc.integer({ min: 0, max: 4_102_444_800 }),
        fc.string({ unit: 'grapheme' }),
        (secret, id, timestamp, body) => {
          const expected = new Webhook(secret).sign(id, new Date(timestamp * 1000), body);
          expect(sign({ id, timestamp, body }, [keyOf(secret)])).toBe(expected);
        },
      ),
    );
  });

  it('is accepted by the reference library with either secret of a rotation', () => {
    const body = '{"type":"alert.firing"}';
    const headers = { ...webhookHeaders('a-first-1', Date.now(), body, [KEY, OTHER]) };
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const key of [KEY, OTHER]) {
      expect(new Webhook(secretOf(key)).verify(body, headers)).toEqual({ type: 'alert.firing' });
    }
  });

  it('leaves the signature out without a key, and keeps the id', () => {
    expect(webhookHeaders('a-first-1', AT * 1000 + 999, '', [])).toEqual({
      'webhook-id': 'a-first-1',
      'webhook-timestamp': String(AT),
    });
  });
});

describe('verify', () => {
  it('accepts what was signed and no flipped bit of id, timestamp, body or signature', () => {
    const parts = fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'body');
    fc.assert(
      fc.property(
        ids,
        fc.string({ minLength: 1, unit: 'binary-ascii' }),
        parts,
        fc.nat(),
        fc.nat(6),
        (id, body, part, at, bit) => {
          const sent: Record<string, string> = { ...webhookHeaders(id, AT * 1000, body, [KEY]), body };
          expect(verify(sent, body, [KEY], AT * 1000)).toBe(true);
          const bytes = Buffer.from(sent[part]!);
          bytes[at % bytes.length]! ^= 1 << bit;
          const changed = { ...sent, [part]: bytes.toString() };
          expect(verify(changed, changed['body']!, [KEY], AT * 1000)).toBe(false);
        },
      ),
    );
  });

  const signed = webhookHeaders('a-first-1', AT * 1000, 'x', [KEY]);
  it.each([
    ['either key of the receiver', signed, [OTHER, KEY], AT, true],
    ['five minutes early', signed, [KEY], AT - 300, true],
    ['five minutes late', signed, [KEY], AT + 300, true],
    ['too early', signed, [KEY], AT - 301, false],
    ['too late: a replay', signed, [KEY], AT + 301, false],
    ['another key', signed, [OTHER], AT, false],
    ['no key', signed, [], AT, false],
    ['no signature', { ...signed, 'webhook-signature': undefined }, [KEY], AT, false],
    ['two headers', { ...signed, 'webhook-signature': ['a', 'b'] }, [KEY], AT, false],
    [
      'a scheme it does not know',
      { ...signed, 'webhook-signature': signed['webhook-signature']!.replace('v1', 'v2') },
      [KEY],
      AT,
      false,
    ],
    ['a timestamp that is no number', { ...signed, 'webhook-timestamp': '1e9' }, [KEY], AT, false],
  ])('%s', (_name, headers, keys, at, expected) => {
    expect(verify(headers, 'x', keys, at * 1000)).toBe(expected);
  });
});

describe('parseSecret', () => {
  const base64 = (length: number): string => Buffer.alloc(length, 200).toString('base64');
  it.each([
    ['24 bytes', `whsec_${base64(24)}`, true],
    ['64 bytes', `whsec_${base64(64)}`, true],
    ['without padding', `whsec_${base64(25).replace(/=+$/, '')}`, true],
    ['23 bytes', `whsec_${base64(23)}`, false],
    ['65 bytes', `whsec_${base64(65)}`, false],
    ['no prefix', base64(32), false],
    ['another prefix', `whsk_${base64(32)}`, false],
    ['not base64', `whsec_${'!'.repeat(40)}`, false],
    ['a stray character', `whsec_${base64(24)}$`, false],
    ['empty', '', false],
  ])('%s', (_name, text, isGood) => {
    const secret = parseSecret(text);
    expect(secret.ok).toBe(isGood);
    if (!secret.ok)
      expect(secret.error).toEqual({ code: 'secret-invalid', message: 'expected whsec_ and base64 of 24 to 64 bytes' });
  });
});
