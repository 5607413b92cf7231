import { timestampOf } from '../../model/time.ts';
import { codesOfText } from '../codes.ts';
import { isObject } from '../json/records.ts';
import type { SyslogHeader } from './header.ts';
import { findTag, priorityNamed } from './sender.ts';
import { instantOf, readCivil, type Stamp } from './stamp.ts';

/**
 * The keys under which shippers put the parts of a syslog message into a JSON object: rsyslog's templates, syslog-ng, Fluent Bit's
 * inputs, Vector's, nxlog, Logstash and the Elastic Common Schema (dots are objects in each other there), GELF, and the tables of Log
 * Analytics. In lower case: each spells them its own way.
 */
const KEYS = {
  /** The line as it came, header and all. */
  original: ['event.original', 'rawmsg', 'raw', '_raw', 'log', 'message', 'msg', 'rawdata', 'event'],
  message: ['message', 'msg', 'log', 'syslogmessage', 'short_message', '@message'],
  /** The sender before who passed it on: Logstash calls that one `host`. */
  host: [
    'logsource',
    'sysloghost',
    'hostname',
    'host',
    'host.hostname',
    'host.name',
    '_hostname',
    'fromhost',
    'source',
    'log.syslog.hostname',
    'computer',
  ],
  tag: [
    'syslog_identifier',
    'appname',
    'app-name',
    'app_name',
    '_application_name',
    'ident',
    'programname',
    'program',
    'syslogtag',
    'tag',
    'process.name',
    'process.program',
    'log.syslog.appname',
    'processname',
    'sourcename',
  ],
  process: ['procid', 'pid', '_pid', 'process.pid', 'log.syslog.procid', 'processid', '_process_id'],
  time: ['timestamp', 'timereported', 'time', '@timestamp', 'date', 'eventtime', 'timegenerated'],
  priority: ['pri', 'priority', 'log.syslog.priority', 'syslog.priority'],
  facility: ['syslogfacility', 'syslog_facility', 'facility'],
  severity: ['syslogseverity', 'severity', 'severitylevel', 'level', 'priority'],
} as const;

type ReadHeader = (text: string) => SyslogHeader | undefined;

/**
 * The header that a shipper took apart, or that still stands in the line it carries along; undefined when the object is none.
 * A line with a header of its own says more than the shipper's keys, whose time may be that of its arrival.
 */
export function shippedHeader(json: unknown, readHeader: ReadHeader): SyslogHeader | undefined {
  // Azure's envelope has a time and a message too; its category tells it apart.
  if (!isObject(json) || typeof json['category'] === 'string' || typeof json['resourceId'] === 'string')
    return undefined;
  const said = inLowerCase(json);
  for (const key of KEYS.original) {
    const line = textAt(said, key);
    const header = line === undefined ? undefined : readHeader(line.trimEnd());
    if (header?.stamp !== undefined && header.appName !== undefined) return header;
  }
  const printed = printedHeader(said);
  if (printed !== undefined) return printed;
  const body = first(said, KEYS.message);
  const tag = first(said, KEYS.tag);
  const hostname = first(said, KEYS.host);
  if (body === undefined || tag === undefined || hostname === undefined) return undefined;
  const stamp = stampOf(said);
  const [, name = tag, pid] = /^([^[\]:]+)(?:\[(\d+)\])?:?$/.exec(tag) ?? [];
  return {
    dress: 'shipped',
    priority: priorityOf(said),
    stamp,
    hostname,
    appName: name,
    procId: first(said, KEYS.process) ?? pid,
    msgId: undefined,
    structuredData: undefined,
    body: body.trim(),
    wellFormed: stamp !== undefined,
  };
}

/**
 * `{"log":"app[12]: …\n","stream":"stderr","time":"…"}`, as Docker keeps what a container prints: the tag is in the line, unless the shipper
 * names the program, and no host; the time stands beside it.
 */
function printedHeader(said: Said): SyslogHeader | undefined {
  const { log, stream } = said;
  if (typeof log !== 'string' || (stream !== 'stdout' && stream !== 'stderr')) return undefined;
  const text = log.trimEnd();
  const tag = first(said, KEYS.tag) === undefined ? findTag(codesOfText(text), 0) : undefined;
  const stamp = stampOf(said);
  if (tag === undefined || stamp === undefined) return undefined;
  return {
    dress: 'shipped',
    priority: priorityOf(said),
    stamp,
    hostname: first(said, KEYS.host),
    appName: tag.name,
    procId: tag.procId,
    msgId: undefined,
    structuredData: undefined,
    body: text.slice(tag.bodyAt),
    wellFormed: true,
  };
}

function priorityOf(said: Said): number | undefined {
  const whole = Number(first(said, KEYS.priority) ?? Number.NaN);
  if (whole >= 0 && whole <= 191) return whole;
  const severity = first(said, KEYS.severity) ?? '';
  return priorityNamed(first(said, KEYS.facility) ?? '', severity) ?? priorityNamed('user', severity);
}

/** The first time that names its zone, else the first there is. */
function stampOf(said: Said): Stamp | undefined {
  const stamps = KEYS.time.flatMap((key) => timeIn(valueAt(said, key)) ?? []);
  return stamps.find((stamp) => stamp.kind === 'instant' && stamp.zoneStated) ?? stamps[0];
}

function timeIn(value: unknown): Stamp | undefined {
  const since =
    typeof value === 'number' || /^\d{10,16}(?:\.\d+)?$/.test(String(value)) ? sinceEpoch(Number(value)) : undefined;
  if (since !== undefined || typeof value !== 'string') return since;
  const instant = instantOf(value);
  if (instant !== undefined) return instant;
  const civil = readCivil(codesOfText(value), 0);
  return civil?.end === value.length ? civil.stamp : undefined;
}

/** Of seconds with a fraction (Fluent Bit), milliseconds or microseconds: which of them, their size tells. */
function sinceEpoch(count: number): Stamp | undefined {
  const scale = [1_000, 1, 1e-3].find((one) => count * one > 1e12 && count * one < 1e13);
  if (scale === undefined) return undefined;
  return { kind: 'instant', timestamp: timestampOf(Math.round(count * scale)), precision: 3, zoneStated: true };
}

/** A JSON object with its own keys in lower case. */
type Said = Readonly<Record<string, unknown>>;

/** Of two keys that differ in case, the first counts. */
const inLowerCase = (json: Said): Said =>
  Object.fromEntries(
    Object.entries(json)
      .reverse()
      .map(([key, value]) => [key.toLowerCase(), value]),
  );

function first(json: Said, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textAt(json, key);
    const isPath = key === 'source' && text?.includes('/');
    if (text !== undefined && text.trim() !== '' && text !== '-' && !isPath) return text;
  }
  return undefined;
}

function textAt(json: Said, key: string): string | undefined {
  const value = valueAt(json, key);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** A value by its key, or by its path through objects: both spellings are in use. */
function valueAt(json: Said, key: string): unknown {
  if (Object.hasOwn(json, key)) return json[key];
  let value: unknown = json;
  for (const part of key.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}
