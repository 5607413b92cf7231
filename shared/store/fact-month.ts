import { isoOf, type Millis, type Timestamp } from '../model/time.ts';

/** The month of an event time, `202611`: facts are kept and dropped by it. */
export const monthOf = (time: Timestamp): string => time.slice(0, 4) + time.slice(5, 7);

/** The oldest month that is still kept when whole months older than so many are dropped. */
export function oldestKept(now: Millis, months: number): string {
  const date = new Date(now);
  return monthOf(isoOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1)));
}

/** The months from one to another, both included; undefined when they are more than `most`. */
export function monthsBetween(first: string, last: string, most: number): readonly string[] | undefined {
  const months: string[] = [];
  // Not by order alone: after 999912 comes a month that sorts before it.
  for (let month = first; ; month = following(month)) {
    if (months.length === most) return undefined;
    months.push(month);
    if (month >= last) return months;
  }
}

function following(month: string): string {
  const year = Number(month.slice(0, 4));
  const next = Number(month.slice(4)) + 1;
  return next > 12 ? `${String(year + 1).padStart(4, '0')}01` : `${month.slice(0, 4)}${String(next).padStart(2, '0')}`;
}
