import { tunnelServerEntity } from '../../model/entity.ts';
import type { Scalar } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { syslogIdentity, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const CHECKUP = 'Error executing Checkup';
const CONTAINER = /Failure starting service mstunnel-(agent|server)/;

/**
 * The monitor could not check on a container. `container` is there when the same record names it; a block whose lines have a
 * header each tells it by a `mstunnel.checkup-detail` of the same `pid`.
 */
export const podmanCheckupFailed = trouble(
  'mstunnel.podman-checkup-failed',
  ['mstunnel-monitor'],
  (body) => body.includes(CHECKUP),
  detailsIn,
);

/** The line of such a block that names the container. */
export const checkupDetail = trouble(
  'mstunnel.checkup-detail',
  ['mstunnel-monitor'],
  (body) => !body.includes(CHECKUP) && CONTAINER.test(body),
  detailsIn,
);

/** The agent could not read Podman's dates; harmless. Either line alone counts; the type alone stands in any stack trace. */
export const datetimeParse = trouble(
  'mstunnel.datetime-parse',
  ['mstunnel-agent'],
  (body) => body.includes('Failed to parse version-info.json') || /converted to System\.DateTime\b/.test(body),
);

/** ocserv may not open its tunnel device: nobody can connect. */
export const tunDevice = trouble(
  'mstunnel.tun-device',
  ['ocserv'],
  (body) => body.includes('/dev/net/tun') && body.includes('Operation not permitted'),
);

function detailsIn({ body, procId }: LogRecord): Readonly<Record<string, Scalar>> {
  return { container: CONTAINER.exec(body)?.[1] ?? null, pid: procId ?? null };
}

/** A fact for each line that only a bad day writes. */
function trouble(
  kind: string,
  formats: readonly string[],
  isIt: (body: string) => boolean,
  attributes: (record: LogRecord) => Readonly<Record<string, Scalar>> = () => ({}),
): FactExtractor {
  return {
    kinds: [kind],
    formats,
    extract(record: LogRecord) {
      const { body, timestamp, hostname } = record;
      if (timestamp === undefined || hostname === undefined || !isIt(body)) return NONE;
      return [
        {
          kind,
          entity: tunnelServerEntity(hostname),
          time: wholeSecond(timestamp),
          identity: syslogIdentity(record),
          attributes: attributes(record),
        },
      ];
    },
  };
}
