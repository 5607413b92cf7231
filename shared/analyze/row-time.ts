import { MINUTE, type Millis, type Timestamp } from '../model/time.ts';

/** 100 ns ticks of a second. */
const SECOND_TICKS = 10_000_000;
const MINUTE_CHARS = '2026-11-22T09:03:'.length;
const DIGITS = [...'29.1234567'].flatMap((char, index) => (char === '.' ? [] : [MINUTE_CHARS + index]));
const ZERO = 0x30;
/** Ticks of a millisecond. */
const MILLI_TICKS = 10_000;
const SECONDS = Array.from({ length: 60 }, (_, second) => String(second).padStart(2, '0'));
/** What stands behind the minute in whole seconds, as most facts state. */
const WHOLE_SECONDS = SECONDS.map((second) => `${second}.0000000Z`);

/**
 * Timestamps as two numbers whose order is theirs, and back: the minute since 1970 and the ticks of 100 ns in it. Facts come nearly in
 * order, so that the minute is mostly the one before.
 */
export class RowTime {
  minute = Number.NaN;
  ticks = 0;
  /** The beginning that all timestamps of the minute share. */
  #minuteText = '\u0000';
  #timestamp: Timestamp = '';

  /** Goes to a timestamp. */
  set(timestamp: Timestamp): void {
    if (timestamp === this.#timestamp) return;
    this.#timestamp = timestamp;
    if (!timestamp.startsWith(this.#minuteText)) {
      this.#minuteText = timestamp.slice(0, MINUTE_CHARS);
      this.minute = Date.parse(`${this.#minuteText}00.000Z`) / MINUTE;
    }
    let ticks = 0;
    for (const at of DIGITS) ticks = ticks * 10 + timestamp.charCodeAt(at) - ZERO;
    this.ticks = ticks;
  }

  /** The timestamp of such two numbers. */
  textOf(minute: number, ticks: number): Timestamp {
    if (minute === this.minute && ticks === this.ticks) return this.#timestamp;
    if (minute !== this.minute) {
      this.minute = minute;
      this.#minuteText = new Date(minute * MINUTE).toISOString().slice(0, MINUTE_CHARS);
    }
    this.ticks = ticks;
    const fraction = ticks % SECOND_TICKS;
    const second = (ticks - fraction) / SECOND_TICKS;
    this.#timestamp =
      this.#minuteText +
      (fraction === 0 ? WHOLE_SECONDS[second] : `${SECONDS[second]}.${String(fraction).padStart(7, '0')}Z`);
    return this.#timestamp;
  }

  /** The millisecond of such two numbers. */
  static millisOf(minute: number, ticks: number): Millis {
    return minute * MINUTE + Math.floor(ticks / MILLI_TICKS);
  }
}
