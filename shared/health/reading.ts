import type { Fact, Scalar } from '../model/fact.ts';
import { ok, type Result } from '../model/result.ts';
import { type Millis, millisOf } from '../model/time.ts';

/** A value of a check-in, or the reason why it is not known. */
export type Reading<T> = Result<T, string>;

/** The reason, as a reading. */
export const unread = (reason: string): Reading<never> => ({ ok: false, error: reason });

const INVALID = 'reported, but not of the type this check needs';

/**
 * An attribute of a check-in. `field` is its name in the record when the attribute is a part of it: a certificate
 * without a readable date is invalid as a whole.
 */
function read(checkIn: Fact, attribute: string, field: string): Reading<Scalar> {
  const invalid = String(checkIn.attributes['invalidFields'] ?? '').split(',');
  const isInvalid = invalid
    .map((name) => name.trim())
    .some((name) => name === attribute || name.split('.')[0] === field);
  if (isInvalid) return unread(INVALID);
  const value = checkIn.attributes[attribute];
  return value === undefined || value === null || value === '' ? unread('not reported') : ok(value);
}

/** A finite number of at least 0; anything else is unknown, never 0. */
export function readNumber(checkIn: Fact, attribute: string): Reading<number> {
  const reading = read(checkIn, attribute, attribute);
  if (!reading.ok) return reading;
  const { value } = reading;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? ok(value) : unread(INVALID);
}

/** The millisecond of a `Timestamp` attribute. */
export function readTime(checkIn: Fact, attribute: string, field = attribute): Reading<Millis> {
  const reading = read(checkIn, attribute, field);
  if (!reading.ok) return reading;
  const ms = typeof reading.value === 'string' ? millisOf(reading.value) : Number.NaN;
  return Number.isNaN(ms) ? unread(INVALID) : ok(ms);
}

/** A text attribute. */
export function readText(checkIn: Fact, attribute: string): Reading<string> {
  const reading = read(checkIn, attribute, attribute);
  if (!reading.ok) return reading;
  return typeof reading.value === 'string' ? ok(reading.value) : unread(INVALID);
}
