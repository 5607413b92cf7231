import type { SourceContext } from '../../model/record.ts';
import { timestampOf } from '../../model/time.ts';
import { codesOfText } from '../codes.ts';
import { clockOf, type ResolvedStamp } from '../syslog/clock.ts';
import { type CivilStamp, type InstantStamp, instantOf, readCivil, type Stamp } from '../syslog/stamp.ts';
import { isZone } from '../syslog/zone.ts';

const NUMBER = /^\d{10,19}$/;
const DATE = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)$/;

/**
 * A time as PAN-OS writes it: `2026/11/22 09:03:29` in the device's own zone, ISO 8601, `Nov 22 2026 09:03:29` (CEF, LEEF), or
 * seconds, milliseconds or microseconds since 1970.
 */
export function stampOf(text: string): Stamp | undefined {
  if (NUMBER.test(text)) return sinceEpoch(text);
  return dateIn(text) ?? instantOf(text) ?? readCivil(codesOfText(text), 0)?.stamp;
}

/** `2026/11/22 09:03:29`. */
function dateIn(text: string): CivilStamp | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return { kind: 'civil', year, month, day, hour, minute, second: Math.min(second, 59), fraction: '' };
}

let lastStamp: CivilStamp | undefined;
let lastDate = 0;
let lastClock = 0;

/** The same of a date like 20261122 and a second of the day. Rows of one second come in runs: one object for them, which the clock recognises. */
export function stampOfNumbers(date: number, clock: number): CivilStamp {
  if (lastStamp !== undefined && clock === lastClock && date === lastDate) return lastStamp;
  const [year, month, day] = [Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100];
  const [hour, minute, second] = [Math.floor(clock / 3600), Math.floor(clock / 60) % 60, clock % 60];
  lastStamp = { kind: 'civil', year, month, day, hour, minute, second, fraction: '' };
  lastDate = date;
  lastClock = clock;
  return lastStamp;
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
