import { tunnelServerEntity } from '../../model/entity.ts';
import { wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** A tunnel server's own programs wrote something. */
export const serverHeard = presence('server.heard', [
  'ocserv',
  'ocserv-telemetry',
  'mstunnel-agent',
  'mstunnel-monitor',
]);

/** A tunnel server served a connection. Apart from `server.heard`: access logs are off by default. */
export const serverAccessed = presence('server.accessed', ['ocserv-access']);

function presence(kind: string, formats: readonly string[]): FactExtractor {
  return {
    kinds: [kind],
    formats,
    oncePer: 'minute',
    extract({ timestamp, hostname }) {
      if (timestamp === undefined || hostname === undefined) return NONE;
      return [
        { kind, entity: tunnelServerEntity(hostname), time: wholeSecond(timestamp), identity: [], attributes: {} },
      ];
    },
  };
}
