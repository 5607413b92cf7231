import {
  ACCESS,
  ACCESS_NUMBERS,
  AT,
  BODY_AT,
  CSV,
  CSV_NUMBERS,
  END,
  FIELD_COUNT,
  FIELDS,
  ISO_3164,
  ISO_5424,
  KIND,
  LENGTH,
  MESSAGE,
  ODD,
  ORIGIN,
  PRIORITY,
  STAMP_AT,
  STAMP_DIGITS,
  STAMP_NUMBER,
  TELEMETRY,
  TELEMETRY_NUMBERS,
  UNREAD,
} from '../layout';
import {
  CARRIAGE_RETURN,
  COLON,
  COMMA,
  DASH,
  digit,
  GREATER,
  LESS,
  PLAIN_INITIALS,
  ROWS,
  ROWS_END,
  SPACE,
} from './memory';
import { fieldedOrigin, originEnd, taggedOrigin } from './origins';
import { afterCivil, afterIso, clockSecond, dateNumber, stampDigits, stampNumber } from './stamps';

/** Bytes of a row before its fields. */
const HEAD: usize = 4 * FIELDS;
const MAX_FIELDS: i32 = 126;
/** The longest row: fields, what is behind the last one, and sixteen more that are written before they are counted. */
const ROOM: usize = HEAD + 4 * 160;

/** `ACCESS_LOG,` and `OCSERV_TELEMETRY,`, so many letters at a time. */
const ACCESS_START: u64 = 0x4c5f_5353_4543_4341;
const ACCESS_REST: u32 = 0x2c47_4f4c;
const TELEMETRY_START: u64 = 0x545f_5652_4553_434f;
const TELEMETRY_REST: u64 = 0x5952_5445_4d45_4c45;

const ACCESS_FIELDS: i32 = 8;
const SOURCE: i32 = 3;
const DESTINATION: i32 = 4;
const BYTES_SENT: i32 = 5;
/** Of telemetry: from the first address to the agent, and what a disconnect counts behind that. */
const TO_AGENT: i32 = 6;
const COUNTS: i32 = 3;
const MAX_COUNT: usize = 15;
/** `disconnect` in lower case. */
const LOWER_CASE: u64 = 0x2020_2020_2020_2020;
const DISCONNECT_START: u64 = 0x656e_6e6f_6373_6964;
const DISCONNECT_REST: u16 = 0x7463;
const TIME_GENERATED: i32 = 6;
const TIME_LENGTH: usize = 19;
const MAX_HEAD_FIELD: usize = 40;

const ZEROS: u64 = 0x3030_3030_3030_3030;
/** What a byte above nine gets its high bit by. */
const OVER_NINE: u64 = 0x7676_7676_7676_7676;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
/** Every other pair of digits, and what the first and the second such two count. */
const EVEN_PAIRS: u64 = 0x0000_00ff_0000_00ff;
const HUNDREDS: u64 = 0x000f_4240_0000_0064;
const ONES: u64 = 0x0000_2710_0000_0001;

/** The line feed found last, and whether a byte before it is none of plain text. */
let lineEnd: usize = 0;
let isOdd: bool = false;
let isQuoted: bool = false;
/** How many fields were found, or `MAX_FIELDS` when there are too many. */
let fieldCount: i32 = 0;

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
    isOdd = false;
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
    if (kind < ACCESS) fieldCount = 0;
    store<i32>(row, <i32>(at - base), 4 * AT);
    store<i32>(row, <i32>(end - base), 4 * END);
    store<i32>(row, <i32>(lineEnd + 1 - at), 4 * LENGTH);
    store<i32>(row, kind, 4 * KIND);
    store<i32>(row, <i32>(bodyAt - base), 4 * BODY_AT);
    store<i32>(row, fieldCount, 4 * FIELD_COUNT);
    row += HEAD;
    if (fieldCount > 0) {
      row += 4 * <usize>fieldCount;
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

/** The kind of a message, with its fields in the row and `lineEnd` behind it. */
function readBody(at: usize, row: usize, base: usize): i32 {
  const start = load<u64>(at);
  if (start === ACCESS_START && load<u32>(at + 7) === ACCESS_REST) {
    findFields(at + 11, row, base);
    return isAccess(row, base) ? ACCESS : ODD;
  }
  if (start === TELEMETRY_START && load<u64>(at + 8) === TELEMETRY_REST && load<u8>(at + 16) === COMMA) {
    findFields(at + 17, row, base);
    return isTelemetry(row, base) ? TELEMETRY : ODD;
  }
  if (digit(at) <= 9 && rowDateAt(at) > 0) {
    findFields(at, row, base);
    if (!isCsv(row, base)) return MESSAGE;
    storeGenerated(row, base);
    return CSV;
  }
  findEnd(at);
  return MESSAGE;
}

/** Finds the line feed from `at` on. */
function findEnd(at: usize): void {
  let odds = i8x16.splat(0);
  let i = at;
  while (true) {
    const bytes = v128.load(i);
    const ends = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x0a)));
    if (ends !== 0) {
      lineEnd = i + ctz(ends);
      isOdd = v128.any_true(odds) || (i8x16.bitmask(odd(bytes)) & below(ends)) !== 0;
      return;
    }
    odds = v128.or(odds, odd(bytes));
    i += 16;
  }
}

