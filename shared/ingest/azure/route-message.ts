import { isIP } from 'node:net';
import { addressOf } from './address.ts';

/** What a message of RouteDiagnosticLog says of peers and routes, as far as it can be told. */
export interface RouteMessage {
  /** Address of the BGP peer; null when none is named. */
  readonly peer: string | null;
  readonly added: readonly string[];
  readonly withdrawn: readonly string[];
  /** Prefixes of which the message says neither. */
  readonly other: readonly string[];
}

/** An address with what follows it: `/16` makes it a route, `:179` is a port. */
const ADDRESS =
  /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:(?:\.\d{1,3}){3})?)(?:\/\d{1,3}|:\d{1,5})?(?!\w|:[0-9a-f]|\.\d)/gi;
const PEER = /\b(?:peer(?:ing)?|neighbou?r|remote)\b[^/]{0,24}$/i;
const NOT_PEER = /\b(?:local|self|source|next ?hop|via|instance|router ?id)\b[^/]{0,16}$/i;
const CHANGE =
  /\b(?:(withdr\w+|remov\w+|delet\w+|lost|unreachable)|(?:add\w*|advertis\w+|learn\w+|receiv\w+|install\w+|announc\w+|new))\b/gi;

/** A message is a sentence; longer ones list routes, of which so much is enough. */
const MAX_LENGTH = 16_384;

/**
 * Reads the free text of a route event. Its grammar is not published: whatever word stands before an address or a prefix decides
 * what it is, so a sentence in another order is still understood.
 * @example routeMessage('BGP peer 10.1.0.4 withdrew 10.2.0.0/16') is the peer 10.1.0.4 and one route withdrawn
 */
export function routeMessage(message: string): RouteMessage {
  const text = message.slice(0, MAX_LENGTH);
  const changes = [...text.matchAll(CHANGE)].map((match) => ({ at: match.index, withdrawn: match[1] !== undefined }));
  const routes = { added: new Set<string>(), withdrawn: new Set<string>(), other: new Set<string>() };
  let named: string | undefined;
  let unnamed: string | undefined;
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const before = text.slice(Math.max(from, match.index - 40), match.index);
    from = match.index + match[0].length;
    const [stated = '', length] = match[0].split('/');
    // The colon of `fd00::1: added` is none of the address.
    const address = stated.endsWith(':') && !stated.endsWith('::') ? stated.slice(0, -1) : stated;
    if (length !== undefined) {
      const prefix = prefixOf(address, length);
      if (prefix === undefined) continue;
      const change = changes.findLast(({ at }) => at < match.index) ?? changes[0];
      routes[change === undefined ? 'other' : change.withdrawn ? 'withdrawn' : 'added'].add(prefix);
      continue;
    }
    const peer = addressOf(address);
    if (peer === undefined || NOT_PEER.test(before)) continue;
    if (PEER.test(before)) named ??= peer;
    else unnamed ??= peer;
  }
  const { added, withdrawn, other } = routes;
  return { peer: named ?? unnamed ?? null, added: [...added], withdrawn: [...withdrawn], other: [...other] };
}

function prefixOf(address: string, length: string): string | undefined {
  const version = isIP(address);
  const isPrefix = version !== 0 && Number(length) <= (version === 4 ? 32 : 128);
  return isPrefix ? `${addressOf(address)}/${Number(length)}` : undefined;
}
