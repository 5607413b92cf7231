import { isDigit } from '../codes.ts';
import { type Endpoint, isAddress, splitEndpoint } from '../syslog/address.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { LocatedFields } from '../syslog/record.ts';
import { isTelling, readOcservEvent } from './event.ts';

const PROCESSES = ['main', 'worker', 'sec-mod'];
const SOURCE_FILE = /^[\w.-]{1,64}\.c:\d+:\s*/;
/** A worker whose client's address is not known. */
const UNKNOWN_PEER = '[unknown] ';
const VHOST = '[vhost:';
const SPACE = 0x20;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;

/** One of ocserv's messages. Nearly all tell nothing, which is known at a glance, so that none is read before it is asked for more. */
export class OcservFields extends LocatedFields {
  // Declared only, as in `RawLine`.
  declare private readonly header: Pick<SyslogHeader, 'body'>;
  declare private readonly mayTell: boolean;

  constructor(header: Pick<SyslogHeader, 'body'>) {
    super();
    this.header = header;
    this.mayTell = mayTell(header.body);
  }

  attributes(): ReturnType<typeof bodyFields> {
    return bodyFields(this.header.body);
  }

  override attribute(name: string): unknown {
    return name === 'event' && !this.mayTell ? null : undefined;
  }
}

/**
 * Whether a message may tell an event: a no is sure. The word behind the origin tells, or the one behind a word that may be the peer's
 * address. What is spelled otherwise may tell.
 */
export function mayTell(body: string): boolean {
  const origin = originEnd(body);
  const from = Math.max(origin, 0);
  const at = body.charCodeAt(from) === SPACE ? from + 1 : from;
  if (!isTextual(body.charCodeAt(at)) || body.charCodeAt(at) === OPEN_BRACKET) return true;
  const space = body.indexOf(' ', at);
  if (mayTellFrom(body, at, space)) return true;
  if (space < 0 || !mayBeginAddress(body.charCodeAt(at))) return false;
  const next = space + 1;
  const bracket = body.indexOf('[', at);
  if (bracket >= 0 && bracket <= next && body.startsWith(VHOST, bracket)) return true;
  if (!isTextual(body.charCodeAt(next))) return true;
  return mayTellFrom(body, next, body.indexOf(' ', next));
}

/** Whether a message with this first word may tell something; a colon behind a digit ends `main.c:1304:`. */
const mayTellFrom = (body: string, from: number, to: number): boolean =>
  isTelling(body, from, to) || (body.charCodeAt(to - 1) === COLON && isDigit(body.charCodeAt(to - 2)));

/** No blank and no character beyond ASCII, which may stand before a message without being its beginning. */
const isTextual = (code: number): boolean => code > SPACE && code < 0x7f;

/** The fields of any body. */
export function bodyFields(body: string) {
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
  if (told === undefined) return attributes;
  const more: typeof attributes & Record<string, unknown> = attributes;
  for (const name in told)
    if (!(name in attributes) && name !== 'account' && name !== 'client') more[name] = told[name];
  return more;
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
  const end = originEnd(body);
  if (end < 0) return undefined;
  const process = processIn(body) ?? '';
  return { process, brackets: body.slice(process.length, end - 1), end };
}

/** The index behind the colon of that; -1 where it is not. */
function originEnd(body: string): number {
  let end = processIn(body)?.length ?? -1;
  while (body.charCodeAt(end) === OPEN_BRACKET) {
    const close = body.indexOf(']', end);
    if (close < 0) return -1;
    end = close + 1;
  }
  return body.charCodeAt(end) === COLON ? end + 1 : -1;
}

function processIn(body: string): string | undefined {
  const initial = body.charCodeAt(0);
  const process = PROCESSES.find((name) => name.charCodeAt(0) === initial);
  return process !== undefined && body.startsWith(process) ? process : undefined;
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
