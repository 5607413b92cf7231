import { createHmac, timingSafeEqual } from 'node:crypto';
import { fail, ok, type Result } from '../model/result.ts';
import { type Millis, SECOND } from '../model/time.ts';

/** How far a receiver lets `webhook-timestamp` be from its clock (the scheme's advice). */
const TOLERANCE_MS = 300 * SECOND;
const SECRET_PREFIX = 'whsec_';

/** The bytes that are signed, and what identifies them. `body` is exactly what goes over the wire. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since 1970 of this attempt. */
  readonly timestamp: number;
  readonly body: string;
}

/** Reads `whsec_` and base64 of 24 to 64 bytes. Fails with `secret-invalid`; the message never quotes the secret. */
export function parseSecret(text: string): Result<Buffer> {
  const base64 = text.startsWith(SECRET_PREFIX) ? text.slice(SECRET_PREFIX.length) : '';
  const key = Buffer.from(base64, 'base64');
  // Buffer skips what is no base64; encoding back shows whether it did.
  const isExact = key.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  return isExact && key.length >= 24 && key.length <= 64
    ? ok(key)
    : fail('secret-invalid', 'expected whsec_ and base64 of 24 to 64 bytes');
}

/** The value of `webhook-signature`: one `v1,<base64>` per key, separated by blanks (Standard Webhooks, symmetric scheme). */
export const sign = (message: SignedMessage, keys: readonly Buffer[]): string =>
  keys.map((key) => `v1,${digest(message, key).toString('base64')}`).join(' ');

/**
 * The headers of one attempt: the id stays over attempts, the timestamp is the attempt's own. Without keys the message goes
 * unsigned, and carries the id all the same so that the receiver can dedupe.
 */
export function webhookHeaders(
  id: string,
  now: Millis,
  body: string,
  keys: readonly Buffer[],
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(now / SECOND);
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp) };
  return keys.length === 0 ? headers : { ...headers, 'webhook-signature': sign({ id, timestamp, body }, keys) };
}

/**
 * What a receiver does: true when one of the signatures fits one of the keys and the timestamp is within five minutes of `now`.
 * Header names in lower case, as Node gives them.
 */
export function verify(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  keys: readonly Buffer[],
  now: Millis,
): boolean {
  const [id, stamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name]);
  if (typeof id !== 'string' || typeof stamp !== 'string' || typeof signatures !== 'string') return false;
  if (!/^\d{1,12}$/.test(stamp) || Math.abs(now - Number(stamp) * SECOND) > TOLERANCE_MS) return false;
  const expected = keys.map((key) => digest({ id, timestamp: Number(stamp), body }, key));
  const given = signatures.split(' ').filter((part) => part.startsWith('v1,'));
  return given.some((part) => expected.some((mac) => isSame(mac, part.slice(3))));
}

function digest({ id, timestamp, body }: SignedMessage, key: Buffer): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
}

function isSame(mac: Buffer, base64: string): boolean {
  const expected = Buffer.from(mac.toString('base64'));
  const given = Buffer.from(base64);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
