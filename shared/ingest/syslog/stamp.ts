import { daysInMonth, parseTime, SECOND, type Timestamp, timestampOf } from '../../model/time.ts';
import { type Codes, indexOfCode, isDigit, piece } from '../codes.ts';

/** What a syslog header says about time: a civil time that lacks zone and mostly year, or an instant. */
export type Stamp = CivilStamp | InstantStamp;

export interface CivilStamp {
  readonly kind: 'civil';
  readonly year: number | undefined;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Decimal digits of the second as text; empty for none. */
  readonly fraction: string;
  /** How far the zone that stands beside it is ahead of UTC; not there when none does. */
  readonly offsetMinutes?: number;
}

export interface InstantStamp {
  readonly kind: 'instant';
  readonly timestamp: Timestamp;
  readonly precision: number;
  readonly zoneStated: boolean;
}

export interface StampSpan {
  readonly stamp: Stamp;
  /** Index behind the stamp. */
  readonly end: number;
}

const SPACE = 0x20;
const COLON = 0x3a;
const COMMA = 0x2c;
const DASH = 0x2d;
const POINT = 0x2e;
const CAPITAL_T = 0x54;
const CAPITAL_Z = 0x5a;
const PLUS = 0x2b;

/** The three letters of names in lower case, as one number each, and the place of each name. */
const placesOf = (...names: string[]): ReadonlyMap<number, number> =>
  new Map(names.map((name, i) => [threeLetters(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2)), i + 1]));

const MONTHS = placesOf('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec');
const WEEKDAYS = placesOf('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun');
/** A half of the day, and a zone of which the offset is known. Others, as `CET`, stand for several. */
const HALF_AND_ZONE = /^(?: ([AP])M)?(Z| (?:UTC|GMT|[+-]\d\d:?(?:\d\d)?))?(?=[ :]|$)/;
const HALF_AND_ZONE_INITIALS = new Set(Buffer.from('APUGZ+-'));
const MAX_HALF_AND_ZONE = 12;

function threeLetters(a: number, b: number, c: number): number {
  return ((a | 0x20) << 16) | ((b | 0x20) << 8) | c | 0x20;
}

/**
 * `Mmm dd hh:mm:ss` (RFC 3164, 4.1.2) as it is met: any letter case, one-digit days with one space or a zero, a fraction
 * (journalctl short-precise), a weekday before it, a year before it or behind the day or the time, AM and PM, a zone, and the Korean
 * and Japanese month and day of a localised journalctl (`10월 20일 19:32:15`).
 */
export function readCivil(text: Codes, at: number): StampSpan | undefined {
  const { codes, end } = text;
  let year = isDigit(codes[at]) ? readYear(text, at) : undefined;
  const date = readMonthDay(text, year === undefined ? behindWeekday(text, at) : at + 5);
  if (date === undefined) return undefined;
  let i = date.end;
  if (year === undefined) {
    year = readYear(text, i);
    if (year !== undefined) i += 5;
  }
  if (i + 8 > end) return undefined;
  const hour = twoDigits(text, i);
  const minute = twoDigits(text, i + 3);
  const second = twoDigits(text, i + 6);
  if (hour > 23 || minute > 59 || second > 60 || codes[i + 2] !== COLON || codes[i + 5] !== COLON) return undefined;
  i += 8;
  const fraction = readFraction(text, i);
  if (fraction !== '') i += fraction.length + 1;
  const yearBehind = (): number | undefined => {
    const stated = year === undefined && codes[i] === SPACE ? readYear(text, i + 1) : undefined;
    if (stated !== undefined) i += 5;
    return year ?? stated;
  };
  year = yearBehind();
  const rest = HALF_AND_ZONE_INITIALS.has(codes[codes[i] === SPACE ? i + 1 : i] ?? 0)
    ? piece(text, i, Math.min(i + MAX_HALF_AND_ZONE, end))
    : '';
  const [more = '', half, zone] = HALF_AND_ZONE.exec(rest) ?? [];
  i += more.length;
  year = yearBehind();
  const { month, day } = date;
  const civil = { kind: 'civil', year, month, day, hour, minute, second: Math.min(second, 59), fraction } as const;
  const inDay = half === undefined ? civil : { ...civil, hour: (hour % 12) + (half === 'P' ? 12 : 0) };
  return { stamp: zone === undefined ? inDay : { ...inDay, offsetMinutes: offsetOf(zone) }, end: i };
}

/** Whether a word is read as a part of a civil stamp, if it stands behind one: a year, half of the day, or zone. */
export const mayEndCivil = (text: Codes, at: number): boolean =>
  readYear(text, at) !== undefined ||
  HALF_AND_ZONE.exec(` ${piece(text, at, Math.min(at + MAX_HALF_AND_ZONE, text.end))}`)?.[0] !== '';

/** The index behind `Sun ` or `Sun, `; the same where no weekday stands. */
function behindWeekday({ codes }: Codes, at: number): number {
  if (!WEEKDAYS.has(threeLetters(codes[at] ?? 0, codes[at + 1] ?? 0, codes[at + 2] ?? 0))) return at;
  const behind = codes[at + 3] === COMMA ? at + 4 : at + 3;
  return codes[behind] === SPACE ? behind + 1 : at;
}

