import { DAY, HOUR, MINUTE, type Millis, SECOND, type Timestamp } from './time.ts';

/** A second of UTC. One object for all timestamps of it that come in a row, so that who goes by it compares no text. */
export interface Second {
  /** `2026-11-22T09:03:29`, with which all of its timestamps begin. */
  readonly text: string;
  readonly ms: Millis;
  /** When its minute, its hour and its UTC day began. */
  readonly minuteMs: Millis;
  readonly hourMs: Millis;
  readonly dayMs: Millis;
}

const MINUTE_CHARS = 16;
const SECOND_CHARS = 19;
/** Where the fraction of a timestamp begins. */
const FRACTION_AT = 20;
const DIGIT_0 = 0x30;

let last: Second = { text: '1970-01-01T00:00:00', ms: 0, minuteMs: 0, hourMs: 0, dayMs: 0 };
let lastMinute = last.text.slice(0, MINUTE_CHARS);
let lastWhole: Timestamp = '';

/** The second that a timestamp lies in. Asked about every line of a log: nearly all are of the second of the one before. */
export function secondOf(timestamp: Timestamp): Second {
  if (timestamp === lastWhole) return last;
  if (!timestamp.startsWith(last.text)) {
    goTo(timestamp);
    lastWhole = '';
  }
  // Lines that state whole seconds come with the very same text; a fraction hardly ever comes again.
  if (timestamp.charCodeAt(FRACTION_AT) === DIGIT_0) lastWhole = timestamp;
  return last;
}

/** Within a minute there is little to compute. */
function goTo(timestamp: Timestamp): void {
  if (!timestamp.startsWith(lastMinute)) {
    last = secondFrom(timestamp);
    lastMinute = last.text.slice(0, MINUTE_CHARS);
    return;
  }
  const tens = timestamp.charCodeAt(MINUTE_CHARS + 1) - DIGIT_0;
  const ones = timestamp.charCodeAt(MINUTE_CHARS + 2) - DIGIT_0;
  const { minuteMs, hourMs, dayMs } = last;
  last = { text: textOf(timestamp), ms: minuteMs + (tens * 10 + ones) * SECOND, minuteMs, hourMs, dayMs };
}

function secondFrom(timestamp: Timestamp): Second {
  const text = textOf(timestamp);
  const ms = Date.parse(`${text}Z`);
  const since = (span: Millis): Millis => Math.floor(ms / span) * span;
  return { text, ms, minuteMs: since(MINUTE), hourMs: since(HOUR), dayMs: since(DAY) };
}

/** Joined and cut again: a mere piece would keep the text alive that the timestamp may be cut from. */
const textOf = (timestamp: Timestamp): string => ` ${timestamp.slice(0, SECOND_CHARS)}`.slice(1);
