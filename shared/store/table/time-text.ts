import { type Millis, type Timestamp, timestampOf } from '../../model/time.ts';

const earliest: Millis = Date.parse('0000-01-01T00:00:00Z');
const latest: Millis = Date.parse('9999-12-31T23:59:59.999Z');

/** Text of an instant for keys and filters; anything beyond the years 0 to 9999, infinities included, is their end. */
export const timeText = (ms: Millis): Timestamp => timestampOf(Math.min(Math.max(ms, earliest), latest));

/** Sorts newest first as text: the milliseconds until the end of the year 9999. */
export const invertedTime = (ms: Millis): string =>
  String(latest - Math.min(Math.max(ms, earliest), latest)).padStart(15, '0');
