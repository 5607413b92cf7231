import { ACCESS, CSV, MESSAGE, ODD, TELEMETRY } from '../layout';
import {
  behindFields,
  fieldAt,
  fieldCount,
  fieldEnd,
  findEnd,
  findFields,
  isQuoted,
  MAX_FIELDS,
  textEnd,
} from './fields';
import { COMMA, DASH, digit, SPACE } from './memory';
import { storeNumber } from './numbers';
import { clockSecond, dateNumber } from './stamps';

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

/** The kind of a message, with its fields in the row and `lineEnd` behind it. */
export function readBody(at: usize, row: usize, base: usize): i32 {
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

/** Whether the fields are those of an access line, spelled as nearly all are; its five numbers go behind them. */
function isAccess(row: usize, base: usize): bool {
  if (fieldCount !== ACCESS_FIELDS) return false;
  const numbers = behindFields(row);
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
  const numbers = behindFields(row);
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
  const numbers = behindFields(row);
  store<i32>(numbers, date);
  store<u32>(numbers, clockSecond, 4);
}
