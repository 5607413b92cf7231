import {
  ACCESS,
  ACCESS_NUMBERS,
  AT,
  BODY_AT,
  CSV,
  CSV_NUMBERS,
  END,
  FIELD_COUNT,
  ISO_3164,
  ISO_5424,
  KIND,
  LENGTH,
  ORIGIN,
  PRIORITY,
  STAMP_AT,
  STAMP_DIGITS,
  STAMP_NUMBER,
  TELEMETRY,
  TELEMETRY_NUMBERS,
  UNREAD,
} from '../layout';
import { readBody } from './bodies';
import { fieldCount, findEnd, HEAD, isOdd, lineEnd, textEnd } from './fields';
import { COLON, DASH, digit, GREATER, LESS, PLAIN_INITIALS, ROWS, ROWS_END, SPACE } from './memory';
import { fieldedOrigin, originEnd, taggedOrigin } from './origins';
import { afterCivil, afterIso, stampDigits, stampNumber } from './stamps';

/** The longest row: fields, what is behind the last one, and sixteen more that are written before they are counted. */
const ROOM: usize = HEAD + 4 * 160;

/** The end of the rows written, and where the next line begins. */
export let rowsEnd: usize = 0;
export let nextLine: usize = 0;

/**
 * Reads lines from `from` on and writes a row of each, as far as they end before `to` and are nothing but lines. Places in rows count
 * from `base`.
 */
export function readLines(from: usize, to: usize, base: usize): void {
  let row = ROWS;
  let at = from;
  while (at < to && row + ROOM <= ROWS_END) {
    const bodyAt = readHeader(at, row, base);
    let kind = UNREAD;
    if (bodyAt > 0) {
      kind = readBody(bodyAt, row, base);
    } else {
      if (load<u8>(PLAIN_INITIALS + <usize>load<u8>(at)) === 0) break;
      findEnd(at);
    }
    if (lineEnd >= to) break;
    const end = textEnd();
    if (isOdd || bodyAt > end) kind = UNREAD;
    const count = kind < ACCESS ? 0 : fieldCount;
    store<i32>(row, <i32>(at - base), 4 * AT);
    store<i32>(row, <i32>(end - base), 4 * END);
    store<i32>(row, <i32>(lineEnd + 1 - at), 4 * LENGTH);
    store<i32>(row, kind, 4 * KIND);
    store<i32>(row, <i32>(bodyAt - base), 4 * BODY_AT);
    store<i32>(row, count, 4 * FIELD_COUNT);
    row += HEAD;
    if (count > 0) {
      row += 4 * <usize>count;
      store<i32>(row, <i32>(end + 1 - base));
      row += 4;
      if (kind === ACCESS) row += 4 * ACCESS_NUMBERS;
      else if (kind === TELEMETRY) row += 4 * TELEMETRY_NUMBERS;
      else if (kind === CSV) row += 4 * CSV_NUMBERS;
    }
    at = lineEnd + 1;
  }
  rowsEnd = row;
  nextLine = at;
}

/** Priority, stamp and origin into the row; the index of the body, or 0 when one of them is not known. */
function readHeader(at: usize, row: usize, base: usize): usize {
  let i = at;
  let priority: i32 = -1;
  if (load<u8>(i) === LESS) {
    priority = 0;
    const from = ++i;
    for (; i < from + 3 && digit(i) <= 9; i++) priority = priority * 10 + <i32>digit(i);
    if (i === from || load<u8>(i) !== GREATER || priority > 191) return 0;
    if (i > from + 1 && digit(from) === 0) return 0;
    i++;
    // The version of RFC 5424 and the space behind it.
    if (load<u16>(i) === 0x2031) return readFielded(i + 2, priority, row, base);
  }
  const stampAt = i;
  i = afterCivil(stampAt);
  const isCivil = i > 0;
  if (!isCivil) {
    i = afterIso(stampAt);
    if (i === 0 || load<u8>(i) <= SPACE) return 0;
  }
  const origin = taggedOrigin(i);
  // Behind an ISO stamp a tag is required: many other logs begin so.
  if (origin < 0 || (!isCivil && load<u8>(originEnd - 1) !== COLON)) return 0;
  storeHeader(row, origin, priority, stampAt - base, isCivil ? stampNumber : ISO_3164);
  return skipSpaces(originEnd);
}

function readFielded(stampAt: usize, priority: i32, row: usize, base: usize): usize {
  const i = afterIso(stampAt);
  if (i === 0) return 0;
  const origin = fieldedOrigin(i);
  if (origin < 0) return 0;
  // No structured data.
  if (load<u8>(originEnd) !== DASH || load<u8>(originEnd + 1) !== SPACE) return 0;
  storeHeader(row, origin, priority, stampAt - base, ISO_5424);
  return skipSpaces(originEnd + 1);
}

function storeHeader(row: usize, origin: i32, priority: i32, stampAt: usize, stamp: i32): void {
  store<i32>(row, origin, 4 * ORIGIN);
  store<i32>(row, priority, 4 * PRIORITY);
  store<i32>(row, <i32>stampAt, 4 * STAMP_AT);
  store<i32>(row, stamp, 4 * STAMP_NUMBER);
  store<i32>(row, stampDigits, 4 * STAMP_DIGITS);
}

function skipSpaces(at: usize): usize {
  let i = at;
  while (load<u8>(i) === SPACE) i++;
  return i;
}
