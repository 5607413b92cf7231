import type { RawRecord } from '../../model/record.ts';
import { copyOf } from '../copy.ts';
import { journalHeader } from './journal.ts';
import { shippedHeader } from './shipped.ts';
import { readCivil, readFull, readIso, type Stamp, type StampSpan } from './stamp.ts';

/** What every dress of a syslog line says before its message. */
export interface SyslogHeader {
  readonly dress: 'rfc5424' | 'rfc3164' | 'journal' | 'shipped';
  /** Facility * 8 + severity; undefined when the line has none (files and journalctl have none). */
  readonly priority: number | undefined;
  readonly stamp: Stamp | undefined;
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly msgId: string | undefined;
  /** RFC 5424 structured data as written; undefined for none. */
  readonly structuredData: string | undefined;
  readonly body: string;
  /** False when a part had to be guessed or was out of form. */
  readonly wellFormed: boolean;
}

const SPACE = 0x20;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BYTE_ORDER_MARK = 0xfeff;

let lastRaw: RawRecord | undefined;
let lastHeader: SyslogHeader | undefined;

/** The syslog header of a record; undefined when it wears none. Formats ask in turn, so the last answer is kept. */
export function headerOf(raw: RawRecord): SyslogHeader | undefined {
  if (raw === lastRaw) return lastHeader;
  lastHeader =
    raw.json === undefined ? readHeader(raw.text) : (journalHeader(raw.json) ?? shippedHeader(raw.json, readHeader));
  lastRaw = raw;
  return lastHeader;
}

/**
 * Reads RFC 5424, RFC 3164 and what is written in its place (no priority, no host, no tag, ISO stamps, journalctl's short
 * forms). Without a priority a stamp at the start is required, and behind an ISO stamp a tag too: many other logs begin so.
 */
export function readHeader(text: string): SyslogHeader | undefined {
  const start = behindOctetCount(text);
  const priority = readPriority(text, start);
  if (priority === undefined) return readTraditional(text, start, undefined);
  const at = text.indexOf('>', start) + 1;
  return readRfc5424(text, at, priority) ?? readTraditional(text, at, priority);
}

/** RFC 6587 octet counting, left over in files: `123 <14>1 …`. */
function behindOctetCount(text: string): number {
  let i = 0;
  while (i < 8 && isDigit(text.charCodeAt(i))) i++;
  return i > 0 && text[i] === ' ' && text[i + 1] === '<' ? i + 1 : 0;
}

/** `<0>` to `<191>`, no leading zeros (RFC 5424, 6.2.1). */
function readPriority(text: string, at: number): number | undefined {
  if (text.charCodeAt(at) !== 0x3c) return undefined;
  let value = 0;
  let i = at + 1;
  while (i < at + 4 && isDigit(text.charCodeAt(i))) value = value * 10 + text.charCodeAt(i++) - 0x30;
  const digits = i - at - 1;
  if (digits === 0 || text.charCodeAt(i) !== 0x3e || value > 191) return undefined;
  return digits > 1 && text.charCodeAt(at + 1) === 0x30 ? undefined : value;
}

/** RFC 5424, 6: version, stamp, four fields, structured data, message. Undefined when the fields are not there. */
function readRfc5424(text: string, at: number, priority: number): SyslogHeader | undefined {
  let i = at;
  while (i < at + 3 && isDigit(text.charCodeAt(i))) i++;
  if (i === at || text[at] === '0' || text[i] !== ' ') return undefined;
  i++;
  const time = text[i] === '-' ? { stamp: undefined, end: i + 1 } : readIso(text, i);
  if (time === undefined || (time.stamp?.kind === 'instant' && !time.stamp.zoneStated)) return undefined;
  i = time.end;
  const fields: (string | undefined)[] = [];
  while (fields.length < 4) {
    if (text[i] !== ' ') return undefined;
    const space = text.indexOf(' ', i + 1);
    const end = space < 0 ? text.length : space;
    if (end === i + 1) return undefined;
    fields.push(end === i + 2 && text[i + 1] === '-' ? undefined : text.slice(i + 1, end));
    i = end;
  }
  const [hostname, appName, procId, msgId] = fields;
  const data = readStructuredData(text, i + 1);
  const bodyAt = skipSpaces(text, data.end);
  return {
    dress: 'rfc5424',
    priority,
    stamp: time.stamp,
    hostname: hostname && interned(hostname),
    appName: appName && interned(appName),
    procId,
    msgId,
    structuredData: data.text,
    body: text.slice(text.charCodeAt(bodyAt) === BYTE_ORDER_MARK ? bodyAt + 1 : bodyAt),
    wellFormed: data.wellFormed,
  };
}

/** Skips `-` or `[id name="value"]…`, where `\"`, `\\` and `\]` are escapes (RFC 5424, 6.3.3). */
function readStructuredData(text: string, at: number): { text: string | undefined; end: number; wellFormed: boolean } {
  if (text[at] === '-' && (at + 1 === text.length || text[at + 1] === ' '))
    return { text: undefined, end: at + 1, wellFormed: true };
  let end = at;
  while (text[end] === '[') {
    const close = elementEnd(text, end);
    if (close === undefined) break;
    end = close;
  }
  const wellFormed = end > at && (end === text.length || text[end] === ' ');
  return wellFormed ? { text: text.slice(at, end), end, wellFormed } : { text: undefined, end: at, wellFormed };
}

function elementEnd(text: string, at: number): number | undefined {
  let quoted = false;
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ']') return i + 1;
    else if (!quoted && char === '[') return undefined;
  }
  return undefined;
}

