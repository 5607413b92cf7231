import { tunnelServerEntity } from '../../model/entity.ts';
import { telemetryOf } from '../formats/ocserv-telemetry.ts';
import { numberOf, syslogIdentity, textOf, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** The kind of fact. The word was cut out of the line a moment ago: to look it up in a table takes longer. */
const kindOf = (operation: string | null): string | undefined =>
  operation === 'connect' ? 'session.opened' : operation === 'disconnect' ? 'session.closed' : undefined;

/** Sessions as the telemetry tells them. `session` is the id, else assigned address and user; the reason is never stated. */
export const sessionTelemetry = {
  kinds: ['session.opened', 'session.closed'],
  formats: ['ocserv-telemetry'],
  extract(record) {
    const { timestamp, hostname } = record;
    const said = telemetryOf(record);
    const kind = kindOf(textOf(said.operation));
    if (kind === undefined || timestamp === undefined || hostname === undefined) return NONE;
    const user = textOf(said.user);
    const assigned = textOf(said.assignedIp);
    return [
      {
        kind,
        entity: tunnelServerEntity(hostname),
        time: wholeSecond(timestamp),
        identity: syslogIdentity(record),
        attributes: {
          view: 'telemetry',
          session: textOf(said.id) ?? `${assigned ?? ''}/${user ?? ''}`,
          user,
          client: textOf(said.clientIp),
          assigned,
          reason: null,
          dpd: false,
          probe: false,
          bytesIn: numberOf(said.bytesIn),
          bytesOut: numberOf(said.bytesOut),
          durationSeconds: numberOf(said.durationSeconds),
        },
      },
    ];
  },
} satisfies FactExtractor;