/** Of `UTC`, `GMT`, `Z`, `+01:00`, `-0530` or `+01`. */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes = '0'] = /([+-])(\d\d):?(\d\d)?/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function readMonthDay(text: Codes, at: number): { month: number; day: number; end: number } | undefined {
  const { codes } = text;
  if (at + 6 > text.end) return undefined;
  if (isDigit(codes[at])) return readEastAsian(text, at);
  const known = MONTHS.get(threeLetters(codes[at] ?? 0, codes[at + 1] ?? 0, codes[at + 2] ?? 0));
  const { month, end } =
    known !== undefined && codes[at + 3] === SPACE ? { month: known, end: at + 3 } : readLocal(text, at);
  if (month === undefined) return undefined;
  const padded = codes[end + 1] === SPACE ? end + 2 : end + 1;
  const digits = isDigit(codes[padded + 1]) ? 2 : 1;
  const day = digits === 2 ? twoDigits(text, padded) : digit(text, padded);
  if (!(day >= 1 && day <= 31) || codes[padded + digits] !== SPACE) return undefined;
  return { month, day, end: padded + digits + 1 };
}

/**
 * The months as journalctl abbreviates them where its locale is not English (the C library's `abmon`: German, French, Spanish, Italian,
 * Portuguese, Dutch), without the point that some have. Where languages agree, one stands for all.
 */
const LOCAL_MONTHS = new Map(
  [
    'jan janv ene gen',
    'feb févr fév fev',
    'mar mars mär mrt',
    'apr avril avr abr',
    'may mai mag mei',
    'jun juin giu',
    'jul juil lug',
    'aug août ago',
    'sep sept set',
    'oct okt ott out',
    'nov',
    'dec déc dez dic',
  ].flatMap((names, i) => names.split(' ').map((name) => [name, i + 1] as const)),
);
const MAX_LOCAL = 6;

function readLocal(text: Codes, at: number): { month: number | undefined; end: number } {
  const end = indexOfCode(text, SPACE, at);
  const isShort = end - at <= MAX_LOCAL && end < text.end;
  const name = isShort ? piece(text, at, end).toLowerCase().replace(/\.$/, '') : '';
  return { month: LOCAL_MONTHS.get(name), end };
}

const EAST_ASIAN = /^(\d{1,2})[월月] ?(\d{1,2})[일日]? /;
const MAX_EAST_ASIAN = 10;

function readEastAsian(text: Codes, at: number): { month: number; day: number; end: number } | undefined {
  if (text.codes instanceof Uint8Array) return undefined;
  const match = EAST_ASIAN.exec(piece(text, at, at + MAX_EAST_ASIAN));
  if (match === null) return undefined;
  const month = Number(match[1]);
  const day = Number(match[2]);
  const end = at + match[0].length;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { month, day, end } : undefined;
}

/** A year and a space or the end behind it, so that `2026` of `2026-…` or `20261` is none. */
function readYear(text: Codes, at: number): number | undefined {
  const { codes, end } = text;
  if (at + 4 > end || !isDigit(codes[at]) || !isDigit(codes[at + 3])) return undefined;
  if (at + 4 < end && codes[at + 4] !== SPACE) return undefined;
  const year = twoDigits(text, at) * 100 + twoDigits(text, at + 2);
  return year >= 1970 && year <= 2199 ? year : undefined;
}

function readFraction(text: Codes, at: number): string {
  const end = fractionEnd(text, at, text.codes[at] === COMMA ? COMMA : POINT);
  return end === at ? '' : piece(text, at + 1, end);
}

/** The index behind the point and its digits, nine at most; `at` when there is no point. */
function fractionEnd({ codes, end }: Codes, at: number, point = POINT): number {
  if (at >= end || codes[at] !== point) return at;
  let i = at + 1;
  while (i < end && i - at <= 9 && isDigit(codes[i])) i++;
  return i;
}

const MAX_ISO = 35;

/** An ISO 8601 stamp up to the next space: `2026-11-21T23:28:37.036+01:00`, journalctl's `+0100`. */
export function readIso(text: Codes, at: number): StampSpan | undefined {
  const { codes } = text;
  if (at + 16 > text.end || !isDigit(codes[at]) || codes[at + 4] !== DASH || codes[at + 10] !== CAPITAL_T)
    return undefined;
  const end = indexOfCode(text, SPACE, at);
  if (end - at > MAX_ISO) return undefined;
  const stamp = readUtc(text, at, end) ?? instantOf(piece(text, at, end));
  return stamp && { stamp, end };
}

const MAX_DIGITS = 7;
const SECOND_CHARS = '2026-11-22T09:03:29'.length;
/** What stands behind so many digits of a second to make them a timestamp. */
const REST_OF_FRACTION = ['0000000Z', '000000Z', '00000Z', '0000Z', '000Z', '00Z', '0Z', 'Z'];

