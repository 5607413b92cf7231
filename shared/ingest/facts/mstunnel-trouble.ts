import { tunnelServerEntity } from '../../model/entity.ts';
import type { Scalar } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { syslogIdentity, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** The monitor could not check on a container. `target` is the container when the same line names it. */
export const podmanCheckupFailed = trouble(
  'mstunnel.podman-checkup-failed',
  ['mstunnel-monitor', 'mstunnel-agent'],
  (body) => body.includes('Error executing Checkup'),
  (body) => ({ target: /Failure starting service mstunnel-(agent|server)/.exec(body)?.[1] ?? null }),
);

/** The agent could not read Podman's dates; harmless. Either line alone counts. */
export const datetimeParse = trouble(
  'mstunnel.datetime-parse',
  ['mstunnel-agent'],
  (body) => body.includes('Failed to parse version-info.json') || body.includes('System.DateTime'),
);

/** ocserv may not open its tunnel device: nobody can connect. */
export const tunDevice = trouble(
  'mstunnel.tun-device',
  ['ocserv'],
  (body) => body.includes('/dev/net/tun') && body.includes('Operation not permitted'),
);

/** A fact for each line that only a bad day writes. */
function trouble(
  kind: string,
  formats: readonly string[],
  isIt: (body: string) => boolean,
  attributes: (body: string) => Readonly<Record<string, Scalar>> = () => ({}),
): FactExtractor {
  return {
    kinds: [kind],
    formats,
    extract(record: LogRecord) {
      const { body, timestamp, hostname } = record;
      if (!isIt(body) || timestamp === undefined || hostname === undefined) return NONE;
      return [
        {
          kind,
          entity: tunnelServerEntity(hostname),
          time: wholeSecond(timestamp),
          identity: syslogIdentity(record),
          attributes: attributes(body),
        },
      ];
    },
  };
}
