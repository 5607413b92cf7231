/**
 * Event times. `Timestamp` is text of fixed width in UTC with 100 ns digits, `2026-11-22T09:03:29.1234567Z`: comparing
 * the text compares the times, and nothing is lost that Azure stamped. Rules compute with milliseconds since 1970.
 */
export type Timestamp = string;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The fixed-width timestamp of a millisecond instant. Example: `timestampOf(0)` is `1970-01-01T00:00:00.0000000Z`. */
export function timestampOf(ms: Millis): Timestamp {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, -1)}0000Z`;
}

/** The millisecond a timestamp falls in (its 100 ns digits are cut). */
export function millisOf(timestamp: Timestamp): Millis {
  if (timestamp !== lastTimestamp) {
    lastMillis = inLastMinute(timestamp) ?? parsedMillis(timestamp);
    lastTimestamp = timestamp;
  }
  return lastMillis;
}

/** One fact's time is asked for many times in a row. */
let lastTimestamp: Timestamp = '';
let lastMillis: Millis = Number.NaN;

/** `2026-11-22T09:03:` and when it began: facts come in order, so that the next one is mostly of the same minute. */
let lastMinute = '\u0000';
let lastMinuteMs: Millis = Number.NaN;
const SECONDS_AT = 17;
const MILLIS_AT = 20;

function parsedMillis(timestamp: Timestamp): Millis {
  const ms = Date.parse(`${timestamp.slice(0, 23)}Z`);
  if (!Number.isNaN(ms) && timestamp.charCodeAt(SECONDS_AT - 1) === COLON) {
    lastMinute = timestamp.slice(0, SECONDS_AT);
    lastMinuteMs = Math.floor(ms / MINUTE) * MINUTE;
  }
  return ms;
}

/** Within a minute there is little to compute; undefined for any other, and for what is no timestamp. */
function inLastMinute(timestamp: Timestamp): Millis | undefined {
  if (!timestamp.startsWith(lastMinute) || timestamp.charCodeAt(MILLIS_AT - 1) !== POINT) return undefined;
  let value = 0;
  for (let i = SECONDS_AT; i < MILLIS_AT + 3; i++) {
    if (i === MILLIS_AT - 1) continue;
    const code = timestamp.charCodeAt(i);
    if (!isDigit(code)) return undefined;
    value = value * 10 + code - 0x30;
  }
  return value < MINUTE ? lastMinuteMs + value : undefined;
}

const COLON = 0x3a;
const POINT = 0x2e;

/** ISO 8601 in UTC with milliseconds, the form of every answer and report. */
export function isoOf(ms: Millis): string {
  return new Date(ms).toISOString();
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}): ?(\d{2})(?:: ?(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$/;
/** Behind a comma, as Azure's portal writes it, AM or PM in capitals must follow: where they do not, the day may stand first. */
const US =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:,(?=.{8,20}[AP]M))? (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?(?:\s?([AaPp])[Mm])?(?: ?(Z|[+-]\d{2}:\d{2}))?$/;

export interface ParsedTime {
  readonly timestamp: Timestamp;
  /** False when the text named no zone and UTC was assumed. */
  readonly zoneStated: boolean;
}

/**
 * Parses the time spellings seen in Azure Monitor records: ISO with 0 to 9 fraction digits, offsets, blanks after colons,
 * no zone (taken as UTC, said so), and the US forms `11/3/2020 9:06:42 AM +00:00` and `11/3/2020, 9:06:42.123 AM`. Leap second 60 becomes 59.9999999.
 * Returns undefined for anything else: never a guess. Source: Azure resource-log schema; SCHEMAS of captured records.
 */
export function parseTime(text: string): ParsedTime | undefined {
  const utc = parseUtc(text);
  if (utc !== undefined) return utc;
  const iso = ISO.exec(text);
  if (iso) return build(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6] ?? '00', iso[7] ?? '', iso[8]);
  const us = US.exec(text);
  if (!us) return undefined;
  let hour = Number(us[4]);
  if (us[8] !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (us[8].toLowerCase() === 'p' ? 12 : 0);
  }
  return build(us[3], us[1], us[2], String(hour), us[5], us[6], us[7] ?? '', us[9]);
}

/**
 * `2026-11-22T09:03:29.1234567Z`, the spelling of nearly every record: nothing to compute, only to check. What is out of range
 * (leap seconds too) is left to the full parser.
 */
function parseUtc(text: string): ParsedTime | undefined {
  for (let i = 0; i < 19; i++) if (!isExpected(text.charCodeAt(i), SEPARATORS[i])) return undefined;
  let end = 19;
  if (text.charCodeAt(19) === 0x2e) {
    end++;
    while (isDigit(text.charCodeAt(end)) && end < 29) end++;
    if (end === 20) return undefined;
  }
  const zone = text.slice(end);
  if (zone !== 'Z' && zone !== '+00:00') return undefined;
  const month = pair(text, 5);
  const day = pair(text, 8);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(pair(text, 0) * 100 + pair(text, 2), month))
    return undefined;
  if (pair(text, 11) > 23 || pair(text, 14) > 59 || pair(text, 17) > 59) return undefined;
  const digits = text.slice(20, Math.min(end, 27)).padEnd(7, '0');
  return { timestamp: `${text.slice(0, 19)}.${digits}Z`, zoneStated: true };
}

/** Codes of the separators in `2026-11-22T09:03:29`; undefined where a digit stands. */
const SEPARATORS = [...'    -  -  T  :  :  '].map((char) => (char === ' ' ? undefined : char.charCodeAt(0)));

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isExpected = (code: number, separator: number | undefined): boolean =>
  separator === undefined ? isDigit(code) : code === separator;
const pair = (text: string, at: number): number => (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;

function build(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string,
  zone: string | undefined,
): ParsedTime | undefined {
  const leap = second === '60';
  const ms = utcMillis(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    leap ? 59 : Number(second),
  );
  if (ms === undefined) return undefined;
  const digits = leap ? '9999999' : fraction.padEnd(7, '0').slice(0, 7);
  const offset = zone === undefined ? 0 : offsetMillis(zone);
  if (offset === undefined) return undefined;
  const base = new Date(ms - offset);
  const y = base.getUTCFullYear();
  if (y < 0 || y > 9999) return undefined;
  return { timestamp: `${base.toISOString().slice(0, 19)}.${digits}Z`, zoneStated: zone !== undefined };
}

/** Milliseconds of a civil UTC date and time, or undefined when a field is out of range (30 February included). */
export function utcMillis(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): Millis | undefined {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day > daysInMonth(year, month)) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  if (year >= 100) return ms;
  return new Date(ms).setUTCFullYear(year);
}

/** Days of a month (1 to 12) in the Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Milliseconds of a numeric offset `Z`, `+02:00`, `+0200`; undefined when hours or minutes are out of range. */
export function offsetMillis(zone: string): Millis | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}
