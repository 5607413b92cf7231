import { DAY, type Millis, millisOf, type Timestamp } from '../model/time.ts';

/** Days on which a source's records lie, oldest first. */
export interface RecordDay {
  /** `2026-11-22`. */
  readonly day: string;
  count: number;
  last: Timestamp;
}

/** Days kept per source: 11 years. Beyond that the oldest are folded into the next, which only the count needs. */
const MAX_DAYS = 4_096;

/** A histogram of record times by UTC day: enough to tell the last record from a stray one. */
export class RecordTimes {
  readonly #days = new Map<string, RecordDay>();

  /** Counts the time of a record, or of several on one day by the latest of them. */
  note(timestamp: Timestamp, count = 1): void {
    const day = this.#dayOf(timestamp.slice(0, 10));
    day.count += count;
    if (timestamp > day.last) day.last = timestamp;
  }

  merge(other: RecordTimes): void {
    for (const { day, count, last } of other.#days.values()) {
      const own = this.#dayOf(day);
      own.count += count;
      if (last > own.last) own.last = last;
    }
  }

  days(): readonly RecordDay[] {
    return [...this.#days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  }

  #dayOf(day: string): RecordDay {
    const known = this.#days.get(day);
    if (known) return known;
    if (this.#days.size >= MAX_DAYS) this.#forgetOldest();
    const made: RecordDay = { day, count: 0, last: '' };
    this.#days.set(day, made);
    return made;
  }

  #forgetOldest(): void {
    const [oldest, next] = this.days();
    if (!oldest || !next) return;
    next.count += oldest.count;
    this.#days.delete(oldest.day);
  }
}

const STRAY_AFTER_DAYS = 7;
const STRAY_SHARE = 0.001;
const STRAY_MIN_RECORDS = 10;

/**
 * The time of the last record, not counting strays: days after tomorrow where there are earlier ones, and a last handful (one
 * record, or 0.1 %) that lies more than seven days after ten or more others. Undefined when no record had a time.
 * @example lines of one November day and one dated 2099: the last one of the November day.
 */
export function lastRecordAt(days: readonly RecordDay[], wallClock: Millis): Millis | undefined {
  const tomorrow = new Date(wallClock + DAY).toISOString().slice(0, 10);
  const believable = days.filter(({ day }) => day <= tomorrow);
  const last = withoutStrays(believable.length > 0 ? believable : days).at(-1)?.last;
  return last === undefined ? undefined : millisOf(last);
}

function withoutStrays(days: readonly RecordDay[]): readonly RecordDay[] {
  const total = days.reduce((sum, { count }) => sum + count, 0);
  if (total < STRAY_MIN_RECORDS) return days;
  const few = Math.max(1, total * STRAY_SHARE);
  let kept = days.length;
  let trailing = 0;
  for (let index = days.length - 1; index > 0; index--) {
    const [day, before] = [days[index], days[index - 1]];
    if (!day || !before) break;
    trailing += day.count;
    if (trailing > few) break;
    if (Date.parse(day.day) - Date.parse(before.day) > STRAY_AFTER_DAYS * DAY) kept = index;
  }
  return days.slice(0, kept);
}

/**
 * Which sources tell of the same systems. Two sources that name one system (a gateway's ARM id, a host) are linked, and so
 * are theirs: the last record of a group is the instant up to which the absence of each of its systems is judged.
 */
export class LinkedSources {
  readonly #groups = new Map<string, { readonly systems: string[]; readonly times: RecordTimes }>();

  /** Adds a source that was read to its end. */
  add(systems: Iterable<string>, times: RecordTimes): void {
    const named = [...new Set(systems)];
    const met = [...new Set(named.map((system) => this.#groups.get(system)).filter((group) => group !== undefined))];
    const group = met[0] ?? { systems: [], times: new RecordTimes() };
    group.times.merge(times);
    for (const other of met.slice(1)) {
      group.times.merge(other.times);
      for (const system of other.systems) this.#groups.set(system, group);
      group.systems.push(...other.systems);
    }
    for (const system of named) {
      if (this.#groups.has(system)) continue;
      this.#groups.set(system, group);
      group.systems.push(system);
    }
  }

  /** The days on which the sources linked to a system have records. */
  daysOf(system: string): readonly RecordDay[] {
    return this.#groups.get(system)?.times.days() ?? [];
  }
}