/** Bytes beyond ASCII, and zeros: what is less than one when read as a signed number. */
function odd(bytes: v128): v128 {
  return i8x16.lt_s(bytes, i8x16.splat(1));
}

/** Finds the line feed from `at` on, and writes where the fields before it begin. */
function findFields(at: usize, row: usize, base: usize): void {
  let odds = i8x16.splat(0);
  let quotes = i8x16.splat(0);
  let count = 1;
  let i = at;
  const fields = row + HEAD;
  store<i32>(fields, <i32>(at - base));
  while (true) {
    const bytes = v128.load(i);
    const ends = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x0a)));
    const quoted = i8x16.eq(bytes, i8x16.splat(0x22));
    let commas = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x2c)));
    if (ends !== 0) commas &= below(ends);
    for (; commas !== 0 && count < MAX_FIELDS; commas &= commas - 1) {
      store<i32>(fields + 4 * <usize>count, <i32>(i + ctz(commas) + 1 - base));
      count++;
    }
    if (ends !== 0) {
      lineEnd = i + ctz(ends);
      isOdd = v128.any_true(odds) || (i8x16.bitmask(odd(bytes)) & below(ends)) !== 0;
      isQuoted = v128.any_true(quotes) || (i8x16.bitmask(quoted) & below(ends)) !== 0;
      fieldCount = count;
      return;
    }
    odds = v128.or(odds, odd(bytes));
    quotes = v128.or(quotes, quoted);
    i += 16;
  }
}

/** The bits below the lowest one. */
function below(bits: i32): i32 {
  return (bits & -bits) - 1;
}

function fieldAt(row: usize, index: i32, base: usize): usize {
  return <usize>load<i32>(row + HEAD + 4 * <usize>index) + base;
}

function fieldEnd(row: usize, index: i32, base: usize): usize {
  return index + 1 < fieldCount ? fieldAt(row, index + 1, base) - 1 : textEnd();
}

