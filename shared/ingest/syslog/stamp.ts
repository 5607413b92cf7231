import type { RecordFlag, SourceContext } from '../../model/record.ts';
import { DAY, type Millis, millisOf, parseTime, type Timestamp, timestampOf, utcMillis } from '../../model/time.ts';
import { Zone } from './zone.ts';

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

const MONTHS = new Map(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name, i) => [name, i + 1]),
);

/**
 * `Mmm dd hh:mm:ss` (RFC 3164, 4.1.2) as it is met: any letter case, one-digit days with one space or a zero, a fraction
 * (journalctl short-precise), a year behind the day or the time, and the Korean and Japanese month and day of a localised
 * journalctl (`10월 20일 19:32:15`).
 */
export function readCivil(text: string, at: number): StampSpan | undefined {
  const date = readMonthDay(text, at);
  if (date === undefined) return undefined;
  let i = date.end;
  let year = readYear(text, i);
  if (year !== undefined) i += 5;
  const hour = twoDigits(text, i);
  const minute = twoDigits(text, i + 3);
  const second = twoDigits(text, i + 6);
  if (hour > 23 || minute > 59 || second > 60 || text[i + 2] !== ':' || text[i + 5] !== ':') return undefined;
  i += 8;
  const fraction = readFraction(text, i);
  if (fraction !== '') i += fraction.length + 1;
  if (year === undefined && text[i] === ' ') {
    year = readYear(text, i + 1);
    if (year !== undefined) i += 5;
  }
  const { month, day } = date;
  return { stamp: { kind: 'civil', year, month, day, hour, minute, second: Math.min(second, 59), fraction }, end: i };
}

function readMonthDay(text: string, at: number): { month: number; day: number; end: number } | undefined {
  const month = MONTHS.get(text.slice(at, at + 3).toLowerCase());
  if (month === undefined) return readEastAsian(text, at);
  if (text[at + 3] !== ' ') return undefined;
  const padded = text[at + 4] === ' ' ? at + 5 : at + 4;
  const digits = isDigit(text, padded + 1) ? 2 : 1;
  const day = digits === 2 ? twoDigits(text, padded) : digit(text, padded);
  if (!(day >= 1 && day <= 31) || text[padded + digits] !== ' ') return undefined;
  return { month, day, end: padded + digits + 1 };
}

const EAST_ASIAN = /(\d{1,2})[월月] ?(\d{1,2})[일日]? /y;

function readEastAsian(text: string, at: number): { month: number; day: number; end: number } | undefined {
  if (!isDigit(text, at)) return undefined;
  EAST_ASIAN.lastIndex = at;
  const match = EAST_ASIAN.exec(text);
  if (match === null) return undefined;
  const month = Number(match[1]);
  const day = Number(match[2]);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { month, day, end: EAST_ASIAN.lastIndex } : undefined;
}

/** A year and a space or the end behind it, so that `2026` of `2026-…` or `20261` is none. */
function readYear(text: string, at: number): number | undefined {
  if (!isDigit(text, at) || !isDigit(text, at + 3) || (at + 4 < text.length && text[at + 4] !== ' ')) return undefined;
  const year = twoDigits(text, at) * 100 + twoDigits(text, at + 2);
  return year >= 1970 && year <= 2199 ? year : undefined;
}

function readFraction(text: string, at: number): string {
  if (text[at] !== '.') return '';
  let end = at + 1;
  while (end - at <= 9 && isDigit(text, end)) end++;
  return text.slice(at + 1, end);
}

/** An ISO 8601 stamp up to the next space: `2026-11-21T23:28:37.036+01:00`, journalctl's `+0100`. */
export function readIso(text: string, at: number): StampSpan | undefined {
  if (!isDigit(text, at) || text[at + 4] !== '-' || text[at + 10] !== 'T') return undefined;
  const space = text.indexOf(' ', at);
  const end = space < 0 ? text.length : space;
  if (end - at > 35) return undefined;
  const stamp = instantOf(text.slice(at, end));
  return stamp && { stamp, end };
}

const FULL =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(UTC|[+-]\d\d:?\d\d)?(?= )/y;

/** journalctl short-full: `Sat 2026-11-21 23:28:37 UTC`. Other zone words are left out: they name no offset. */
export function readFull(text: string, at: number): StampSpan | undefined {
  FULL.lastIndex = at;
  const match = FULL.exec(text);
  if (match === null) return undefined;
  const zone = match[3] === 'UTC' ? 'Z' : (match[3] ?? '');
  const stamp = instantOf(`${match[1]}T${match[2]}${zone}`);
  return stamp && { stamp, end: FULL.lastIndex };
}

