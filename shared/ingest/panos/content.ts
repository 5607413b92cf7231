import type { RawRecord } from '../../model/record.ts';
import { isObject } from '../json/records.ts';
import { headerOf, readHeader, type SyslogHeader } from '../syslog/header.ts';

/** A PAN-OS message and what its wrappers say: time and host are of the innermost header, the firewall's or Panorama's own. */
export type Content = Pick<SyslogHeader, 'body' | 'hostname' | 'stamp'>;

/** Where a message begins in a text, if it does; -1 if not. */
export type Search = (text: string) => number;

const MAX_HEADERS = 3;

/**
 * The message in whatever it is wrapped: BSD headers with and without a host, IETF headers, a relay's header before the device's
 * own, octet counts left inside, a shipper's JSON.
 */
export function contentOf(raw: RawRecord, search: Search): Content | undefined {
  const header = headerOf(raw);
  if (header !== undefined && search(header.body) === 0) return header;
  const text = raw.json === undefined ? raw.text : messageIn(raw.json);
  const at = text === undefined ? -1 : search(text);
  if (text === undefined || at < 0) return undefined;
  const inner = innermost(header ?? readHeader(text), search);
  const hostname = hostBefore(text, at) ?? (raw.json === undefined ? nameOf(inner) : hostIn(raw.json));
  return { body: text.slice(at), hostname, stamp: inner?.stamp };
}

function innermost(outer: SyslogHeader | undefined, search: Search): SyslogHeader | undefined {
  let header = outer;
  for (let depth = 0; header !== undefined && depth < MAX_HEADERS && search(header.body) > 0; depth++) {
    const inner = readHeader(header.body.trimStart());
    if (inner === undefined) break;
    header = inner;
  }
  return header;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;
const nameOf = (header: SyslogHeader | undefined): string | undefined =>
  header?.hostname !== undefined && NAME.test(header.hostname) ? header.hostname : undefined;

/** The word right before a message, unless it is a part of a stamp: the sender of a BSD header. */
function hostBefore(text: string, at: number): string | undefined {
  const word = text.slice(0, at).trimEnd().split(/\s/).at(-1) ?? '';
  const isStamp = /^\d{1,4}$|^\d{4}-\d\d-\d\d/.test(word);
  return NAME.test(word) && !isStamp ? word : undefined;
}

const MESSAGES = ['message', 'msg', 'log', 'rawmsg', 'raw', '_raw', 'MESSAGE', 'SyslogMessage', 'RawData'];
const HOSTS = ['hostname', 'host', 'Hostname', 'HostName', 'Computer', '_HOSTNAME'];

function messageIn(json: unknown): string | undefined {
  return isObject(json) ? firstText(json, MESSAGES) : undefined;
}

const hostIn = (json: unknown): string | undefined => (isObject(json) ? firstText(json, HOSTS) : undefined);

function firstText(json: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
