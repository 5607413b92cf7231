import { OPENING, WORD_LETTERS, WORD_SIZE, WORDS } from './memory';

/** Whether a word was in the text whose end was searched last. */
export let tells: bool = false;

/**
 * Where the text ends that begins there: the next quote, backslash, control or byte beyond ASCII. And in `tells`, whether one of the words is
 * before it, in letters of any case.
 */
export function textEnd(at: usize): usize {
  const searched = searchedFrom(at);
  let i = at;
  tells = false;
  for (; i < searched; i += 16) {
    const stops = i8x16.bitmask(stopsIn(v128.load(i)));
    if (stops === 0) continue;
    if (i + ctz(stops) < searched) return i + ctz(stops);
    break;
  }
  // Words, as bits, whose first one, two or three letters may end at each of the sixteen places before.
  let ones = i8x16.splat(0);
  let twos = i8x16.splat(0);
  let threes = i8x16.splat(0);
  let stops = 0;
  for (i = searched; stops === 0; i += 16) {
    const letters = v128.load(i);
    const kinds = kindsOf(letters);
    const one = wordsWith(kinds, 0);
    const two = v128.and(nextTo(ones, one), wordsWith(kinds, 1));
    const three = v128.and(nextTo(twos, two), wordsWith(kinds, 2));
    const four = v128.and(nextTo(threes, three), wordsWith(kinds, 3));
    ones = one;
    twos = two;
    threes = three;
    const stopsThere = stopsIn(letters);
    if (!v128.any_true(v128.or(stopsThere, four))) continue;
    stops = i8x16.bitmask(stopsThere);
    const ends = i8x16.bitmask(i8x16.ne(four, i8x16.splat(0)));
    // No word goes on behind what ends the text.
    if (ends !== 0 && !tells) tells = isWordAt(i - 3, ends & ((stops & -stops) - 1));
  }
  return i - 16 + ctz(stops);
}

/** Behind what many messages begin with. */
function searchedFrom(at: usize): usize {
  const opening = v128.load(OPENING);
  const same = v128.or(i8x16.eq(opening, v128.load(at)), i8x16.eq(opening, i8x16.splat(0)));
  return i8x16.all_true(same) ? at + <usize>load<u8>(OPENING + 16) : at;
}

function stopsIn(bytes: v128): v128 {
  return v128.or(quotesIn(bytes), i8x16.lt_s(bytes, i8x16.splat(0x20)));
}

/** Quotes and backslashes. */
export function quotesIn(bytes: v128): v128 {
  return v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)));
}

/** Of each letter its kind, one of sixteen: see `kernel.ts`. */
function kindsOf(letters: v128): v128 {
  const small = v128.or(letters, i8x16.splat(0x20));
  return v128.and(v128.xor(small, v128.shr<u16>(small, 1)), i8x16.splat(0x0f));
}

/** The words, as bits, that may have letters of those kinds in the place. */
function wordsWith(kinds: v128, place: usize): v128 {
  return v128.swizzle(v128.load(WORD_LETTERS + 16 * place), kinds);
}

/** Each one place on, with the last of those before in front. */
function nextTo(before: v128, those: v128): v128 {
  return v128.shuffle<u8>(before, those, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

/** Whether one of the words begins at one of the places that the bits say. */
function isWordAt(at: usize, places: i32): bool {
  for (let left = places; left !== 0; left &= left - 1) if (beginsWord(at + ctz(left))) return true;
  return false;
}

function beginsWord(at: usize): bool {
  const start = load<u32>(at) | 0x2020_2020;
  for (let word = WORDS; load<u8>(word) !== 0; word += WORD_SIZE)
    if ((load<u32>(word + 1) | 0x2020_2020) === start && isWord(word, at)) return true;
  return false;
}

function isWord(word: usize, at: usize): bool {
  const length = <usize>load<u8>(word);
  for (let i: usize = 0; i < length; i++) {
    const letter = <u32>load<u8>(at + i);
    const isCapital = letter - 0x41 < 26;
    if (<u32>load<u8>(word + 1 + i) !== (isCapital ? letter | 0x20 : letter)) return false;
  }
  return true;
}
