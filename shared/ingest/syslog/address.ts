import { isIP } from 'node:net';

const POINT = 0x2e;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

export interface Endpoint {
  readonly address: string;
  readonly port: number | null;
}

/** Splits `ip:port` and `[ip]:port` on the last colon; a bare address has no port. */
export function splitEndpoint(text: string): Endpoint {
  const first = text.indexOf(':');
  const simple = first < 0 || text.indexOf(':', first + 1) < 0;
  if (simple && text.charCodeAt(0) !== OPEN_BRACKET && text.charCodeAt(text.length - 1) !== CLOSE_BRACKET) {
    return first < 0
      ? { address: text, port: null }
      : { address: text.slice(0, first), port: portOf(text.slice(first + 1)) };
  }
  const bracket = text.lastIndexOf(']');
  const colon = text.lastIndexOf(':');
  const bare = bracket < 0 && colon !== text.indexOf(':') && isIP(text) === 6;
  if (colon <= bracket || bare) return { address: withoutBrackets(text), port: null };
  return { address: withoutBrackets(text.slice(0, colon)), port: portOf(text.slice(colon + 1)) };
}

function portOf(text: string): number | null {
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 ? port : null;
}

const withoutBrackets = (text: string): string =>
  text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;

/** Is it an IP address, in brackets or not? */
export const isAddress = (text: string): boolean =>
  isIpv4(text) || (text.length > 1 && !isWord(text) && isIP(withoutBrackets(text)) !== 0);

/** No address of either version is without a point and a colon. */
const isWord = (text: string): boolean => !text.includes(':') && !text.includes('.');

/** Nearly all are of version 4, and to ask the system costs more than the whole line. */
function isIpv4(text: string): boolean {
  let parts = 1;
  let value = -1;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit >= 0 && digit <= 9 && value !== 0) value = Math.max(value, 0) * 10 + digit;
    else if (digit === POINT - 0x30 && value >= 0) {
      parts++;
      value = -1;
    } else return false;
    if (value > 255) return false;
  }
  return parts === 4 && value >= 0;
}
