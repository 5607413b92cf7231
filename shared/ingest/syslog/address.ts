import { isIP } from 'node:net';

export interface Endpoint {
  readonly address: string;
  readonly port: number | null;
}

/** Splits `ip:port` and `[ip]:port` on the last colon; a bare address has no port. */
export function splitEndpoint(text: string): Endpoint {
  const bracket = text.lastIndexOf(']');
  const colon = text.lastIndexOf(':');
  const bare = bracket < 0 && colon !== text.indexOf(':') && isIP(text) === 6;
  if (colon <= bracket || bare) return { address: withoutBrackets(text), port: null };
  const port = Number(text.slice(colon + 1));
  return { address: withoutBrackets(text.slice(0, colon)), port: Number.isInteger(port) && port >= 0 ? port : null };
}

const withoutBrackets = (text: string): string =>
  text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;

/** Is it an IP address, in brackets or not? */
export const isAddress = (text: string): boolean => isIP(withoutBrackets(text)) !== 0;
