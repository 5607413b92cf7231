import type { SourceContext } from '../../model/record.ts';
import { timestampOf } from '../../model/time.ts';
import { type Codes, codesOfText } from '../codes.ts';
import { clockOf, type ResolvedStamp } from '../syslog/clock.ts';
import { type CivilStamp, type InstantStamp, instantOf, readCivil, type Stamp } from '../syslog/stamp.ts';
import { isZone } from '../syslog/zone.ts';

const NUMBER = /^\d{10,19}$/;
const DATE_LENGTH = '2026/11/22 09:03:29'.length;
const SPACE = 0x20;
const SLASH = 0x2f;
const ZERO = 0x30;
const COLON = 0x3a;

/**
 * A time as PAN-OS writes it: `2026/11/22 09:03:29` in the device's own zone, ISO 8601, `Nov 22 2026 09:03:29` (CEF, LEEF), or
 * seconds, milliseconds or microseconds since 1970.
 */
export function stampOf(text: string): Stamp | undefined {
  if (NUMBER.test(text)) return sinceEpoch(text);
  return dateIn(codesOfText(text), 0, text.length) ?? instantOf(text) ?? readCivil(codesOfText(text), 0)?.stamp;
}

/** Rows of one second come in runs: the same object for all of them, which the clock recognises. */
let lastDate: CivilStamp | undefined;

/** `2026/11/22 09:03:29` between two indices. */
export function dateIn({ codes }: Codes, from: number, to: number): CivilStamp | undefined {
  if (to - from !== DATE_LENGTH || codes[from + 4] !== SLASH || codes[from + 7] !== SLASH) return undefined;
  if (codes[from + 10] !== SPACE || codes[from + 13] !== COLON || codes[from + 16] !== COLON) return undefined;
  const year = twoDigits(codes, from) * 100 + twoDigits(codes, from + 2);
  const month = twoDigits(codes, from + 5);
  const day = twoDigits(codes, from + 8);
  const hour = twoDigits(codes, from + 11);
  const minute = twoDigits(codes, from + 14);
  const second = Math.min(twoDigits(codes, from + 17), 59);
  const last = lastDate;
  if (last?.second === second && last.minute === minute && last.hour === hour && last.day === day)
    if (last.month === month && last.year === year) return last;
  // What is no digit leaves no number.
  if (Number.isNaN(year + month + day + hour + minute + second)) return undefined;
  lastDate = { kind: 'civil', year, month, day, hour, minute, second, fraction: '' };
  return lastDate;
}

function twoDigits(codes: Codes['codes'], at: number): number {
  const tens = (codes[at] ?? 0) - ZERO;
  const ones = (codes[at + 1] ?? 0) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function sinceEpoch(digits: string): InstantStamp {
  const scale = digits.length <= 10 ? 1_000 : digits.length <= 13 ? 1 : digits.length <= 16 ? 1e-3 : 1e-6;
  return {
    kind: 'instant',
    timestamp: timestampOf(Math.floor(Number(digits) * scale)),
    precision: digits.length <= 10 ? 0 : 3,
    zoneStated: true,
  };
}

/** The column of high resolution names its zone. Unset, it is the epoch in the device's zone. */
export function preciseStampOf(text: string): Stamp | undefined {
  const stamp = text === '' ? undefined : instantOf(text);
  const isUnset = stamp === undefined || stamp.timestamp < '1971' || !stamp.zoneStated;
  return isUnset ? undefined : stamp;
}

const contexts = new WeakMap<SourceContext, Map<string, SourceContext | undefined>>();

/** The instant of a stamp; a record may name the zone of its times itself (CEF's `dtz`). */
export function resolved(stamp: Stamp | undefined, ctx: SourceContext, zone = ''): ResolvedStamp {
  const own = zone === '' ? undefined : inZone(ctx, zone);
  return own === undefined ? clockOf(ctx).resolve(stamp) : { ...clockOf(own).resolve(stamp), flags: [] };
}

function inZone(ctx: SourceContext, zone: string): SourceContext | undefined {
  const known = contexts.get(ctx) ?? new Map<string, SourceContext | undefined>();
  contexts.set(ctx, known);
  if (known.has(zone)) return known.get(zone);
  const own = isZone(zone) ? { ...ctx, zone } : undefined;
  if (known.size < MAX_ZONES) known.set(zone, own);
  return own;
}

/** Zones remembered per source; a source that invents more costs time only. */
const MAX_ZONES = 64;
