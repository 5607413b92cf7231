import type { RawRecord } from '../../model/record.ts';
import { type Codes, codesOf, codesOfText, indexOfCode, internedPiece, isDigit, piece } from '../codes.ts';
import { RawLine } from '../raw-line.ts';
import { HeadedLine } from './headed-line.ts';
import { journalHeader } from './journal.ts';
import { learnFielded, learnTagged } from './known-headers.ts';
import { type Data, LineHeader, NO_DATA, UNCERTAIN } from './line-header.ts';
import { NO_ORIGIN, type Origin, type OriginSpan } from './origin.ts';
import { findTag, isBlankCode, originOf, readOrigin, skipSpaces } from './sender.ts';
import { shippedHeader } from './shipped.ts';
import { readCivil, readFull, readIso, readUnix, type Stamp } from './stamp.ts';

/** What every dress of a syslog line says before its message. */
export interface SyslogHeader extends Origin, Data {
  readonly dress: 'rfc5424' | 'rfc3164' | 'journal' | 'shipped';
  /** Facility * 8 + severity; undefined when the line has none (files and journalctl have none). */
  readonly priority: number | undefined;
  readonly stamp: Stamp | undefined;
  readonly body: string;
  /** Where the body stands, for what reads it by its codes; undefined for a line that lies in no chunk. */
  readonly rawLine?: RawLine | undefined;
  readonly bodyAt?: number;
}

const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;
const LESS = 0x3c;
const GREATER = 0x3e;
const ZERO = 0x30;
const ONE = 0x31;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BYTE_ORDER_MARK = 0xfeff;

let lastRaw: RawRecord | undefined;
let lastHeader: SyslogHeader | undefined;

/** The syslog header of a record; undefined when it wears none. Formats ask in turn, so the last answer is kept. */
export function headerOf(raw: RawRecord): SyslogHeader | undefined {
  if (raw instanceof HeadedLine) return raw;
  if (raw === lastRaw) return lastHeader;
  lastHeader =
    raw.json === undefined ? headerIn(codesOf(raw)) : (journalHeader(raw.json) ?? shippedHeader(raw.json, readHeader));
  lastRaw = raw;
  return lastHeader;
}

/**
 * Reads RFC 5424, RFC 3164 and what is written in its place (no priority, no host, no tag, ISO stamps, journalctl's short
 * forms). Without a priority a stamp at the start is required, and behind an ISO stamp a tag too: many other logs begin so.
 */
export const readHeader = (text: string): SyslogHeader | undefined => headerIn(codesOfText(text));

/** Headers in front of each other, at most; each relay writes one. */
const MAX_HEADERS = 4;

function headerIn(text: Codes): LineHeader | undefined {
  const header = headerAt(text, text.at);
  return header && (relayedHeader(text, header, 1) ?? header);
}

/**
 * The sender's own header, which a relay put behind its own: `Nov 22 09:00:01 relay <13>Nov 22 09:00:00 host app: …`. Undefined when what
 * stands there is less than that. A tag follows the host of nearly every line; where none does, another header may.
 */
function relayedHeader(text: Codes, relay: LineHeader, depth: number): LineHeader | undefined {
  const { dress, hostname, appName } = relay;
  if (hostname === undefined || appName !== undefined || dress !== 'rfc3164' || depth === MAX_HEADERS) return undefined;
  const inner = headerAt(text, relay.bodyAt);
  if (inner?.stamp === undefined) return undefined;
  const sender = relayedHeader(text, inner, depth + 1);
  if (sender !== undefined) return sender.behind(relay);
  const isHeader =
    inner.hostname === undefined
      ? inner.procId !== undefined
      : inner.appName !== undefined || inner.priority !== undefined;
  return isHeader ? inner.behind(relay) : undefined;
}

function headerAt(text: Codes, at: number): LineHeader | undefined {
  const start = behindOctetCount(text, at);
  if (text.codes[start] !== LESS) return readStripped(text, start) ?? readTraditional(text, start, undefined);
  const close = priorityEnd(text, start);
  if (close === undefined) return readTraditional(text, start, undefined);
  const priority = numberBetween(text, start + 1, close);
  return readRfc5424(text, close + 1, priority) ?? readTraditional(text, close + 1, priority);
}

/** RFC 5424 of which a relay took the priority off. */
function readStripped(text: Codes, at: number): LineHeader | undefined {
  const header = text.codes[at] === ONE && text.codes[at + 1] === SPACE ? readRfc5424(text, at, undefined) : undefined;
  return header?.stamp !== undefined && header.wellFormed ? header : undefined;
}

/** RFC 6587 octet counting, left over in files: `123 <14>1 …`. */
function behindOctetCount({ codes, end }: Codes, at: number): number {
  let i = at;
  while (i < at + 8 && i < end && isDigit(codes[i])) i++;
  return i > at && i + 1 < end && codes[i] === SPACE && codes[i + 1] === LESS ? i + 1 : at;
}

/** The index of the `>` of `<0>` to `<191>`, no leading zeros (RFC 5424, 6.2.1). */
function priorityEnd(text: Codes, at: number): number | undefined {
  const { codes, end } = text;
  let i = at + 1;
  while (i < at + 4 && i < end && isDigit(codes[i])) i++;
  const digits = i - at - 1;
  if (digits === 0 || i >= end || codes[i] !== GREATER || numberBetween(text, at + 1, i) > 191) return undefined;
  return digits > 1 && codes[at + 1] === ZERO ? undefined : i;
}

function numberBetween({ codes }: Codes, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + (codes[i] ?? 0) - ZERO;
  return value;
}

