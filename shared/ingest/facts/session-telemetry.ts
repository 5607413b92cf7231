import { tunnelServerEntity } from '../../model/entity.ts';
import { numberAttribute, syslogIdentity, textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** The kind of fact. The word was cut out of the line a moment ago: to look it up in a table takes longer. */
const kindOf = (operation: string | null): string | undefined =>
  operation === 'connect' ? 'session.opened' : operation === 'disconnect' ? 'session.closed' : undefined;

/** Sessions as the telemetry tells them. `session` is the id, else assigned address and user; the reason is never stated. */
export const sessionTelemetry = {
  kinds: ['session.opened', 'session.closed'],
  formats: ['ocserv-telemetry'],
  extract(record) {
    const kind = kindOf(textAttribute(record, 'operation'));
    if (kind === undefined || record.timestamp === undefined || record.hostname === undefined) return NONE;
    const user = textAttribute(record, 'user');
    const assigned = textAttribute(record, 'assignedIp');
    return [
      {
        kind,
        entity: tunnelServerEntity(record.hostname),
        time: wholeSecond(record.timestamp),
        identity: syslogIdentity(record),
        attributes: {
          view: 'telemetry',
          session: textAttribute(record, 'id') ?? `${assigned ?? ''}/${user ?? ''}`,
          user,
          client: textAttribute(record, 'clientIp'),
          assigned,
          reason: null,
          dpd: false,
          probe: false,
          bytesIn: numberAttribute(record, 'bytesIn'),
          bytesOut: numberAttribute(record, 'bytesOut'),
          durationSeconds: numberAttribute(record, 'durationSeconds'),
        },
      },
    ];
  },
} satisfies FactExtractor;
