import { FIELDS } from '../layout';
import { CARRIAGE_RETURN } from './memory';

/** Bytes of a row before its fields. */
export const HEAD: usize = 4 * FIELDS;
export const MAX_FIELDS: i32 = 126;

/** The line feed found last, and whether a byte before it is none of plain text. */
export let lineEnd: usize = 0;
export let isOdd: bool = false;
export let isQuoted: bool = false;
/** How many fields were found, or `MAX_FIELDS` when there are too many. */
export let fieldCount: i32 = 0;

/** Finds the line feed from `at` on. */
export function findEnd(at: usize): void {
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
export function findFields(at: usize, row: usize, base: usize): void {
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

export function fieldAt(row: usize, index: i32, base: usize): usize {
  return <usize>load<i32>(row + HEAD + 4 * <usize>index) + base;
}

export function fieldEnd(row: usize, index: i32, base: usize): usize {
  return index + 1 < fieldCount ? fieldAt(row, index + 1, base) - 1 : textEnd();
}

/** Where the text of the line ends. */
export function textEnd(): usize {
  return load<u8>(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
}

/** Where what stands behind the fields goes: one place is kept for what is behind the last. */
export function behindFields(row: usize): usize {
  return row + HEAD + 4 * <usize>(fieldCount + 1);
}
