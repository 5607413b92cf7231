import { isDigit } from '../codes.ts';
import { type Endpoint, isAddress, splitEndpoint } from '../syslog/address.ts';
import type { Piece } from '../syslog/message.ts';
import { type Attributes, LocatedFields } from '../syslog/record.ts';
import { mayTellEvent, readOcservEvent } from './event.ts';

const PROCESSES = ['main', 'worker', 'sec-mod'];
const SOURCE_FILE = /^[\w.-]{1,64}\.c:\d+:\s*/;
/** A worker whose client's address is not known. */
const UNKNOWN_PEER = '[unknown] ';
const VHOST = '[vhost:';
const SPACE = 0x20;
const POINT = 0x2e;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;

/**
 * What one of ocserv's messages says. Nearly all tell nothing and are never asked for more, so of those in the usual spelling nothing is
 * cut out before that.
 */
export const readBody = (piece: Piece): Attributes | LocatedFields =>
  chatterIn(piece) ?? bodyFields(piece.chars.slice(piece.from, piece.to));

/** A message that tells nothing, where it lies. */
export class Chatter extends LocatedFields {
  readonly #chars: string;
  readonly #body: Span;
  readonly #process: Span;
  readonly #user: Span | undefined;
  readonly #peer: Peer | undefined;
  readonly #messageAt: number;

  constructor(
    { chars, from, to }: Piece,
    process: Span,
    user: Span | undefined,
    peer: Peer | undefined,
    messageAt: number,
  ) {
    super();
    this.#chars = chars;
    this.#body = { from, to };
    this.#process = process;
    this.#user = user;
    this.#peer = peer;
    this.#messageAt = messageAt;
  }

  attributes(): ReturnType<typeof bodyFields> {
    return {
      process: this.#text(this.#process),
      user: this.#user === undefined ? null : this.#text(this.#user),
      peerAddress: this.#peer === undefined ? null : this.#text(this.#peer),
      peerPort: this.#peer === undefined ? null : this.#peer.port,
      message: this.#text({ from: this.#messageAt, to: this.#body.to }),
      event: null,
    };
  }

  #text({ from, to }: Span): string {
    return this.#chars.slice(from, to);
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of the address, with the port behind it. */
interface Peer extends Span {
  readonly port: number | null;
}

/** `process: text`, `process[user]: text` and `process[user]:ip:port text` that tell nothing; undefined for all else. */
function chatterIn(piece: Piece): Chatter | undefined {
  const { chars, from, to } = piece;
  const initial = chars.charCodeAt(from);
  const name = PROCESSES.find((process) => process.charCodeAt(0) === initial);
  if (name === undefined || !chars.startsWith(name, from)) return undefined;
  const process = { from, to: from + name.length };
  let at = process.to;
  let user: Span | undefined;
  if (chars.charCodeAt(at) === OPEN_BRACKET) {
    const close = chars.indexOf(']', at);
    if (close <= at + 1 || chars.startsWith(VHOST, at)) return undefined;
    user = { from: at + 1, to: close };
    at = close + 1;
  }
  if (chars.charCodeAt(at) !== COLON) return undefined;
  at = chars.charCodeAt(at + 1) === SPACE ? at + 2 : at + 1;
  if (at >= to || !isTextual(chars.charCodeAt(at))) return undefined;
  const peer = mayBeginAddress(chars.charCodeAt(at)) ? peerIn(chars, at, to) : undefined;
  if (peer !== undefined) at = chars.indexOf(' ', peer.to) + 1;
  else if (mayBeginAddress(chars.charCodeAt(at))) return undefined;
  const space = chars.indexOf(' ', at);
  if (space >= 0 && space < to) {
    // A colon ends the first word of `main.c:1304: text`.
    if (chars.charCodeAt(space - 1) === COLON || mayTellEvent(chars, at, space)) return undefined;
  }
  return new Chatter(piece, process, user, peer, at);
}

/** `203.0.113.7 text` and `203.0.113.7:50001 text`. */
function peerIn(chars: string, from: number, limit: number): Peer | undefined {
  let to = from;
  while (isDigit(chars.charCodeAt(to)) || chars.charCodeAt(to) === POINT) to++;
  let port: number | null = null;
  let end = to;
  if (chars.charCodeAt(to) === COLON) {
    port = 0;
    for (end = to + 1; isDigit(chars.charCodeAt(end)); end++) port = port * 10 + chars.charCodeAt(end) - 0x30;
    if (end === to + 1 || end > to + MAX_PORT) return undefined;
  }
  if (end + 1 >= limit || chars.charCodeAt(end) !== SPACE || !isTextual(chars.charCodeAt(end + 1))) return undefined;
  return isAddress(chars.slice(from, to)) ? { from, to, port } : undefined;
}

/** No blank, bracket or character beyond ASCII, which may stand before a message without being its beginning. */
const isTextual = (code: number): boolean => code > SPACE && code < 0x7f && code !== OPEN_BRACKET;

/** A colon and what digits a port may have. */
const MAX_PORT = 6;

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
