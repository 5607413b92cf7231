import type { LogRecord } from '../../model/record.ts';
import { isAddress, splitEndpoint } from '../syslog/address.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { LineRecord, LocatedFields } from '../syslog/record.ts';
import { type OcservEvent, readOcservEvent, TELLING } from './event.ts';

const SOURCE_FILE = /^[\w.-]{1,64}\.c:\d+:\s*/;
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

const VHOST = /\s*(?:\[vhost:[^\]]*\]\s*)?/.source;
/** A word that begins as an address does, up to a blank or a virtual host. */
const WORD = /[\d:[a-fA-F][^ []*(?:(?!\[vhost:)\[[^ ]*)?/.source;
/** What stands before a message: `process[user][vhost:name]:`, and behind it what may be the peer, with blanks and virtual hosts around it. */
const HEAD = new RegExp(
  `^((main|worker|sec-mod)((?:\\[[^\\]]*\\])*):${VHOST}(?:\\[unknown\\] )?)(?:(${WORD})${VHOST})?`,
);

type BodyFields = ReturnType<typeof bodyFields>;

/** The fields of any body: those that all have, and those of its event. */
export function bodyFields(body: string) {
  const head = HEAD.exec(body);
  const endpoint = splitEndpoint(head?.[4] ?? '');
  const peer = isAddress(endpoint.address) ? endpoint : undefined;
  const before = head?.[peer === undefined ? 1 : 0] ?? '';
  const message = withoutSourceFile(body.slice(before.length));
  const told = readOcservEvent(message);
  return {
    process: head?.[2] ?? null,
    user: userIn(head?.[3] ?? '') ?? told?.account ?? null,
    peerAddress: peer?.address ?? told?.client ?? null,
    peerPort: peer?.port ?? null,
    message,
    event: told?.event ?? null,
    ...told?.fields,
  };
}

/** A colon ends the first word of `main.c:1304: text`; most messages have none there. */
const withoutSourceFile = (text: string): string =>
  text.charCodeAt(text.indexOf(' ') - 1) === COLON ? text.replace(SOURCE_FILE, '') : text;

/** What stands before the user within brackets: ocserv prints `[vhost:name: user]`. */
const VHOST_OF_USER = /^vhost:[^:]*(?:: )?/;

/** The user of `[vhost:name: user]`, and of `[user][vhost:name]`. */
function userIn(brackets: string): string | undefined {
  for (let open = 0; open < brackets.length; ) {
    const close = brackets.indexOf(']', open);
    const user = brackets.slice(open + 1, close).replace(VHOST_OF_USER, '');
    if (user !== '') return user;
    open = close + 1;
  }
  return undefined;
}
