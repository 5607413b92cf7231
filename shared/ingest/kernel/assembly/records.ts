import {
  AT,
  BETWEEN,
  CHATTER_HEAD,
  ELEMENT,
  END,
  HEAD,
  KEPT,
  KEPT_END,
  LENGTH,
  LINE,
  LINES,
  MIN_HEAD,
  NOTHING,
  PLAIN_MESSAGE,
  PROPERTIES,
  PROPERTIES_HEAD,
  RECORD_NUMBERS,
  SAYS,
} from '../layout';
import {
  CARRIAGE_RETURN,
  COMMA,
  HEAD_SIZE,
  HEAD_SLOTS,
  HEADS,
  KEPT_TEXTS,
  LINE_FEED,
  POINT,
  RECORD_DAY,
  ROWS,
} from './memory';
import { isClock } from './stamps';
import { quotesIn, tells, textEnd } from './words';

/** Bytes of a row. */
const ROW: usize = 4 * RECORD_NUMBERS;

const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;
const OPEN_BRACE: u32 = 0x7b;
const CLOSE_BRACE: u32 = 0x7d;
/** `"}}` without its quote, and `]}`. */
const CLOSE_BOTH: u32 = 0x7d7d;
const CLOSE_ENVELOPE: u32 = 0x7d5d;

/** `{"time":"`, so many letters at a time, and where the time's parts and what is behind it stand. */
const TIME_START: u64 = 0x3a22_656d_6974_227b;
const DAY_AT: usize = 9;
const CLOCK_AT: usize = 20;
const FRACTION_AT: usize = 28;
const HEAD_AT: usize = 37;

/** How many bytes of a head are compared together: at most its length. */
const HEAD_STEP: usize = MIN_HEAD;

/** `{"records":[`. */
const ENVELOPE_START: u64 = 0x6472_6f63_6572_227b;
const ENVELOPE_REST: u32 = 0x5b3a_2273;
const ENVELOPE_LENGTH: usize = 12;

/** What is deeper is left to who knows how deep is too deep. */
const MAX_DEPTH: i32 = 32;

let headCount: i32 = 0;
/** The slot of the head found last, and of the one that is to be overwritten next. */
let head: i32 = 0;
let nextSlot: i32 = 0;

/** The time of day found last. */
let clock: u64 = 0;

/** Where what was not read begins, how many line feeds were passed, and at what. */
export let nextRecord: usize = 0;
export let passedLines: i32 = 0;
/** Where what is kept of records ends. */
export let keptEnd: usize = 0;
export let place: i32 = LINES;

/**
 * Reads records that begin as a head does, one right behind the other: elements of an array or lines, and one envelope behind the other
 * when each ends its line. They end before `to`, where a line feed stands behind all of the text. Writes a row of each; the end of the rows.
 * Places in rows count from `base`.
 */
export function readRecords(from: usize, to: usize, base: usize, begin: i32, isEnvelope: bool): usize {
  let row = ROWS;
  let at = from;
  passedLines = 0;
  keptEnd = KEPT_TEXTS;
  place = begin;
  while (place !== BETWEEN) {
    if (place === LINES && load<u64>(at) === ENVELOPE_START && load<u32>(at + 8) === ENVELOPE_REST) {
      if (at + ENVELOPE_LENGTH > to) break;
      at += ENVELOPE_LENGTH;
      place = ELEMENT;
    }
    const end = readRecord(at, row);
    if (end === 0) break;
    const next = place === LINES ? afterLineEnd(end, to) : end;
    if (next === 0) break;
    store<i32>(row, <i32>(at - base), 4 * AT);
    store<i32>(row, <i32>(end - base), 4 * END);
    store<i32>(row, <i32>(next - at), 4 * LENGTH);
    store<i32>(row, head, 4 * HEAD);
    store<i32>(row, passedLines, 4 * LINE);
    store<i32>(row, <i32>(keptEnd - KEPT_TEXTS), 4 * KEPT);
    keep(at + DAY_AT, at + HEAD_AT);
    keep(at + (load<i32>(row, 4 * SAYS) === PROPERTIES ? propertiesAt() : messageAt()), end);
    store<i32>(row, <i32>(keptEnd - KEPT_TEXTS), 4 * KEPT_END);
    row += ROW;
    at = next;
    if (place === LINES) {
      passedLines++;
      continue;
    }
    if (load<u8>(at) === COMMA) {
      at++;
      continue;
    }
    const behind = begin === LINES || isEnvelope ? afterEnvelope(at, to) : 0;
    if (behind > 0) {
      at = behind;
      passedLines++;
    }
    place = behind > 0 ? LINES : BETWEEN;
  }
  nextRecord = at;
  return row;
}

function keep(from: usize, to: usize): void {
  for (let i: usize = 0; from + i < to; i += 16) v128.store(keptEnd + i, v128.load(from + i));
  keptEnd += to - from;
}

/** Where the properties begin behind the start of a record of the head. */
function propertiesAt(): usize {
  return <usize>load<u32>(HEADS + <usize>head * HEAD_SIZE, 4);
}

/** Where the message begins. */
function messageAt(): usize {
  return HEAD_AT + <usize>load<u32>(HEADS + <usize>head * HEAD_SIZE);
}

/** Behind `]}` and the end of its line; 0 when there is something else. */
function afterEnvelope(at: usize, to: usize): usize {
  return load<u16>(at) === CLOSE_ENVELOPE ? afterLineEnd(at + 2, to) : 0;
}

function afterLineEnd(at: usize, to: usize): usize {
  const lineFeed = load<u8>(at) === CARRIAGE_RETURN ? at + 1 : at;
  return load<u8>(lineFeed) === LINE_FEED && lineFeed < to ? lineFeed + 1 : 0;
}

