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
/** Whose an address is, by the nearest word before it: a peer's (`peer`, `PeerAddress=`), or another. */
const WHOSE = /\b(?:(peer|neighbou?r|remote)|local|self|source|next ?hop|via|instance|router ?id)/gi;
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
  /** Where the first route has its change, and so the others: `added 10.2.0.0/16` or `10.2.0.0/16 added`. */
  let told: 'before' | 'behind' | undefined;
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
      told ??= (changes[0]?.at ?? 0) < match.index ? 'before' : 'behind';
      const change =
        told === 'before'
          ? changes.findLast(({ at }) => at < match.index)
          : (changes.find(({ at }) => at > match.index) ?? changes.at(-1));
      routes[change === undefined ? 'other' : change.withdrawn ? 'withdrawn' : 'added'].add(prefix);
      continue;
    }
    const peer = addressOf(address);
    if (peer === undefined) continue;
    const whose = whoseIn(before);
    if (whose === 'peer') named ??= peer;
    else if (whose === undefined) unnamed ??= peer;
  }
  const { added, withdrawn, other } = routes;
  return { peer: named ?? unnamed ?? null, added: [...added], withdrawn: [...withdrawn], other: [...other] };
}

function whoseIn(before: string): 'peer' | 'other' | undefined {
  const last = [...before.matchAll(WHOSE)].at(-1);
  const between = last === undefined ? '/' : before.slice(last.index + last[0].length);
  if (last === undefined || between.includes('/')) return undefined;
  const [whose, reach] = last[1] === undefined ? (['other', 16] as const) : (['peer', 24] as const);
  return between.length <= reach ? whose : undefined;
}

function prefixOf(address: string, length: string): string | undefined {
  const version = isIP(address);
  const isPrefix = version !== 0 && Number(length) <= (version === 4 ? 32 : 128);
  return isPrefix ? `${addressOf(address)}/${Number(length)}` : undefined;
}
