import { HOUR, MINUTE, type Millis, SECOND, type Timestamp } from './time.ts';

/** A second of UTC. One object for all timestamps of it that come in a row, so that who goes by it compares no text. */
export interface Second {
  /** When it began: `2026-11-22T09:03:29.0000000Z`. */
  readonly timestamp: Timestamp;
  readonly ms: Millis;
  /** When its minute, its hour and its UTC day began. */
  readonly minuteMs: Millis;
  readonly hourMs: Millis;
  readonly dayMs: Millis;
}

/** Where the date of a timestamp ends, where its time of day begins and ends, and where its fraction begins. */
const DATE_END = 10;
const TIME_AT = 11;
const TIME_END = 19;
const FRACTION_AT = 20;
const DIGIT_0 = 0x30;

let last: Second = { timestamp: '1970-01-01T00:00:00.0000000Z', ms: 0, minuteMs: 0, hourMs: 0, dayMs: 0 };
let lastDate = '1970-01-01';
let lastTime = '00:00:00';
let lastWhole: Timestamp = '';

/**
 * The second that a timestamp lies in. Asked about every line of a log: nearly all are of the second of the one before. Two short pieces
 * are compared, since to compare a part of a text in its place takes twice as long as to copy it.
 */
export function secondOf(timestamp: Timestamp): Second {
  if (timestamp === lastWhole) return last;
  const date = timestamp.slice(0, DATE_END);
  const time = timestamp.slice(TIME_AT, TIME_END);
  if (time !== lastTime || date !== lastDate) {
    last = secondAt(date, time);
    lastDate = date;
    lastTime = time;
    lastWhole = '';
  }
  // Lines that state whole seconds come with the very same text; a fraction hardly ever comes again.
  if (timestamp.charCodeAt(FRACTION_AT) === DIGIT_0) lastWhole = timestamp;
  return last;
}

/** Within a day there is little to compute. */
function secondAt(date: string, time: string): Second {
  const dayMs = date === lastDate ? last.dayMs : Date.parse(`${date}T00:00:00Z`);
  const hourMs = dayMs + numberAt(time, 0) * HOUR;
  const minuteMs = hourMs + numberAt(time, 3) * MINUTE;
  const ms = minuteMs + numberAt(time, 6) * SECOND;
  return { timestamp: `${date}T${time}.0000000Z`, ms, minuteMs, hourMs, dayMs };
}

/** A number of two digits. */
const numberAt = (text: string, at: number): number =>
  (text.charCodeAt(at) - DIGIT_0) * 10 + text.charCodeAt(at + 1) - DIGIT_0;
