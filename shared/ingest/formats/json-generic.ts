import { fail, ok } from '../../model/result.ts';
import { type ParsedTime, parseTime } from '../../model/time.ts';
import { isObject } from '../json/records.ts';
import { headerOf } from '../syslog/header.ts';
import { syslogRecord } from '../syslog/record.ts';
import type { LogFormat } from './format.ts';

const TIMES = ['time', 'timestamp', '@timestamp', 'TimeGenerated', 'eventTime', 'ts', 'date'];
const HOSTS = ['hostname', 'host', 'Hostname', 'computer', 'Computer'];
const MESSAGES = ['message', 'msg', 'Message', 'log'];

/** JSON that nothing else knows. Time, host and message come from the usual keys, or from the journal's when it is an entry. */
export const jsonGeneric = {
  name: 'json-generic',
  title: 'JSON of an unknown kind',
  asked: { json: true, syslog: () => true },
  claims: (raw) => raw.json !== undefined,
  parse(raw, ctx) {
    if (raw.json === undefined) return fail('invalid-json', 'expected JSON');
    const journal = headerOf(raw);
    if (journal !== undefined) return ok(syslogRecord('json-generic', raw, journal, ctx, {}));
    const json = isObject(raw.json) ? raw.json : {};
    const time = firstTime(json);
    return ok({
      format: 'json-generic',
      position: raw.position,
      flags: time === undefined ? [...raw.flags, 'no-time'] : raw.flags,
      timestamp: time?.timestamp,
      precision: 7,
      severity: undefined,
      hostname: firstText(json, HOSTS),
      appName: undefined,
      procId: undefined,
      body: firstText(json, MESSAGES) ?? raw.text,
      attributes: json,
    });
  },
} satisfies LogFormat;

function firstTime(json: Readonly<Record<string, unknown>>): ParsedTime | undefined {
  for (const key of TIMES) {
    const value = json[key];
    const parsed = typeof value === 'string' ? parseTime(value) : undefined;
    if (parsed !== undefined) return parsed;
  }
  return undefined;
}

function firstText(json: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
