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

const ORIGIN = /^(main|worker|sec-mod)((?:\[[^\]]*\])*):/;
const SOURCE_FILE = /^[\w.-]{1,64}\.c:\d+:\s*/;
/** A worker whose client's address is not known. */
const UNKNOWN_PEER = '[unknown] ';
const VHOST = '[vhost:';
const COLON = 0x3a;

function fields({ body }: Pick<SyslogHeader, 'body'>) {
  const origin = ORIGIN.exec(body);
  const { peer, rest } = origin === null ? { peer: NO_PEER, rest: body } : withoutPeer(body, origin[0].length);
  const message = withoutSourceFile(rest);
  const told = readOcservEvent(message);
  const attributes = {
    process: origin?.[1] ?? null,
    user: userIn(origin?.[2] ?? '') ?? told?.['account'] ?? null,
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

const NO_PEER: Endpoint = { address: '', port: null };

/** The peer behind an origin, in any of its places among blanks and virtual hosts, and what follows it. */
function withoutPeer(body: string, from: number): { peer: Endpoint; rest: string } {
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
  return ORIGIN.test(text) && fields({ body: text }).attributes['event'] !== null;
}
