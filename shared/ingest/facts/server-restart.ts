import { tunnelServerEntity } from '../../model/entity.ts';
import { eventOf } from '../ocserv/body.ts';
import { syslogIdentity, textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const KIND_BY_EVENT: ReadonlyMap<unknown, string> = new Map([
  ['server-started', 'server.started'],
  ['server-stopping', 'server.stopping'],
  // The main process ends itself when its security module is gone.
  ['server-failed', 'server.stopping'],
]);

/** ocserv began or stopped serving: no session outlives either. */
export const serverRestart = {
  kinds: ['server.started', 'server.stopping'],
  formats: ['ocserv'],
  extract(record) {
    const event = eventOf(record);
    const kind = KIND_BY_EVENT.get(event);
    if (kind === undefined || record.timestamp === undefined || record.hostname === undefined) return NONE;
    return [
      {
        kind,
        entity: tunnelServerEntity(record.hostname),
        time: wholeSecond(record.timestamp),
        identity: syslogIdentity(record),
        attributes: { version: textAttribute(record, 'version'), failed: event === 'server-failed' },
      },
    ];
  },
} satisfies FactExtractor;
