import { tunnelServerEntity } from '../../model/entity.ts';
import { eventOf } from '../ocserv/body.ts';
import { numberOf, syslogIdentity, textOf, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const KIND_BY_EVENT: ReadonlyMap<unknown, string> = new Map([
  ['session-opened', 'session.opened'],
  // A client that comes back with its cookie from another address goes on with its session: of that one only this is said.
  ['logged-in', 'session.opened'],
  ['session-closed', 'session.closed'],
]);
const DPD_REASON = 'DPD timeout';
const PROBE_REASON = 'TCP health probe';

/**
 * Sessions as ocserv's main process tells them. `rx` and `tx` are counted at the server: in and out. A session end without a
 * user and without bytes is a port scan or a load balancer's probe; releases up to 2015 (`user '' disconnected`) count no bytes.
 */
export const sessionOcserv = {
  kinds: ['session.opened', 'session.closed'],
  formats: ['ocserv'],
  extract(record) {
    const kind = KIND_BY_EVENT.get(eventOf(record));
    if (kind === undefined) return NONE;
    const { timestamp, hostname, attributes: said } = record;
    if (timestamp === undefined || hostname === undefined) return NONE;
    const user = textOf(said['user']);
    const reason = textOf(said['reason']);
    const bytesIn = numberOf(said['bytesIn']);
    const bytesOut = numberOf(said['bytesOut']);
    const client = textOf(said['peerAddress']);
    const port = numberOf(said['peerPort']);
    const isUnused = user === null && !bytesIn && !bytesOut;
    return [
      {
        kind,
        entity: tunnelServerEntity(hostname),
        time: wholeSecond(timestamp),
        identity: syslogIdentity(record),
        attributes: {
          view: 'ocserv',
          session: `${user ?? ''}@${client ?? ''}:${port ?? ''}`,
          user,
          client,
          assigned: null,
          reason,
          dpd: reason === DPD_REASON,
          probe: kind === 'session.closed' && (isUnused || reason === PROBE_REASON),
          bytesIn,
          bytesOut,
          durationSeconds: null,
        },
      },
    ];
  },
} satisfies FactExtractor;
