import { isDigit } from '../codes.ts';
import { readOcservEvent } from '../ocserv/event.ts';
import { type Endpoint, isAddress, splitEndpoint } from '../syslog/address.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';
import { ACCESS } from './ocserv-access.ts';
import { TELEMETRY } from './ocserv-telemetry.ts';

/**
 * ocserv's own lines, `process[user]?: peer? file.c:line:? message`. Releases differ: `main[user]:ip:port text` (0.12 on),
 * `main[user]: ip:port text` (before), `main: text`; workers give the address alone; `[vhost:name]` may stand before or behind either.
 * `event` is what the line tells (`OCSERV_EVENTS`, null for nothing), with that event's fields beside it: reason, bytesIn, …
 */
export const ocserv = {
  name: 'ocserv',
  title: 'ocserv (Microsoft Tunnel server)',
  ...taggedFormat(
    'ocserv',
    (tag) => isOcserv(tag),
    (header) => !ACCESS.isOf(header) && !TELEMETRY.isOf(header),
    fields,
    { tag: 'ocserv', is: tellsAlone },
  ),
} satisfies LogFormat;

const isOcserv = (tag: string): boolean => tag === 'ocserv' || tag.startsWith('ocserv-');

const PROCESSES = ['main', 'worker', 'sec-mod'];
const SOURCE_FILE = /^[\w.-]{1,64}\.c:\d+:\s*/;
/** A worker whose client's address is not known. */
const UNKNOWN_PEER = '[unknown] ';
const VHOST = '[vhost:';
const SPACE = 0x20;
const POINT = 0x2e;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;

function fields({ body }: Pick<SyslogHeader, 'body'>) {
  const origin = originIn(body);
  const { peer, rest } = origin === undefined ? { peer: NO_PEER, rest: body } : withoutPeer(body, origin.end);
  const message = withoutSourceFile(rest);
  const told = readOcservEvent(message);
  const attributes = {
    process: origin?.process ?? null,
    user: (origin && userIn(origin.brackets)) ?? told?.['account'] ?? null,
    peerAddress: peer.address || (told?.['client'] ?? null),
    peerPort: peer.port,
    message,
    event: told?.event ?? null,
  };
  if (told === undefined) return { attributes, complete: true };
  const more: typeof attributes & Record<string, unknown> = attributes;
  for (const name in told)
    if (!(name in attributes) && name !== 'account' && name !== 'client') more[name] = told[name];
  return { attributes: more, complete: true };
}

interface ProcessOrigin {
  readonly process: string;
  /** `[user]`, `[vhost:name]`, both or nothing. */
  readonly brackets: string;
  /** Index behind the colon. */
  readonly end: number;
}

/** `process[user][vhost:name]:` at the beginning. */
function originIn(body: string): ProcessOrigin | undefined {
  const initial = body.charCodeAt(0);
  const process = PROCESSES.find((name) => name.charCodeAt(0) === initial);
  if (process === undefined || !body.startsWith(process)) return undefined;
  let end = process.length;
  while (body.charCodeAt(end) === OPEN_BRACKET) {
    const close = body.indexOf(']', end);
    if (close < 0) return undefined;
    end = close + 1;
  }
  if (body.charCodeAt(end) !== COLON) return undefined;
  return { process, brackets: end === process.length ? '' : body.slice(process.length, end), end: end + 1 };
}

const NO_PEER: Endpoint = { address: '', port: null };

/** The peer behind an origin, in any of its places among blanks and virtual hosts, and what follows it. */
function withoutPeer(body: string, from: number): { peer: Endpoint; rest: string } {
  const at = body.charCodeAt(from) === SPACE ? from + 1 : from;
  const code = body.charCodeAt(at);
  if (code > SPACE && code < 0x7f && code !== OPEN_BRACKET) {
    if (!mayBeginAddress(code)) return { peer: NO_PEER, rest: body.slice(at) };
    const plain = withoutPlainPeer(body, at);
    if (plain !== undefined) return plain;
  }
  let rest = withoutVhost(body.slice(from).trimStart());
  if (rest.startsWith(UNKNOWN_PEER)) rest = rest.slice(UNKNOWN_PEER.length);
  if (!mayBeginAddress(rest.charCodeAt(0))) return { peer: NO_PEER, rest };
  const space = rest.indexOf(' ');
  const word = space < 0 ? rest : rest.slice(0, space);
  const vhost = word.indexOf('[', 1);
  const end = vhost > 0 && word.startsWith(VHOST, vhost) ? vhost : word.length;
  const peer = splitEndpoint(word.slice(0, end));
  return isAddress(peer.address) ? { peer, rest: withoutVhost(rest.slice(end).trimStart()) } : { peer: NO_PEER, rest };
}

/** `203.0.113.7 text` and `203.0.113.7:50001 text`, which nearly all are; undefined for any other. */
function withoutPlainPeer(body: string, at: number): { peer: Endpoint; rest: string } | undefined {
  const space = body.indexOf(' ', at);
  const code = body.charCodeAt(space + 1);
  if (space < 0 || code <= SPACE || code >= 0x7f || code === OPEN_BRACKET) return undefined;
  let end = at;
  while (isDigit(body.charCodeAt(end)) || body.charCodeAt(end) === POINT) end++;
  let port: number | null = null;
  if (end < space) {
    if (body.charCodeAt(end) !== COLON || space - end > MAX_PORT) return undefined;
    port = 0;
    for (let i = end + 1; i < space; i++) {
      if (!isDigit(body.charCodeAt(i))) return undefined;
      port = port * 10 + body.charCodeAt(i) - 0x30;
    }
    if (space === end + 1) return undefined;
  }
  const address = body.slice(at, end);
  return isAddress(address) ? { peer: { address, port }, rest: body.slice(space + 1) } : undefined;
}

/** A colon and what digits a port may have. */
const MAX_PORT = 6;

/** A hexadecimal digit, a bracket, or the colon of `::1`: whether it is one for sure is costly to ask. */
const mayBeginAddress = (code: number): boolean =>
  (code >= 0x30 && code <= 0x3a) || code === 0x5b || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);

function withoutVhost(text: string): string {
  const close = text.startsWith(VHOST) ? text.indexOf(']') : -1;
  return close < 0 ? text : text.slice(close + 1).trimStart();
}

/** A colon ends the first word of `main.c:1304: text`; most messages have none there. */
const withoutSourceFile = (text: string): string =>
  text.charCodeAt(text.indexOf(' ') - 1) === COLON ? text.replace(SOURCE_FILE, '') : text;

/** Of `[user][vhost:name]` the user. */
function userIn(brackets: string): string | undefined {
  for (let open = 0; open < brackets.length; ) {
    const close = brackets.indexOf(']', open);
    if (close > open + 1 && !brackets.startsWith(VHOST, open)) return brackets.slice(open + 1, close);
    open = close + 1;
  }
  return undefined;
}

/** Without a header, as a container prints it: only what names its process and tells something. */
function tellsAlone(text: string): boolean {
  return originIn(text) !== undefined && fields({ body: text }).attributes['event'] !== null;
}
