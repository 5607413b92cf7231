import { type OcservTelling, readOcservEvent } from '../ocserv/event.ts';
import { isAddress, splitEndpoint } from '../syslog/address.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { type MessageFields, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

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
    (body) => !isOtherFormat(body),
    fields,
  ),
} satisfies LogFormat;

const isOcserv = (tag: string): boolean => tag === 'ocserv' || tag.startsWith('ocserv-');
const isOtherFormat = (body: string): boolean => body.startsWith('ACCESS_LOG,') || body.startsWith('OCSERV_TELEMETRY,');

const NOTHING: Partial<OcservTelling> = {};
const ORIGIN = /^(main|worker|sec-mod)((?:\[[^\]]*\])*):/;
const SOURCE_FILE = /^[\w.-]{1,64}\.c:\d+:\s*/;
/** A worker whose client's address is not known. */
const UNKNOWN_PEER = /^\[unknown\] /;
const VHOST = /^\[vhost:([^\]]*)\]\s*/;

function fields({ body }: SyslogHeader): MessageFields {
  const origin = ORIGIN.exec(body);
  const afterOrigin =
    origin === null ? body : body.slice(origin[0].length).trimStart().replace(VHOST, '').replace(UNKNOWN_PEER, '');
  const space = afterOrigin.indexOf(' ');
  const first = space < 0 ? afterOrigin : afterOrigin.slice(0, space);
  const bracket = first.indexOf('[vhost:');
  const peer = splitEndpoint(bracket > 0 ? first.slice(0, bracket) : first);
  const hasPeer = origin !== null && isAddress(peer.address);
  const rest = hasPeer ? afterOrigin.slice(bracket > 0 ? bracket : first.length).trimStart() : afterOrigin;
  const brackets = (origin?.[2] ?? '').slice(1, -1).split('][');
  const user = brackets.find((text) => text !== '' && !text.startsWith('vhost:'));
  const message = rest.replace(VHOST, '').replace(SOURCE_FILE, '');
  const { event, account, client, ...told } = readOcservEvent(message) ?? NOTHING;
  return {
    attributes: {
      process: origin?.[1] ?? null,
      user: user ?? account ?? null,
      peerAddress: hasPeer ? peer.address : (client ?? null),
      peerPort: hasPeer ? peer.port : null,
      message,
      event: event ?? null,
      ...told,
    },
    complete: true,
  };
}
