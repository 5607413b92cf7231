import type { RecordFlag, SourceContext } from '../../model/record.ts';
import {
  DAY,
  MINUTE,
  type Millis,
  millisOf,
  SECOND,
  type Timestamp,
  timestampOf,
  utcMillis,
} from '../../model/time.ts';
import type { CivilStamp, InstantStamp, Stamp } from './stamp.ts';
import { Zone } from './zone.ts';

export interface ResolvedStamp {
  readonly timestamp: Timestamp | undefined;
  readonly precision: number;
  readonly flags: readonly RecordFlag[];
}

const FIRST = Date.parse('0000-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const NO_TIME: ResolvedStamp = { timestamp: undefined, precision: 0, flags: ['no-time'] };
const STATED: readonly RecordFlag[] = [];
const ZONE_ASSUMED: readonly RecordFlag[] = ['zone-assumed'];
const YEAR_INFERRED: readonly RecordFlag[] = ['zone-assumed', 'year-inferred'];
const YEAR_ALONE_INFERRED: readonly RecordFlag[] = ['year-inferred'];

/** The civil stamp resolved last, of those with a year or of those without: lines of both kinds may come by turns. */
interface Last {
  stamp: CivilStamp | undefined;
  ms: Millis | undefined;
  resolved: ResolvedStamp;
}

/** Completes the stamps of one source with its zone and year. Lines of one second share the work. */
export class StampClock {
  readonly #ctx: SourceContext;
  readonly #zone: Zone;
  readonly #dated: Last = { stamp: undefined, ms: undefined, resolved: NO_TIME };
  readonly #yearless: Last = { stamp: undefined, ms: undefined, resolved: NO_TIME };

  constructor(ctx: SourceContext) {
    this.#ctx = ctx;
    this.#zone = new Zone(ctx.zone);
  }

  /** The UTC time of a stamp; without one, flag `no-time`: never the wall clock. */
  resolve(stamp: Stamp | undefined): ResolvedStamp {
    if (stamp === undefined) return NO_TIME;
    if (stamp.kind === 'instant') return this.#instant(stamp);
    const last = stamp.year === undefined ? this.#yearless : this.#dated;
    if (stamp === last.stamp) return last.resolved;
    last.ms = this.#sameMinute(stamp, last) ?? this.#instantOfCivil(stamp);
    last.stamp = stamp;
    last.resolved = this.#civil(stamp, last.ms);
    return last.resolved;
  }

  #instant(stamp: InstantStamp): ResolvedStamp {
    if (stamp.zoneStated) return { timestamp: stamp.timestamp, precision: stamp.precision, flags: STATED };
    const ms = this.#instantIn(millisOf(stamp.timestamp));
    if (ms === undefined) return NO_TIME;
    const timestamp = withFraction(ms, stamp.timestamp.slice(20, 27));
    return { timestamp, precision: stamp.precision, flags: ZONE_ASSUMED };
  }

  /** Lines come nearly in order: most are of the minute of the one before, where no zone changes. */
  #sameMinute(stamp: CivilStamp, { stamp: last, ms: lastMs }: Last): Millis | undefined {
    if (last === undefined || lastMs === undefined) return undefined;
    if (stamp.minute !== last.minute || stamp.hour !== last.hour || stamp.day !== last.day) return undefined;
    if (stamp.month !== last.month || stamp.year !== last.year) return undefined;
    if (stamp.offsetMinutes !== last.offsetMinutes) return undefined;
    const ms = lastMs + (stamp.second - last.second) * SECOND;
    // Within a day ahead of the reference the year may turn over between two seconds.
    return ms <= this.#ctx.referenceMs ? ms : undefined;
  }

  #instantOfCivil(stamp: CivilStamp): Millis | undefined {
    const stated = stamp.year ?? this.#ctx.year;
    return stated === undefined ? this.#nearest(stamp) : this.#inYear(stamp, stated);
  }

  #civil(stamp: CivilStamp, ms: Millis | undefined): ResolvedStamp {
    const stated = stamp.year ?? this.#ctx.year;
    if (ms === undefined) return NO_TIME;
    return {
      timestamp: withFraction(ms, stamp.fraction),
      precision: Math.min(stamp.fraction.length, 7),
      flags: civilFlags(stated !== undefined, stamp.offsetMinutes !== undefined),
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
    if (civil === undefined) return undefined;
    return stamp.offsetMinutes === undefined ? this.#instantIn(civil) : inRange(civil - stamp.offsetMinutes * MINUTE);
  }

  #instantIn(civil: Millis): Millis | undefined {
    return inRange(this.#zone.instantOf(civil));
  }
}

/** Undefined where a zone's offset leads out of the years that four digits can write. */
const inRange = (ms: Millis): Millis | undefined => (ms >= FIRST && ms <= LAST ? ms : undefined);

function civilFlags(hasYear: boolean, hasZone: boolean): readonly RecordFlag[] {
  if (hasZone) return hasYear ? STATED : YEAR_ALONE_INFERRED;
  return hasYear ? ZONE_ASSUMED : YEAR_INFERRED;
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

let lastMs: Millis = Number.NaN;
let lastTimestamp: Timestamp = '';

/**
 * One object for all of a second: lines come in runs of one, and who compares them needs no look at the characters. Only the seconds
 * differ within a minute.
 */
function wholeSeconds(ms: Millis): Timestamp {
  if (ms === lastMs) return lastTimestamp;
  const minute = Math.floor(ms / MINUTE);
  const second = (ms - minute * MINUTE) / SECOND;
  lastTimestamp =
    minute === Math.floor(lastMs / MINUTE) && Number.isInteger(second)
      ? `${lastTimestamp.slice(0, 17)}${second < 10 ? '0' : ''}${second}.0000000Z`
      : timestampOf(ms);
  lastMs = ms;
  return lastTimestamp;
}

function withFraction(ms: Millis, fraction: string): Timestamp {
  const whole = wholeSeconds(ms);
  return fraction === '' ? whole : `${whole.slice(0, 20)}${fraction.padEnd(7, '0').slice(0, 7)}Z`;
}
