import { createHmac, timingSafeEqual } from 'node:crypto';
import { covers, pathOf } from './addresses.ts';

/** The only key of the namespace; it may do everything. */
export const KEY_NAME = 'RootManageSharedAccessKey';

export type TokenVerdict =
  | { readonly isValid: true; readonly expiresAtMs: number }
  | { readonly isValid: false; readonly reason: string };

/**
 * Checks a shared access signature (`SharedAccessSignature sr=…&sig=…&se=…&skn=…`) for an audience: HMAC-SHA256 of `sr\nse`, an expiry
 * in the future, and a resource that the audience lies in.
 */
export function verifyToken(token: string, audience: string, key: string, nowMs: number): TokenVerdict {
  const [, query] = /^SharedAccessSignature (.+)$/.exec(token) ?? [];
  const parts = new Map((query ?? '').split('&').map((part) => splitAtFirst(part, '=')));
  const [resource, signature, expiry] = [parts.get('sr'), parts.get('sig'), parts.get('se')];
  if (resource === undefined || signature === undefined || expiry === undefined || parts.get('skn') !== KEY_NAME)
    return refused(`expected a shared access signature of the key ${KEY_NAME}`);
  const expected = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest('base64');
  if (!isSame(decode(signature), expected)) return refused('the signature does not match');
  const expiresAtMs = Number(expiry) * 1000;
  if (!(expiresAtMs > nowMs)) return refused('the token is expired');
  if (!covers(pathOf(decode(resource)), pathOf(audience))) return refused('the token is for another resource');
  return { isValid: true, expiresAtMs };
}

/** Compares secrets in a time that does not depend on where they differ. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac('sha256', expected).update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

const refused = (reason: string): TokenVerdict => ({ isValid: false, reason });

function splitAtFirst(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