let lastSpan: StampSpan | undefined;
let lastSpanText = '';

/** Lines of one second come in runs: the same text gives the same stamp object, which the clock recognises. */
function readCivilAgain(text: string, at: number): StampSpan | undefined {
  if (lastSpan !== undefined && text.startsWith(lastSpanText, at) && text[at + lastSpanText.length] === ' ') {
    const next = text.charCodeAt(at + lastSpanText.length + 1);
    if (!isDigit(next)) return { stamp: lastSpan.stamp, end: at + lastSpanText.length };
  }
  const span = readCivil(text, at);
  if (span !== undefined) {
    lastSpan = span;
    lastSpanText = text.slice(at, span.end);
  }
  return span;
}

function readTraditional(text: string, start: number, priority: number | undefined): SyslogHeader | undefined {
  const at = priority !== undefined && text.charCodeAt(start) === SPACE ? start + 1 : start;
  const civil = readCivilAgain(text, at);
  const span = civil ?? readIso(text, at) ?? readFull(text, at);
  if (span === undefined) return priority === undefined ? undefined : withoutStamp(text, at, priority);
  const behind = text.charCodeAt(span.end);
  if (behind !== SPACE && behind !== COLON && span.end < text.length) return undefined;
  const originAt = skipSpaces(text, behind === COLON ? span.end + 1 : span.end);
  const header = readOrigin(text, originAt, priority, span.stamp);
  return civil === undefined && priority === undefined && header.appName === undefined ? undefined : header;
}

/** A priority and no stamp: all of it is message (RFC 3164, 4.3.3), but for a tag. */
function withoutStamp(text: string, at: number, priority: number): SyslogHeader {
  const tag = findTag(text, at);
  return makeHeader(text, priority, undefined, undefined, tag, tag === undefined ? at : tag.bodyAt);
}

/** `host tag[pid]: message`, `tag: message`, `host message`, or CSV that begins at once (`1,2026/…`: no host). */
function readOrigin(text: string, at: number, priority: number | undefined, stamp: Stamp): SyslogHeader {
  const alone = findTag(text, at);
  if (alone !== undefined) return makeHeader(text, priority, stamp, undefined, alone, alone.bodyAt);
  const space = text.indexOf(' ', at);
  const hostEnd = space < 0 ? text.length : space;
  const hostname = text.slice(at, hostEnd);
  if (hostname === '' || hostname.includes(',')) return makeHeader(text, priority, stamp, undefined, undefined, at);
  const tagAt = skipSpaces(text, hostEnd);
  const tag = findTag(text, tagAt);
  return makeHeader(text, priority, stamp, interned(hostname), tag, tag === undefined ? tagAt : tag.bodyAt);
}

function makeHeader(
  text: string,
  priority: number | undefined,
  stamp: Stamp | undefined,
  hostname: string | undefined,
  tag: Tag | undefined,
  bodyAt: number,
): SyslogHeader {
  return {
    dress: 'rfc3164',
    priority,
    stamp,
    hostname,
    appName: tag?.name,
    procId: tag?.procId,
    msgId: undefined,
    structuredData: undefined,
    body: text.slice(bodyAt),
    wellFormed: stamp !== undefined,
  };
}

interface Tag {
  readonly name: string;
  readonly procId: string | undefined;
  readonly bodyAt: number;
}

const MAX_TAG = 64;
const MAX_PID = 32;

/** `tag[pid]:`, `tag:` and, as a translated page prints it, `tag[pid] :`. The colon may be missing behind a pid. */
function findTag(text: string, at: number): Tag | undefined {
  let end = at;
  while (end - at < MAX_TAG && isTagCharacter(text.charCodeAt(end))) end++;
  const code = text.charCodeAt(end);
  if (end === at || (code !== OPEN_BRACKET && code !== COLON && code !== SPACE)) return undefined;
  let after = end;
  let procId: string | undefined;
  if (code === OPEN_BRACKET) {
    const close = text.indexOf(']', end);
    if (close < 0 || close - end > MAX_PID) return undefined;
    procId = text.slice(end + 1, close);
    after = close + 1;
  }
  const colon = skipSpaces(text, after);
  const hasColon = text.charCodeAt(colon) === COLON;
  const spaced = text.charCodeAt(colon + 1) === SPACE || colon + 1 === text.length;
  if (procId === undefined ? !hasColon || !spaced : !hasColon && colon === after) return undefined;
  return { name: interned(text.slice(at, end)), procId, bodyAt: skipSpaces(text, hasColon ? colon + 1 : colon) };
}

function skipSpaces(text: string, at: number): number {
  let i = at;
  while (text.charCodeAt(i) === SPACE) i++;
  return i;
}

const MAX_INTERNED = 4096;
const names = new Map<string, string>();

/** One string for each host and program: compared and looked up fast, and no longer a piece of the chunk it came in. */
function interned(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size === MAX_INTERNED) names.clear();
  const own = copyOf(name);
  names.set(own, own);
  return own;
}

/** Letters, digits and `_ - . / @ ( ) % + #`, and any letter beyond ASCII. */
function isTagCharacter(code: number): boolean {
  if (code >= 0x61 && code <= 0x7a) return true;
  if (code >= 0x40 && code <= 0x5a) return true;
  if (code >= 0x2d && code <= 0x39) return true;
  return (
    code === 0x5f || code === 0x28 || code === 0x29 || code === 0x25 || code === 0x2b || code === 0x23 || code > 0xa0
  );
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
