import { DAY_SECONDS } from '../layout';
import { CIVIL_DAY, CIVIL_DAY_NUMBER, COLON, digit, ISO_DAY, ISO_ZONE, POINT, SLASH, SPACE, STAMP } from './memory';

/** `Nov 20 `: month and day with the space behind them. */
const DAY_MASK: u64 = 0x00ff_ffff_ffff_ffff;

/** `+00:` and `00`. */
const UTC_HOUR: u32 = 0x3a30_302b;
const UTC_MINUTE: u16 = 0x3030;

/** The number of the civil stamp found last. */
export let stampNumber: i32 = 0;
/** Of the ISO stamp found last how many decimal digits of a second it states in UTC, or -1. */
export let stampDigits: i32 = 0;
/** The second of the day that was found last. */
export let clockSecond: u32 = 0;

/**
 * The index behind `Nov 20 00:00:00 ` when its day was read before and what follows can be no part of it; 0 when not.
 */
export function afterCivil(at: usize): usize {
  const first = load<u64>(at);
  const second = load<u64>(at + 7);
  if (first !== load<u64>(STAMP) || second !== load<u64>(STAMP + 8)) {
    if ((first & DAY_MASK) !== load<u64>(CIVIL_DAY) || !isClock(at + 7)) return 0;
    store<u64>(STAMP, first);
    store<u64>(STAMP + 8, second);
    stampNumber = load<i32>(CIVIL_DAY_NUMBER) * DAY_SECONDS + <i32>clockSecond + 1;
  }
  // A digit may be the year; another space belongs to the stamp.
  if (load<u8>(at + 15) !== SPACE || load<u8>(at + 16) <= SPACE || digit(at + 16) <= 9) return 0;
  return at + 16;
}

/** The index behind `2026-11-20T00:00:00.225598+01:00 ` when its day was read before, and its zone if it is not UTC; 0 when not. */
export function afterIso(at: usize): usize {
  if (load<u64>(at) !== load<u64>(ISO_DAY) || load<u16>(at + 8) !== load<u16>(ISO_DAY + 8)) return 0;
  if (load<u8>(at + 10) !== 0x54 || !isClock(at + 11)) return 0;
  let i = at + 19;
  stampDigits = 0;
  if (load<u8>(i) === POINT) {
    const from = ++i;
    while (digit(i) <= 9) i++;
    if (i === from || i > from + 9) return 0;
    stampDigits = <i32>(i - from);
  }
  if (load<u8>(i) === 0x5a) i++;
  else if (load<u32>(i) === UTC_HOUR && load<u16>(i + 4) === UTC_MINUTE) i += 6;
  else if (load<u32>(i) === load<u32>(ISO_ZONE) && load<u16>(i + 4) === load<u16>(ISO_ZONE + 4)) {
    stampDigits = -1;
    i += 6;
  } else return 0;
  return load<u8>(i) === SPACE ? i + 1 : 0;
}

/** `2026/11/20 00:00:00` as 20261120, and its `clockSecond`; 0 for anything else. */
export function dateNumber(at: usize): i32 {
  if (load<u8>(at + 4) !== SLASH || load<u8>(at + 7) !== SLASH || load<u8>(at + 10) !== SPACE) return 0;
  const century = twoDigits(at);
  const years = twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const day = twoDigits(at + 8);
  if (century > 99 || years > 99 || month > 99 || day > 99 || !isClock(at + 11)) return 0;
  return ((century * 100 + years) * 100 + month) * 100 + day;
}

/** Whether `hh:mm:ss` stands there, which is then the `clockSecond`; a leap second is left to who reads it in full. */
export function isClock(at: usize): bool {
  if (load<u8>(at + 2) !== COLON || load<u8>(at + 5) !== COLON) return false;
  const hour = twoDigits(at);
  const minute = twoDigits(at + 3);
  const second = twoDigits(at + 6);
  clockSecond = (hour * 60 + minute) * 60 + second;
  return hour < 24 && minute < 60 && second < 60;
}

/** Two decimal digits as a number; over 99 when they are none. */
function twoDigits(at: usize): u32 {
  const tens = digit(at);
  const ones = digit(at + 1);
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100;
}
