import { timestampOf } from '../../model/time.ts';
import { isObject } from '../json/records.ts';
import type { SyslogHeader } from './header.ts';
import type { InstantStamp } from './stamp.ts';

/** When it was logged, else when journald had it; shippers may drop either. */
const TIMES = ['_SOURCE_REALTIME_TIMESTAMP', '__REALTIME_TIMESTAMP'];

/**
 * The header in a record of `journalctl -o json` (systemd.journal-fields(7)): every value is text, a message that is not
 * UTF-8 is an array of byte values, one that is too long is null. Undefined when the object is no journal entry.
 */
export function journalHeader(json: unknown): SyslogHeader | undefined {
  if (!isObject(json) || !Object.hasOwn(json, 'MESSAGE') || !TIMES.some((key) => Object.hasOwn(json, key)))
    return undefined;
  const priority = Number(text(json['PRIORITY']) ?? Number.NaN);
  const facility = Number(text(json['SYSLOG_FACILITY']) ?? 1);
  const stamp = TIMES.map((key) => microseconds(json[key])).find((one) => one !== undefined);
  return {
    dress: 'journal',
    priority:
      priority >= 0 && priority <= 7 ? (facility >= 0 && facility <= 23 ? facility : 1) * 8 + priority : undefined,
    stamp,
    hostname: text(json['_HOSTNAME']),
    appName: text(json['SYSLOG_IDENTIFIER']) ?? text(json['_COMM']),
    procId: text(json['SYSLOG_PID']) ?? text(json['_PID']),
    msgId: undefined,
    structuredData: undefined,
    body: message(json['MESSAGE']).trim(),
    wellFormed: stamp !== undefined,
  };
}

/** A field set twice is an array: the first value counts. */
function text(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first.trim() !== '' ? first : undefined;
}

function message(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const bytes = value.filter((byte): byte is number => typeof byte === 'number');
  return bytes.length === value.length ? Buffer.from(bytes).toString('utf8') : (text(value) ?? '');
}

function microseconds(value: unknown): InstantStamp | undefined {
  const digits = text(value);
  if (digits === undefined || !/^\d{12,17}$/.test(digits)) return undefined;
  const ms = Number(digits.slice(0, -3));
  const timestamp = `${timestampOf(ms).slice(0, 23)}${digits.slice(-3)}0Z`;
  return { kind: 'instant', timestamp, precision: 6, zoneStated: true };
}