/** Where the text of the line ends. */
function textEnd(): usize {
  return load<u8>(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
}

/** Whether the fields are those of an access line, spelled as nearly all are; its five numbers go behind them. */
function isAccess(row: usize, base: usize): bool {
  if (fieldCount !== ACCESS_FIELDS) return false;
  const numbers = row + HEAD + 4 * (ACCESS_FIELDS + 1);
  if (!storePort(numbers, fieldAt(row, SOURCE, base), fieldAt(row, DESTINATION, base) - 1)) return false;
  if (!storePort(numbers + 4, fieldAt(row, DESTINATION, base), fieldAt(row, BYTES_SENT, base) - 1)) return false;
  if (!storeNumber(numbers + 8, fieldAt(row, 5, base), fieldAt(row, 6, base) - 1)) return false;
  if (!storeNumber(numbers + 12, fieldAt(row, 6, base), fieldAt(row, 7, base) - 1)) return false;
  return storeNumber(numbers + 16, fieldAt(row, 7, base), textEnd());
}

/** Whether the fields are those of telemetry without blanks where these would be trimmed; where addresses begin and the agent ends goes behind them. */
function isTelemetry(row: usize, base: usize): bool {
  const last = fieldCount - 1;
  if (fieldCount === MAX_FIELDS || last < 1) return false;
  const id = fieldAt(row, 1, base);
  const idEnd = fieldEnd(row, 1, base);
  if (isBlankAround(fieldAt(row, 0, base), id - 1) || isBlankAround(id, idEnd)) return false;
  const first = id < idEnd && digitsEnd(id, idEnd) === idEnd ? 2 : 1;
  let agentEnd = fieldCount;
  if (isDisconnect(fieldAt(row, 0, base), id - 1) && fieldCount - COUNTS > first + TO_AGENT) {
    agentEnd -= COUNTS;
    for (let i = last; i > last - COUNTS; i--) {
      const at = fieldAt(row, i, base);
      const end = fieldEnd(row, i, base);
      if (isBlankAround(at, end)) return false;
      if (end - at > MAX_COUNT || digitsEnd(at, end) !== end) agentEnd = fieldCount;
    }
  }
  const numbers = row + HEAD + 4 * <usize>(fieldCount + 1);
  store<i32>(numbers, first);
  store<i32>(numbers, agentEnd, 4);
  return true;
}

function isDisconnect(at: usize, end: usize): bool {
  if (end - at !== 10 || (load<u64>(at) | LOWER_CASE) !== DISCONNECT_START) return false;
  return (load<u16>(at + 8) | <u16>LOWER_CASE) === DISCONNECT_REST;
}

function isBlankAround(at: usize, end: usize): bool {
  return at < end && (load<u8>(at) <= SPACE || load<u8>(end - 1) <= SPACE);
}

function digitsEnd(at: usize, end: usize): usize {
  let i = at;
  while (i < end && digit(i) <= 9) i++;
  return i;
}

/** The port of an `ip:port` with one colon. */
function storePort(to: usize, from: usize, end: usize): bool {
  const colons = i8x16.bitmask(i8x16.eq(v128.load(from), i8x16.splat(0x3a)));
  const colon = from + ctz(colons);
  return colons !== 0 && colon < end && load<u8>(from) > SPACE && storeNumber(to, colon + 1, end);
}

/** Digits and nothing else, up to eight: all at once, each byte a digit, then each two, each four a number. */
function storeNumber(to: usize, from: usize, end: usize): bool {
  if (from >= end || end - from > 8) return false;
  const digits = (load<u64>(end - 8) ^ ZEROS) & (-1 << ((8 - <u64>(end - from)) << 3));
  if (((digits + OVER_NINE) | digits) & HIGH_BITS) return false;
  const pairs = digits * 10 + (digits >> 8);
  const value = (pairs & EVEN_PAIRS) * HUNDREDS + ((pairs >> 16) & EVEN_PAIRS) * ONES;
  store<u32>(to, <u32>(value >> 32));
  return true;
}

/** The index of the date behind a short number and a comma; 0 when there is none. */
function rowDateAt(at: usize): usize {
  let i = at;
  while (i < at + 3 && digit(i) <= 9) i++;
  if (load<u8>(i) !== COMMA || digit(i + 1) > 9 || digit(i + 4) > 9) return 0;
  return load<u8>(i + 5) === 0x2f || load<u8>(i + 5) === DASH ? i + 1 : 0;
}

/** Whether the fields begin as those of PAN-OS: number, time, serial number, type in capitals; none is quoted. */
function isCsv(row: usize, base: usize): bool {
  if (isQuoted || fieldCount < 5 || fieldCount === MAX_FIELDS) return false;
  const time = fieldAt(row, 1, base);
  const serial = fieldAt(row, 2, base);
  const type = fieldAt(row, 3, base);
  const end = fieldAt(row, 4, base) - 1;
  if (serial - time >= MAX_HEAD_FIELD || type - serial > MAX_HEAD_FIELD) return false;
  if (end - type > MAX_HEAD_FIELD || end < type + 2) return false;
  for (let i = type; i < end; i++) {
    const letter = <u32>load<u8>(i);
    if ((letter < 0x41 || letter > 0x5a) && letter !== DASH) return false;
  }
  return true;
}

/** The time that a row of CSV was generated, behind its fields. */
function storeGenerated(row: usize, base: usize): void {
  let date: i32 = 0;
  if (fieldCount > TIME_GENERATED + 1) {
    const time = fieldAt(row, TIME_GENERATED, base);
    if (fieldAt(row, TIME_GENERATED + 1, base) - 1 - time === TIME_LENGTH) date = dateNumber(time);
  }
  const numbers = row + HEAD + 4 * <usize>(fieldCount + 1);
  store<i32>(numbers, date);
  store<u32>(numbers, clockSecond, 4);
}