/** Parses an ISO time to a stamp, with the digits it stated. */
export function instantOf(text: string): InstantStamp | undefined {
  const parsed = parseTime(text);
  if (parsed === undefined) return undefined;
  const point = text.indexOf('.');
  return {
    kind: 'instant',
    timestamp: parsed.timestamp,
    precision: point < 0 ? 0 : Math.min(readFraction(text, point).length, 7),
    zoneStated: parsed.zoneStated,
  };
}

export interface ResolvedStamp {
  readonly timestamp: Timestamp | undefined;
  readonly precision: number;
  readonly flags: readonly RecordFlag[];
}

const NO_TIME: ResolvedStamp = { timestamp: undefined, precision: 0, flags: ['no-time'] };
const STATED: readonly RecordFlag[] = [];
const ZONE_ASSUMED: readonly RecordFlag[] = ['zone-assumed'];
const YEAR_INFERRED: readonly RecordFlag[] = ['zone-assumed', 'year-inferred'];

/** Completes the stamps of one source with its zone and year. Lines of one second share the work. */
export class StampClock {
  readonly #ctx: SourceContext;
  readonly #zone: Zone;
  #lastStamp: CivilStamp | undefined;
  #lastResolved = NO_TIME;

  constructor(ctx: SourceContext) {
    this.#ctx = ctx;
    this.#zone = new Zone(ctx.zone);
  }

  /** The UTC time of a stamp; without one, flag `no-time`: never the wall clock. */
  resolve(stamp: Stamp | undefined): ResolvedStamp {
    if (stamp === undefined) return NO_TIME;
    if (stamp.kind === 'instant') return this.#instant(stamp);
    if (stamp === this.#lastStamp) return this.#lastResolved;
    this.#lastStamp = stamp;
    this.#lastResolved = this.#civil(stamp);
    return this.#lastResolved;
  }

  #instant(stamp: InstantStamp): ResolvedStamp {
    if (stamp.zoneStated) return { timestamp: stamp.timestamp, precision: stamp.precision, flags: STATED };
    const ms = this.#zone.instantOf(millisOf(stamp.timestamp));
    const timestamp = withFraction(ms, stamp.timestamp.slice(20, 27));
    return { timestamp, precision: stamp.precision, flags: ZONE_ASSUMED };
  }

  #civil(stamp: CivilStamp): ResolvedStamp {
    const stated = stamp.year ?? this.#ctx.year;
    const ms = stated === undefined ? this.#nearest(stamp) : this.#inYear(stamp, stated);
    if (ms === undefined) return NO_TIME;
    return {
      timestamp: withFraction(ms, stamp.fraction),
      precision: Math.min(stamp.fraction.length, 7),
      flags: stated === undefined ? YEAR_INFERRED : ZONE_ASSUMED,
    };
  }

  /** The latest year that puts the stamp at most a day ahead of the reference. 29 February waits for a leap year. */
  #nearest(stamp: CivilStamp): Millis | undefined {
    const latest = new Date(this.#ctx.referenceMs + DAY).getUTCFullYear() + 1;
    for (let year = latest; year > latest - 10; year--) {
      const ms = this.#inYear(stamp, year);
      if (ms !== undefined && ms <= this.#ctx.referenceMs + DAY) return ms;
    }
    return undefined;
  }

  #inYear(stamp: CivilStamp, year: number): Millis | undefined {
    const civil = utcMillis(year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second);
    return civil === undefined ? undefined : this.#zone.instantOf(civil);
  }
}

const clocks = new WeakMap<SourceContext, StampClock>();
let lastContext: SourceContext | undefined;
let lastClock: StampClock | undefined;

/** The clock of a source; one per context object. */
export function clockOf(ctx: SourceContext): StampClock {
  if (ctx === lastContext && lastClock !== undefined) return lastClock;
  const clock = clocks.get(ctx) ?? new StampClock(ctx);
  clocks.set(ctx, clock);
  lastContext = ctx;
  lastClock = clock;
  return clock;
}

function withFraction(ms: Millis, fraction: string): Timestamp {
  const whole = timestampOf(ms);
  return fraction === '' ? whole : `${whole.slice(0, 20)}${fraction.padEnd(7, '0').slice(0, 7)}Z`;
}

const digit = (text: string, at: number): number => text.charCodeAt(at) - 0x30;

/** Two decimal digits as a number; NaN or something over 99 when they are none, which every range check refuses. */
function twoDigits(text: string, at: number): number {
  return isDigit(text, at) && isDigit(text, at + 1) ? digit(text, at) * 10 + digit(text, at + 1) : 1000;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
