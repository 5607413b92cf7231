import type { SourceContext } from '../../model/record.ts';
import { timestampOf } from '../../model/time.ts';
import { codesOfText } from '../codes.ts';
import { clockOf, type ResolvedStamp } from '../syslog/clock.ts';
import { type InstantStamp, instantOf, readCivil, type Stamp } from '../syslog/stamp.ts';
import { isZone } from '../syslog/zone.ts';

const DATE = 'dddd/dd/dd dd:dd:dd';
const NUMBER = /^\d{10,19}$/;

let lastText = '';
let lastStamp: Stamp | undefined;

/**
 * A time as PAN-OS writes it: `2026/11/22 09:03:29` in the device's own zone, ISO 8601, `Nov 22 2026 09:03:29` (CEF, LEEF), or
 * seconds, milliseconds or microseconds since 1970. Records of one second come in runs, so the last answer is kept.
 */
export function stampOf(text: string): Stamp | undefined {
  if (text !== lastText) {
    lastStamp = readStamp(text);
    lastText = text;
  }
  return lastStamp;
}

function readStamp(text: string): Stamp | undefined {
  const date = dateIn(text);
  if (date !== undefined) return date;
  if (NUMBER.test(text)) return sinceEpoch(text);
  return instantOf(text) ?? readCivil(codesOfText(text), 0)?.stamp;
}

/** `2026/11/22 09:03:29`. */
function dateIn(text: string): Stamp | undefined {
  if (text.length !== DATE.length) return undefined;
  for (let i = 0; i < DATE.length; i++) {
    const code = text.charCodeAt(i);
    if (DATE[i] === 'd' ? code < 0x30 || code > 0x39 : code !== DATE.charCodeAt(i)) return undefined;
  }
  const two = (at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 11 * 0x30;
  const date = { year: two(0) * 100 + two(2), month: two(5), day: two(8) };
  return { kind: 'civil', ...date, hour: two(11), minute: two(14), second: Math.min(two(17), 59), fraction: '' };
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
