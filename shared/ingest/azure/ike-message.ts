import { isIP } from 'node:net';
import { copyOf } from '../copy.ts';
import type { Endpoint } from '../syslog/address.ts';

/** Who a message is about: `send` left the gateway, `received` came from the peer, `local` the gateway did by itself. */
export type IkeDirection = 'send' | 'received' | 'local';

export type IkeExchange =
  | 'sa-init'
  | 'auth'
  | 'create-child'
  | 'main-mode'
  | 'quick-mode'
  | 'traffic-selectors'
  | 'dpd'
  | 'informational';

/** The `message` of an IKEDiagnosticLog record, taken apart. Absent parts are undefined. */
export interface IkeMessage {
  /** The GUID behind `SESSION_ID`, in lower case. */
  readonly session: string | undefined;
  readonly remote: Endpoint | undefined;
  readonly local: Endpoint | undefined;
  readonly direction: IkeDirection | undefined;
  readonly exchange: IkeExchange | undefined;
  /** The initiator's and the responder's cookie, in lower case without `0x`; `0` when all of it is zeros. */
  readonly iCookie: string | undefined;
  readonly rCookie: string | undefined;
  /** What follows session and peers, tags included. */
  readonly text: string;
}

/** Session and peers, and where the rest begins. */
type Head = Pick<IkeMessage, 'session' | 'remote' | 'local'> & { readonly end: number };

/**
 * Reads `SESSION_ID :{GUID} Remote ip:port: Local ip:port: [SEND] …`; session, peers and tag may each be missing. Total.
 *
 * Example: `readIkeMessage('SESSION_ID :{…} [LOCAL] IKE Tunnel closed …').direction` is `local`.
 */
export function readIkeMessage(message: string): IkeMessage {
  const { session, remote, local, end } = headOf(message);
  const text = message.slice(end).trim();
  const { direction, tag } = tagsOf(text);
  const { iCookie, rCookie } = cookiesOf(text);
  return {
    session,
    remote,
    local,
    direction,
    exchange: exchangeOf(tag, text),
    iCookie,
    rCookie,
    text,
  };
}

const SESSION = 'SESSION_ID';
const REMOTE = 'Remote ';
const LOCAL = ': Local ';

function headOf(message: string): Head {
  const session = sessionOf(message);
  const from = session?.end ?? 0;
  const peers = peersOf(message, from);
  return {
    session: session?.id,
    remote: peers?.remote,
    local: peers?.local,
    end: peers === undefined ? from : Math.min(message.length, from + peers.text.length),
  };
}

/** Only at the very beginning and up to the first closing brace: the text may hold braces of its own. */
function sessionOf(message: string): { readonly id: string; readonly end: number } | undefined {
  if (!message.startsWith(SESSION)) return undefined;
  const open = message.indexOf('{', SESSION.length);
  if (open < 0 || !['', ':'].includes(message.slice(SESSION.length, open).trim())) return undefined;
  const close = message.indexOf('}', open);
  if (close < 0) return undefined;
  return {
    id: message
      .slice(open + 1, close)
      .trim()
      .toLowerCase(),
    end: skipSpaces(message, close + 1),
  };
}

interface Peers {
  readonly remote: Endpoint;
  readonly local: Endpoint;
  /** The text that named them, up to where the rest begins. */
  readonly text: string;
}

/** The peers named last: a record's neighbours are mostly of the same two. */
let lastPeers: Peers | undefined;

function peersOf(message: string, from: number): Peers | undefined {
  if (lastPeers !== undefined && message.startsWith(lastPeers.text, from)) return lastPeers;
  const peers = readPeers(message, from);
  // Where nothing follows, a longer port could begin with this one.
  if (peers?.text.endsWith(': ')) lastPeers = peers;
  return peers;
}

/** `Remote ip:port: Local ip:port: `; a colon of IPv6 is never followed by a space. */
function readPeers(message: string, from: number): Peers | undefined {
  if (!message.startsWith(REMOTE, from)) return undefined;
  const middle = message.indexOf(LOCAL, from);
  if (middle < 0) return undefined;
  const remote = endpointOf(message.slice(from + REMOTE.length, middle));
  const localFrom = middle + LOCAL.length;
  const space = message.indexOf(': ', localFrom);
  const end = space < 0 ? withoutColon(message.trimEnd()).length : space;
  const local = endpointOf(message.slice(localFrom, end));
  return remote && local ? { remote, local, text: copyOf(message.slice(from, end + 2)) } : undefined;
}

