import { tunnelServerEntity } from '../../model/entity.ts';
import { numberAttribute, syslogIdentity, textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const KIND_BY_EVENT: Readonly<Record<string, string>> = {
  'session-opened': 'session.opened',
  'session-closed': 'session.closed',
};
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
    const kind = KIND_BY_EVENT[textAttribute(record, 'event') ?? ''];
    if (kind === undefined || record.timestamp === undefined || record.hostname === undefined) return NONE;
    const user = textAttribute(record, 'user');
    const reason = textAttribute(record, 'reason');
    const bytesIn = numberAttribute(record, 'bytesIn');
    const bytesOut = numberAttribute(record, 'bytesOut');
    const client = textAttribute(record, 'peerAddress');
    const port = numberAttribute(record, 'peerPort');
    const isUnused = user === null && !bytesIn && !bytesOut;
    return [
      {
        kind,
        entity: tunnelServerEntity(record.hostname),
        time: wholeSecond(record.timestamp),
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
