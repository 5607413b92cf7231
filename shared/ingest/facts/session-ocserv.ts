import { tunnelServerEntity } from '../../model/entity.ts';
import { numberAttribute, syslogIdentity, textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * Sessions as ocserv's main process tells them. `rx` and `tx` are counted at the server: in and out. A session end without a
 * user and without bytes is a port scan or a load balancer's probe; releases up to 2015 (`user '' disconnected`) count no bytes.
 */
export const sessionOcserv = {
  kinds: ['session.opened', 'session.closed'],
  formats: ['ocserv'],
  extract(record) {
    const message = textAttribute(record, 'message') ?? '';
    const opened = message.startsWith('new user session');
    const closed = opened ? undefined : readEnd(message);
    if ((!opened && closed === undefined) || record.timestamp === undefined || record.hostname === undefined)
      return NONE;
    const user = textAttribute(record, 'user') ?? closed?.user ?? null;
    const client = textAttribute(record, 'peerAddress');
    const port = numberAttribute(record, 'peerPort');
    return [
      {
        kind: opened ? 'session.opened' : 'session.closed',
        entity: tunnelServerEntity(record.hostname),
        time: wholeSecond(record.timestamp),
        identity: syslogIdentity(record),
        attributes: {
          view: 'ocserv',
          session: `${user ?? ''}@${client ?? ''}:${port ?? ''}`,
          user,
          client,
          assigned: null,
          reason: closed?.reason ?? null,
          dpd: closed?.reason === 'DPD timeout',
          probe: closed !== undefined && user === null && !closed.bytesIn && !closed.bytesOut,
          bytesIn: closed?.bytesIn ?? null,
          bytesOut: closed?.bytesOut ?? null,
          durationSeconds: null,
        },
      },
    ];
  },
} satisfies FactExtractor;

interface SessionEnd {
  readonly user: string | null;
  readonly reason: string | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
}

const END = /^user (?:'([^']*)' )?disconnected(?: \((.*?)\)?)?$/;
const REASON = /^reason: (.*?)(?:, rx: |$)/;
const RECEIVED = /\brx: (\d+)/;
const SENT = /\btx: (\d+)/;

/** `user disconnected (reason: R, rx: N, tx: N)` and its older forms; lines are cut at 512 bytes, so each part may be missing. */
function readEnd(message: string): SessionEnd | undefined {
  if (!message.startsWith('user ')) return undefined;
  const end = END.exec(message);
  if (end === null) return undefined;
  const details = end[2] ?? '';
  return {
    user: end[1] || null,
    reason: REASON.exec(details)?.[1] || null,
    bytesIn: numberIn(RECEIVED.exec(details)),
    bytesOut: numberIn(SENT.exec(details)),
  };
}

const numberIn = (match: RegExpExecArray | null): number | null => (match === null ? null : Number(match[1]));