/** The port is always stated, so the last colon splits, also where the whole would read as an IPv6 address. */
function endpointOf(stated: string): Endpoint | undefined {
  const text = stated.trim();
  const colon = text.lastIndexOf(':');
  const address = copyOf(text.slice(0, colon).replace(/^\[|\]$/g, ''));
  const port = Number(text.slice(colon + 1));
  return colon > 0 && isIP(address) !== 0 && Number.isInteger(port) && port >= 0 && port <= 65_535
    ? { address: address.toLowerCase(), port }
    : undefined;
}

const withoutColon = (text: string): string => (text.endsWith(':') ? text.slice(0, -1) : text);

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x20) at++;
  return at;
}

const DIRECTIONS: readonly (readonly [word: string, direction: IkeDirection])[] = [
  ['SEND', 'send'],
  ['RECEIVED', 'received'],
  ['LOCAL_MSG', 'local'],
  ['LOCAL', 'local'],
];

/** `[SEND]`, `[SEND][SA_AUTH]`, `LOCAL_MSG`: the direction, and the tag right behind it. */
function tagsOf(text: string): { readonly direction: IkeDirection | undefined; readonly tag: string } {
  const isTagged = text.startsWith('[');
  for (const row of DIRECTIONS) {
    const [word, direction] = row;
    if (!text.startsWith(word, isTagged ? 1 : 0)) continue;
    const end = word.length + (isTagged ? 1 : 0);
    const next = text.charAt(end);
    if (isTagged ? next !== ']' : next !== ' ' && next !== ':') continue;
    const rest = text.slice(end + 1).trimStart();
    const close = rest.startsWith('[') ? rest.indexOf(']') : -1;
    return { direction, tag: close < 0 ? '' : rest.slice(1, close) };
  }
  return { direction: undefined, tag: '' };
}

/**
 * Names of exchanges, without their separators; the commonest as they are written, too. The gateway is a Windows service, which calls the first phase MM and the second QM
 * whatever the version of IKE.
 */
const EXCHANGES: ReadonlyMap<string, IkeExchange> = new Map([
  ['INFORMATIONAL', 'informational'],
  ['SA_INIT', 'sa-init'],
  ['SAINIT', 'sa-init'],
  ['SAAUTH', 'auth'],
  ['IKEAUTH', 'auth'],
  ['CREATECHILD', 'create-child'],
  ['QUICKMODE', 'quick-mode'],
  ['QMNEGOTIATION', 'quick-mode'],
  ['MAINMODE', 'main-mode'],
  ['MMNEGOTIATION', 'main-mode'],
  ['DPD', 'dpd'],
  ['DEADPEER', 'dpd'],
  ['RUTHERE', 'dpd'],
  ['KEEPALIVE', 'dpd'],
]);
const EXCHANGE =
  /INFORMATIONAL|SA_INIT|(?:SA|IKE)_AUTH|CREATE_CHILD|QUICK[ _]?MODE|MAIN[ _]?MODE|[QM]MNegotiation|\bDPD\b|DEAD[ _]PEER|R_U_THERE|KEEP-?ALIVE/i;

/** The tag's word, else the first exchange that the text names. A selector payload is a step of its own, whatever carries it. */
function exchangeOf(tag: string, text: string): IkeExchange | undefined {
  if (text.includes('raffic Selector') || text.includes('raffic selector')) return 'traffic-selectors';
  const named = (tag === '' ? null : EXCHANGE.exec(tag)) ?? EXCHANGE.exec(text);
  return named ? (EXCHANGES.get(named[0]) ?? EXCHANGES.get(named[0].toUpperCase().replace(/[ _-]/g, ''))) : undefined;
}

const COOKIE = /([ir])cookies?\s{0,4}[=:]?\s{0,4}(?:0x)?([0-9a-f]{1,32})/iy;

/** `rCookie 0`, `rCookie = 0`, `rCookie=0x0000000000000000`. */
function cookiesOf(text: string): Pick<IkeMessage, 'iCookie' | 'rCookie'> {
  let iCookie: string | undefined;
  let rCookie: string | undefined;
  for (let at = text.indexOf('ookie'); at >= 2; at = text.indexOf('ookie', at + 1)) {
    COOKIE.lastIndex = at - 2;
    const [, whose, stated = ''] = COOKIE.exec(text) ?? [];
    const cookie = /[^0]/.test(stated) ? stated.toLowerCase() : '0';
    if (whose === 'i' || whose === 'I') iCookie ??= cookie;
    else if (whose !== undefined) rCookie ??= cookie;
  }
  return { iCookie, rCookie };
}
