import type { CheckInAttributes } from '../../model/checkin.ts';
import { tunnelServerEntity } from '../../model/entity.ts';
import type { Scalar } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { parseTime } from '../../model/time.ts';
import { isObject } from '../json/records.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const TIMES = new Set(['registryContactedAt', 'logsUploadedAt']);
/** The certificates' fields in a check-in, by the slot of the certificate. */
export const CERTIFICATE_FIELDS = [
  ['managementAgentCertificate', 'agent'],
  ['tlsCertificate', 'tls'],
] as const;

/** A server's check-in with its metrics, flat: `CheckInAttributes`. */
export const serverCheckin = {
  kinds: ['server.checkin'],
  formats: ['checkin'],
  extract(record) {
    if (record.timestamp === undefined || record.hostname === undefined) return NONE;
    const attributes = attributesOf(record);
    return [
      {
        kind: 'server.checkin',
        entity: tunnelServerEntity(record.hostname),
        time: record.timestamp,
        // Two that say different things in one second are two, whichever comes first.
        identity: Object.entries(attributes)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flat(),
        attributes,
      },
    ];
  },
} satisfies FactExtractor;

/** The validated fields of a check-in record. */
export function checkInOf(record: LogRecord): Readonly<Record<string, unknown>> {
  const values = record.attributes['checkIn'];
  return isObject(values) ? values : {};
}

function attributesOf(record: LogRecord): CheckInAttributes {
  const stated = record.attributes['invalidFields'];
  const invalid = new Set<string>(Array.isArray(stated) ? stated.map(String) : []);
  const attributes: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(checkInOf(record))) {
    if (name === 'time') continue;
    const scalar = TIMES.has(name) ? timeOf(value) : scalarOf(value);
    if (scalar !== undefined) attributes[name] = scalar;
    else if (TIMES.has(name)) invalid.add(name);
  }
  for (const [name] of CERTIFICATE_FIELDS) {
    const certificate = checkInOf(record)[name];
    if (!isObject(certificate)) continue;
    const notAfter = timeOf(certificate['notAfter']);
    if (notAfter === undefined) invalid.add(name);
    else attributes[`${name}NotAfter`] = notAfter;
  }
  if (invalid.size > 0) attributes['invalidFields'] = [...invalid].sort().join(',');
  return attributes;
}

/** The timestamp in a field; undefined when it is no time. */
export const timeOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? parseTime(value.trim())?.timestamp : undefined;

const scalarOf = (value: unknown): Scalar | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