/** `2026-11-22T09:03:29.123456Z`, the spelling of most lines: nothing to compute, only to check. Else the full parser reads it. */
function readUtc(text: Codes, at: number, end: number): InstantStamp | undefined {
  const { codes } = text;
  if (codes[at + 7] !== DASH || codes[at + 13] !== COLON || codes[at + 16] !== COLON) return undefined;
  const century = twoDigits(text, at);
  const years = twoDigits(text, at + 2);
  const month = twoDigits(text, at + 5);
  const day = twoDigits(text, at + 8);
  if (century > 99 || years > 99 || month < 1 || month > 12) return undefined;
  if (day < 1 || day > daysInMonth(century * 100 + years, month)) return undefined;
  if (twoDigits(text, at + 11) > 23 || twoDigits(text, at + 14) > 59 || twoDigits(text, at + 17) > 59) return undefined;
  const seconds = at + 19;
  const fraction = fractionEnd(text, seconds);
  if (fraction === seconds + 1 || !isUtc(text, fraction, end)) return undefined;
  return utcStamp(piece(text, at, end), 0, Math.min(Math.max(fraction - seconds - 1, 0), MAX_DIGITS));
}

/** The ISO stamp that the kernel found at `at`, in UTC with so many digits of a second; in another zone, -1, it is read in full. */
export function readKnownIso(text: Codes, at: number, digits: number): InstantStamp | undefined {
  if (digits < 0) {
    const stamp = readIso(text, at)?.stamp;
    return stamp?.kind === 'instant' ? stamp : undefined;
  }
  return utcStamp(text.chars, at, Math.min(digits, MAX_DIGITS));
}

/** `2026-11-22T09:03:29.123456`, with so many digits. */
function utcStamp(chars: string, at: number, digits: number): InstantStamp {
  const stated =
    digits === 0 ? `${chars.slice(at, at + SECOND_CHARS)}.` : chars.slice(at, at + SECOND_CHARS + 1 + digits);
  return { kind: 'instant', timestamp: `${stated}${REST_OF_FRACTION[digits]}`, precision: digits, zoneStated: true };
}

/** `Z` or `+00:00`. */
function isUtc({ codes }: Codes, at: number, end: number): boolean {
  if (end - at === 1) return codes[at] === CAPITAL_Z;
  if (end - at !== 6 || codes[at] !== PLUS || codes[at + 3] !== COLON) return false;
  return codes[at + 1] === 0x30 && codes[at + 2] === 0x30 && codes[at + 4] === 0x30 && codes[at + 5] === 0x30;
}

const FULL = /^(?:\p{L}{2,4}\.? )?(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:[.,]\d{1,9})?) ?(Z|UTC|[+-]\d\d:?\d\d)?(?= )/u;
const MAX_FULL = 48;

/**
 * journalctl short-full: `Sat 2026-11-21 23:28:37 UTC`, and the same without the weekday, or in another
 * language. Other zone words are left out: they name no
 * offset.
 */
export function readFull(text: Codes, at: number): StampSpan | undefined {
  const { codes, end } = text;
  // The abbreviation of a weekday has four letters and a point at most.
  const date = isDigit(codes[at]) ? at : indexOfCode(text, SPACE, at) + 1;
  if (date - at > 6) return undefined;
  if (date + 20 > end || codes[date + 4] !== DASH || codes[date + 10] !== SPACE) return undefined;
  const match = FULL.exec(piece(text, at, Math.min(at + MAX_FULL, end)));
  if (match === null) return undefined;
  const zone = match[3] === 'UTC' ? 'Z' : (match[3] ?? '');
  const stamp = instantOf(`${match[1]}T${match[2]?.replace(',', '.')}${zone}`);
  return stamp && { stamp, end: at + match[0].length };
}

const UNIX = /^\d{10}\.\d{6}(?= )/;
const UNIX_LENGTH = '1795338000.123456'.length;

/** journalctl short-unix: seconds since 1970 with a fraction. */
export function readUnix(text: Codes, at: number): StampSpan | undefined {
  const seconds = isDigit(text.codes[at])
    ? UNIX.exec(piece(text, at, Math.min(at + UNIX_LENGTH + 1, text.end)))?.[0]
    : undefined;
  if (seconds === undefined) return undefined;
  const [whole = '', fraction = ''] = seconds.split('.');
  const timestamp = `${timestampOf(Number(whole) * SECOND).slice(0, 20)}${fraction}0Z`;
  return { stamp: { kind: 'instant', timestamp, precision: 6, zoneStated: true }, end: at + UNIX_LENGTH };
}

/** Parses an ISO time to a stamp, with the digits it stated. */
export function instantOf(text: string): InstantStamp | undefined {
  const parsed = parseTime(text);
  if (parsed === undefined) return undefined;
  const { timestamp, zoneStated } = parsed;
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  return { kind: 'instant', timestamp, precision: Math.min(digits, 7), zoneStated };
}

const digit = ({ codes }: Codes, at: number): number => (codes[at] ?? 0) - 0x30;

/** Two decimal digits as a number; over 99 when they are none, which every range check refuses. */
function twoDigits(text: Codes, at: number): number {
  const { codes } = text;
  return isDigit(codes[at]) && isDigit(codes[at + 1]) ? digit(text, at) * 10 + digit(text, at + 1) : 1000;
}
