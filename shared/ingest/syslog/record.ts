import type { LogRecord, RawRecord, RecordFlag, SourceContext } from '../../model/record.ts';
import type { Severity } from '../../model/severity.ts';
import { clockOf } from './clock.ts';
import type { SyslogHeader } from './header.ts';

/** RFC 5424 severities 0 (emergency) to 7 (debug): alerts begin at critical, errors and warnings are warnings. */
const SEVERITY_BY_CODE: readonly Severity[] = [
  'critical',
  'critical',
  'critical',
  'warning',
  'warning',
  'informational',
  'informational',
  'informational',
];

/** The record of a syslog line, whatever its dress, with the fields its format found in the message. */
export function syslogRecord(
  format: string,
  raw: RawRecord,
  header: SyslogHeader,
  ctx: SourceContext,
  attributes: Readonly<Record<string, unknown>>,
  complete = true,
): LogRecord {
  const time = clockOf(ctx).resolve(header.stamp);
  const guessed = !complete || !header.wellFormed;
  return {
    format,
    position: raw.position,
    flags: raw.flags.length === 0 && !guessed ? time.flags : allFlags(raw.flags, time.flags, guessed),
    timestamp: time.timestamp,
    precision: time.precision,
    severity: header.priority === undefined ? undefined : SEVERITY_BY_CODE[header.priority % 8],
    hostname: header.hostname,
    appName: header.appName,
    procId: header.procId,
    body: header.body,
    attributes,
  };
}

const allFlags = (raw: readonly RecordFlag[], time: readonly RecordFlag[], guessed: boolean): readonly RecordFlag[] =>
  guessed ? [...raw, ...time, 'best-effort'] : [...raw, ...time];
