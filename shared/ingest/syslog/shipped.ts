import { parseTime, timestampOf } from '../../model/time.ts';
import { isObject } from '../json/records.ts';
import type { SyslogHeader } from './header.ts';
import type { Stamp } from './stamp.ts';

/**
 * The keys under which shippers put the parts of a syslog message into a JSON object: rsyslog's templates, Fluent Bit's syslog
 * and tail inputs, Vector's syslog source, Logstash and the Elastic Common Schema (dots are objects in each other there), and the
 * tables of Log Analytics.
 */
const KEYS = {
  /** The line as it came, header and all. */
  original: ['event.original', 'rawmsg', 'raw', 'log', 'message', 'msg', 'RawData'],
  message: ['message', 'msg', 'log', 'MESSAGE', 'SyslogMessage'],
  host: [
    'hostname',
    'host',
    'host.hostname',
    'host.name',
    'fromhost',
    'source',
    'log.syslog.hostname',
    'HostName',
    'Computer',
  ],
  tag: [
    'appname',
    'app-name',
    'app_name',
    'ident',
    'programname',
    'program',
    'syslogtag',
    'tag',
    'process.name',
    'log.syslog.appname',
    'ProcessName',
  ],
  process: ['procid', 'pid', 'process.pid', 'log.syslog.procid', 'ProcessID'],
  time: ['timestamp', 'timereported', 'time', '@timestamp', 'date', 'timegenerated', 'EventTime', 'TimeGenerated'],
  priority: ['pri', 'priority', 'log.syslog.priority'],
} as const;

/**
 * The header that a shipper took apart, or that still stands in the line it carries along; undefined when the object is none.
 * A line with a header of its own says more than the shipper's keys, whose time may be that of its arrival.
 */
export function shippedHeader(
  json: unknown,
  readHeader: (text: string) => SyslogHeader | undefined,
): SyslogHeader | undefined {
  // Azure's envelope has a time and a message too; its category tells it apart.
  if (!isObject(json) || typeof json['category'] === 'string' || typeof json['resourceId'] === 'string')
    return undefined;
  for (const key of KEYS.original) {
    const line = textAt(json, key);
    const header = line === undefined ? undefined : readHeader(line.trimEnd());
    if (header?.stamp !== undefined && header.appName !== undefined) return header;
  }
  const body = first(json, KEYS.message);
  const tag = first(json, KEYS.tag);
  const hostname = first(json, KEYS.host);
  if (body === undefined || tag === undefined || hostname === undefined) return undefined;
  const stamp = stampOf(json);
  const [, name = tag, pid] = /^([^[\]:]+)(?:\[(\d+)\])?:?$/.exec(tag) ?? [];
  const priority = Number(first(json, KEYS.priority) ?? Number.NaN);
  return {
    dress: 'shipped',
    priority: priority >= 0 && priority <= 191 ? priority : undefined,
    stamp,
    hostname,
    appName: name,
    procId: first(json, KEYS.process) ?? pid,
    msgId: undefined,
    structuredData: undefined,
    body: body.trim(),
    wellFormed: stamp !== undefined,
  };
}

function stampOf(json: Readonly<Record<string, unknown>>): Stamp | undefined {
  for (const key of KEYS.time) {
    const value = valueAt(json, key);
    // Fluent Bit writes seconds since 1970, with a fraction.
    if (typeof value === 'number' && value > 1e9 && value < 1e10) {
      return { kind: 'instant', timestamp: timestampOf(Math.round(value * 1_000)), precision: 3, zoneStated: true };
    }
    const time = typeof value === 'string' ? parseTime(value) : undefined;
    if (time?.zoneStated) return { kind: 'instant', timestamp: time.timestamp, precision: 7, zoneStated: true };
  }
  return undefined;
}

function first(json: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textAt(json, key);
    if (text !== undefined && text.trim() !== '' && text !== '-') return text;
  }
  return undefined;
}

function textAt(json: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = valueAt(json, key);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** A value by its key, or by its path through objects: both spellings are in use. */
function valueAt(json: Readonly<Record<string, unknown>>, key: string): unknown {
  if (Object.hasOwn(json, key)) return json[key];
  let value: unknown = json;
  for (const part of key.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}
