import { tunnelServerEntity } from '../../model/entity.ts';
import { eventOf } from '../ocserv/body.ts';
import { syslogIdentity, textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * A worker gives its client up because of dead peer detection. The main process's end of the session follows; releases before
 * 0.11 give no reason there, so that only this line tells.
 */
export const sessionDpdLost = {
  kinds: ['session.dpd-lost'],
  formats: ['ocserv'],
  extract(record) {
    if (eventOf(record) !== 'dpd-lost') return NONE;
    if (record.timestamp === undefined || record.hostname === undefined) return NONE;
    return [
      {
        kind: 'session.dpd-lost',
        entity: tunnelServerEntity(record.hostname),
        time: wholeSecond(record.timestamp),
        identity: syslogIdentity(record),
        attributes: { user: textAttribute(record, 'user'), client: textAttribute(record, 'peerAddress') },
      },
    ];
  },
} satisfies FactExtractor;