/** RFC 5424, 6: version, stamp, four fields, structured data, message. Undefined when the fields are not there. */
function readRfc5424(text: Codes, at: number, priority: number | undefined): LineHeader | undefined {
  const { codes, end } = text;
  let i = at;
  while (i < at + 3 && i < end && isDigit(codes[i])) i++;
  if (i === at || codes[at] === ZERO || i >= end || codes[i] !== SPACE) return undefined;
  i++;
  const time = i < end && codes[i] === DASH ? { stamp: undefined, end: i + 1 } : readIso(text, i);
  if (time === undefined || (time.stamp?.kind === 'instant' && !time.stamp.zoneStated)) return undefined;
  const fields = readFields(text, time.end);
  if (fields === undefined) return undefined;
  if (text instanceof RawLine) learnFielded(text, { at: i, ...time }, fields);
  const data = readStructuredData(text, fields.end + 1);
  const behind = skipSpaces(text, data.end);
  const bodyAt = behind < end && codes[behind] === BYTE_ORDER_MARK ? behind + 1 : behind;
  return new LineHeader(text, 'rfc5424', priority, time.stamp, fields.origin, data, bodyAt);
}

/** Host, program, process and message id behind a stamp, each behind one space. */
function readFields(text: Codes, at: number): OriginSpan | undefined {
  const hostEnd = fieldEnd(text, at);
  const appEnd = fieldEnd(text, hostEnd);
  const processEnd = fieldEnd(text, appEnd);
  const end = fieldEnd(text, processEnd);
  if (end < 0) return undefined;
  const program = fieldAt(text, hostEnd, appEnd);
  const [, name = program, process] = WHOLE_TAG.exec(program ?? '') ?? [];
  const origin = {
    hostname: isBlankCode(text.codes[at + 1]) ? undefined : fieldAt(text, at, hostEnd),
    appName: name,
    procId: fieldAt(text, appEnd, processEnd) ?? process,
    msgId: fieldAt(text, processEnd, end),
  };
  return { at: at + 1, origin, end };
}

/** `app[12]:` where the program stands: templates put the whole tag of RFC 3164 there. */
const WHOLE_TAG = /^([\w./-]+)(?:\[(\d{1,10})\]:?|:)$/;

/** The end of the field behind the space at `at`; -1 when there is none. */
function fieldEnd(text: Codes, at: number): number {
  if (at < 0 || at >= text.end || text.codes[at] !== SPACE) return -1;
  const end = indexOfCode(text, SPACE, at + 1);
  return end === at + 1 ? -1 : end;
}

/** A field that begins behind the space at `at`; undefined for NILVALUE. */
function fieldAt(text: Codes, at: number, end: number): string | undefined {
  return end === at + 2 && text.codes[at + 1] === DASH ? undefined : internedPiece(text, at + 1, end);
}

/** Skips `-` or `[id name="value"]…`, where `\"`, `\\` and `\]` are escapes (RFC 5424, 6.3.3). */
function readStructuredData(text: Codes, at: number): Data & { readonly end: number } {
  const { codes } = text;
  const isEnd = (i: number): boolean => i >= text.end || codes[i] === SPACE;
  if (at < text.end && codes[at] === DASH && isEnd(at + 1)) return { ...NO_DATA, end: at + 1 };
  let end = at;
  while (end < text.end && codes[end] === OPEN_BRACKET) {
    const close = elementEnd(text, end);
    if (close === undefined) break;
    end = close;
  }
  const wellFormed = end > at && isEnd(end);
  return wellFormed ? { structuredData: piece(text, at, end), wellFormed, end } : { ...UNCERTAIN, end: at };
}

function elementEnd({ codes, end }: Codes, at: number): number | undefined {
  let quoted = false;
  for (let i = at + 1; i < end; i++) {
    const code = codes[i];
    if (quoted && code === BACKSLASH) i++;
    else if (code === QUOTE) quoted = !quoted;
    else if (!quoted && code === CLOSE_BRACKET) return i + 1;
    else if (!quoted && code === OPEN_BRACKET) return undefined;
  }
  return undefined;
}

function readTraditional(text: Codes, start: number, priority: number | undefined): LineHeader | undefined {
  const { codes, end } = text;
  const at = priority === undefined ? start : skipSpaces(text, start);
  const civil = readCivil(text, at);
  const exact = civil ?? readIso(text, at);
  const span = exact ?? readFull(text, at) ?? readUnix(text, at);
  if (span === undefined) return priority === undefined ? undefined : withoutStamp(text, at, priority);
  const behind = codes[span.end];
  if (span.end < end && behind !== SPACE && behind !== COLON) return undefined;
  const originAt = skipSpaces(text, span.end < end && behind === COLON ? span.end + 1 : span.end);
  const behindStamp = readOrigin(text, originAt);
  const { origin, end: bodyAt, priority: stated } = behindStamp;
  if (civil === undefined && priority === undefined && origin.appName === undefined) return undefined;
  // Nearly every log that is none of syslog begins with a date and a time.
  if (exact === undefined && isDigit(codes[at]) && priority === undefined && !origin.procId) return undefined;
  if (text instanceof RawLine && stated === undefined) learnTagged(text, { at, ...span }, behindStamp);
  return new LineHeader(text, 'rfc3164', priority ?? stated, span.stamp, origin, NO_DATA, bodyAt);
}

/** A priority and no stamp: all of it is message (RFC 3164, 4.3.3), but for a tag. */
function withoutStamp(text: Codes, at: number, priority: number): LineHeader {
  const tag = findTag(text, at);
  return tag === undefined
    ? new LineHeader(text, 'rfc3164', priority, undefined, NO_ORIGIN, UNCERTAIN, at)
    : new LineHeader(text, 'rfc3164', priority, undefined, originOf(undefined, tag), UNCERTAIN, tag.bodyAt);
}