/** The end of the record, with what it says in the row; 0 when it is not known or not whole. */
function readRecord(at: usize, row: usize): usize {
  if (load<u64>(at) !== TIME_START || load<u8>(at + 8) !== QUOTE || !isTimed(at)) return 0;
  if (!isHead(at + HEAD_AT) && !findHead(at + HEAD_AT)) return 0;
  const kind = load<u32>(HEADS + <usize>head * HEAD_SIZE, 8);
  if (kind !== PROPERTIES_HEAD) {
    const end = textEnd(at + messageAt());
    if (load<u8>(end) === QUOTE && load<u16>(end + 1) === CLOSE_BOTH) {
      store<i32>(row, kind === CHATTER_HEAD && !tells ? NOTHING : PLAIN_MESSAGE, 4 * SAYS);
      return end + 3;
    }
  }
  store<i32>(row, PROPERTIES, 4 * SAYS);
  const from = at + propertiesAt();
  const end = load<u8>(from) === OPEN_BRACE ? objectEnd(from) : 0;
  return end > 0 && load<u8>(end) === CLOSE_BRACE ? end + 1 : 0;
}

/** Whether the time is one of the known day, in UTC and with all its digits. */
function isTimed(at: usize): bool {
  if (load<u64>(at + DAY_AT) !== load<u64>(RECORD_DAY) || load<u32>(at + DAY_AT + 7) !== load<u32>(RECORD_DAY + 7))
    return false;
  const next = load<u64>(at + CLOCK_AT);
  if (next !== clock) {
    if (!isClock(at + CLOCK_AT)) return false;
    clock = next;
  }
  // Digits become their values and the letter behind them nothing; what is more reaches its byte's highest bit.
  const fraction = load<u64>(at + FRACTION_AT + 1) ^ 0x5a30_3030_3030_3030;
  const isAbove = (fraction | (fraction + 0x7f76_7676_7676_7676)) & 0x8080_8080_8080_8080;
  return isAbove === 0 && load<u8>(at + FRACTION_AT) === POINT;
}

/** The oldest first: what is frequent is learned early. */
function findHead(at: usize): bool {
  for (head = 0; head < headCount; head++) if (isHead(at)) return true;
  head = 0;
  return false;
}

/** Whether what stands there is the head. Its last letters first: heads of one resource begin alike. */
function isHead(at: usize): bool {
  const slot = HEADS + <usize>head * HEAD_SIZE;
  const text = slot + 16;
  const last = <usize>load<u32>(slot) - HEAD_STEP;
  if (v128.any_true(difference(text + last, at + last))) return false;
  for (let i: usize = 0; i < last; i += HEAD_STEP) if (v128.any_true(difference(text + i, at + i))) return false;
  return true;
}

/** What differs in HEAD_STEP bytes. */
function difference(a: usize, b: usize): v128 {
  const first = v128.or(differenceOf16(a, b), differenceOf16(a + 16, b + 16));
  return v128.or(first, v128.or(differenceOf16(a + 32, b + 32), differenceOf16(a + 48, b + 48)));
}

function differenceOf16(a: usize, b: usize): v128 {
  return v128.xor(v128.load(a), v128.load(b));
}

/** The index behind the object that opens there, by its braces; 0 when it is too deep or holds a line feed or what is not plain ASCII. */
function objectEnd(at: usize): usize {
  let depth = 0;
  let isText = false;
  let i = at;
  let end: usize = 0;
  while (end === 0) {
    const bytes = v128.load(i);
    const letters = v128.or(bytes, i8x16.splat(0x20));
    const braces = v128.or(i8x16.eq(letters, i8x16.splat(0x7b)), i8x16.eq(letters, i8x16.splat(0x7d)));
    let stops = i8x16.bitmask(v128.or(v128.or(quotesIn(bytes), breaksIn(bytes)), braces));
    let next = i + 16;
    for (; stops !== 0; stops &= stops - 1) {
      const stop = i + ctz(stops);
      const code = <u32>load<u8>(stop);
      if (code === QUOTE) isText = !isText;
      else if (code === BACKSLASH) {
        // What it escapes may be a quote; a line feed must not be passed over unseen.
        if (<i32>load<i8>(stop + 1) <= <i32>LINE_FEED) return 0;
        next = stop + 2;
        break;
      } else if ((code | 0x20) === OPEN_BRACE) {
        if (!isText && ++depth > MAX_DEPTH) return 0;
      } else if ((code | 0x20) === CLOSE_BRACE) {
        if (!isText && --depth === 0) {
          end = stop + 1;
          break;
        }
      } else return 0;
    }
    i = next;
  }
  return end;
}

/** Line feeds, zeros and bytes beyond ASCII. */
function breaksIn(bytes: v128): v128 {
  return v128.or(i8x16.eq(bytes, i8x16.splat(0x0a)), i8x16.lt_s(bytes, i8x16.splat(1)));
}

/** Makes the text a head, in place of the oldest when there is no room; its number in rows. */
export function keepHead(at: usize, length: u32, propertiesAt: u32, kind: u32): i32 {
  const kept = nextSlot;
  const slot = HEADS + <usize>kept * HEAD_SIZE;
  store<u32>(slot, length);
  store<u32>(slot, propertiesAt, 4);
  store<u32>(slot, kind, 8);
  memory.copy(slot + 16, at, <usize>length);
  if (headCount < HEAD_SLOTS) headCount++;
  nextSlot = (nextSlot + 1) % HEAD_SLOTS;
  return kept;
}
