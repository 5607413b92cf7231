import { DAY, type Millis, utcMillis } from '../../model/time.ts';
import type { CivilStamp } from '../syslog/stamp.ts';

/** Days without the year first are written the American way or the other. */
export type DateOrder = 'month-first' | 'day-first';

/** A day as Windows writes it, by locale: `2026/11/22`, `11/22/2026`, `22.11.2026`; for use in larger patterns. */
export const DAY_PATTERN = String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}`;
/** A time of day: `9:03`, `09:03:29`, `9:03 AM`. */
export const TIME_PATTERN = String.raw`\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?`;

/** A local day and time; undefined when there is no such. */
export function civilOf(day: string, time: string, order: DateOrder): CivilStamp | undefined {
  const date = dateOf(day, order);
  const [, h, m, s, half] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp])[Mm])?$/.exec(time.trim()) ?? [];
  if (date === undefined || h === undefined) return undefined;
  const hour = half === undefined ? Number(h) : (Number(h) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const civil = { ...date, hour, minute: Number(m), second: Number(s ?? 0) };
  const { year, month, day: dayOfMonth, minute, second } = civil;
  if (utcMillis(year, month, dayOfMonth, hour, minute, second) === undefined) return undefined;
  return { kind: 'civil', ...civil, fraction: '' };
}

function dateOf(day: string, order: DateOrder): { year: number; month: number; day: number } | undefined {
  const parts = day.split(/[-/.]/);
  const [a = 0, b = 0, c = 0] = parts.map(Number);
  if (parts.length !== 3) return undefined;
  if (parts[0]?.length === 4) return { year: a, month: b, day: c };
  const dayFirst = a > 12 || day.includes('.') || (order === 'day-first' && b <= 12);
  return dayFirst ? { year: c, month: b, day: a } : { year: c, month: a, day: b };
}

/**
 * The order that days printed together are in. One that can only be read one way decides for all; else the order under which the
 * newest is nearest to the reference time, and not after it: what is listed was written shortly before.
 */
export function orderOf(days: readonly string[], referenceMs: Millis): DateOrder {
  const parts = days.filter((day) => !/^\d{4}/.test(day)).map((day) => day.split(/[-/.]/).map(Number));
  if (parts.some(([a = 0]) => a > 12)) return 'day-first';
  if (parts.some(([, b = 0]) => b > 12)) return 'month-first';
  return newest(days, 'day-first', referenceMs) > newest(days, 'month-first', referenceMs)
    ? 'day-first'
    : 'month-first';
}

/** The newest day under an order; minus infinity when it lies in the future. */
function newest(days: readonly string[], order: DateOrder, referenceMs: Millis): Millis {
  let latest = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    const date = dateOf(day, order);
    latest = Math.max(latest, (date && utcMillis(date.year, date.month, date.day, 0, 0, 0)) ?? latest);
  }
  return latest <= referenceMs + DAY ? latest : Number.NEGATIVE_INFINITY;
}
