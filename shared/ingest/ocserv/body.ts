import type { LogRecord } from '../../model/record.ts';
import { type Endpoint, isAddress, splitEndpoint } from '../syslog/address.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { LineRecord, LocatedFields } from '../syslog/record.ts';
import { type OcservEvent, readOcservEvent, TELLING } from './event.ts';

const SOURCE_FILE = /^[\w.-]{1,64}\.c:\d+:\s*/;
/** A worker whose client's address is not known. */
const UNKNOWN_PEER = '[unknown] ';
const VHOST = '[vhost:';
const COLON = 0x3a;

/** One of ocserv's messages. Nearly all tell nothing, which is known at a glance, so that none is read before it is asked for more. */
export class OcservFields extends LocatedFields {
  // Declared only, as in `RawLine`.
  declare private readonly header: Pick<SyslogHeader, 'body'>;
  declare private readonly mayTell: boolean;
  declare private read: BodyFields | undefined;

  constructor(header: Pick<SyslogHeader, 'body'>) {
    super();
    this.header = header;
    this.mayTell = mayTell(header.body);
    this.read = undefined;
  }

  attributes(): BodyFields {
    this.read ??= bodyFields(this.header.body);
    return this.read;
  }

  get event(): OcservEvent | null {
    return this.mayTell ? this.attributes().event : null;
  }
}

/** The event that a record tells: of those that tell none, nothing else is read. */
export const eventOf = (record: LogRecord): unknown =>
  record instanceof LineRecord && record.fields instanceof OcservFields
    ? record.fields.event
    : record.attributes['event'];

/** Whether a message may tell an event, behind whatever stands before it: a no is sure. */
export const mayTell = (body: string): boolean => TELLING.test(body);

/** `process[user][vhost:name]:` at the beginning. */
const ORIGIN = /^(main|worker|sec-mod)((?:\[[^\]]*\])*):/;

type BodyFields = ReturnType<typeof bodyFields>;

/** The fields of any body: those that all have, and those of its event. */
export function bodyFields(body: string) {
  const origin = ORIGIN.exec(body);
  const { peer, rest } = origin === null ? { peer: NO_PEER, rest: body } : withoutPeer(body.slice(origin[0].length));
  const message = withoutSourceFile(rest);
  const told = readOcservEvent(message);
  return {
    process: origin?.[1] ?? null,
    user: userIn(origin?.[2] ?? '') ?? told?.account ?? null,
    peerAddress: peer.address || (told?.client ?? null),
    peerPort: peer.port,
    message,
    event: told?.event ?? null,
    ...told?.fields,
  };
}

const NO_PEER: Endpoint = { address: '', port: null };

/** The peer behind an origin, in any of its places among blanks and virtual hosts, and what follows it. */
function withoutPeer(text: string): { peer: Endpoint; rest: string } {
  let rest = withoutVhost(text.trimStart());
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
