import { OPENING, WORD_LETTERS, WORD_SIZE, WORDS } from './memory';

/**
 * Whether one of the words is in the text from `at` to `end`, in letters of any case. Sixteen places are looked at together: whether
 * three letters from there on may be the first, third and fourth of a word; then letter by letter.
 */
export function hasWord(at: usize, end: usize): bool {
  const low1 = v128.load(WORD_LETTERS);
  const high1 = v128.load(WORD_LETTERS + 16);
  const low3 = v128.load(WORD_LETTERS + 32);
  const high3 = v128.load(WORD_LETTERS + 48);
  const low4 = v128.load(WORD_LETTERS + 64);
  const high4 = v128.load(WORD_LETTERS + 80);
  for (let i = searchedFrom(at); i < end; i += 16) {
    const words = v128.and(v128.and(wordsOf(low1, high1, i), wordsOf(low3, high3, i + 2)), wordsOf(low4, high4, i + 3));
    let hits = i8x16.bitmask(i8x16.ne(words, i8x16.splat(0)));
    for (; hits !== 0; hits &= hits - 1) if (beginsWord(i + ctz(hits), end)) return true;
  }
  return false;
}

/** The words, as bits, that may have each of the letters from `at` on in the place that the tables are for. */
function wordsOf(low: v128, high: v128, at: usize): v128 {
  const letters = v128.load(at);
  const nibble = i8x16.splat(0x0f);
  const upper = v128.and(v128.shr<u16>(letters, 4), nibble);
  return v128.and(v128.swizzle(low, v128.and(letters, nibble)), v128.swizzle(high, upper));
}

/** Behind what many messages begin with. */
function searchedFrom(at: usize): usize {
  const opening = v128.load(OPENING);
  const same = v128.or(i8x16.eq(opening, v128.load(at)), i8x16.eq(opening, i8x16.splat(0)));
  return i8x16.all_true(same) ? at + <usize>load<u8>(OPENING + 16) : at;
}

function beginsWord(at: usize, end: usize): bool {
  for (let word = WORDS; load<u8>(word) !== 0; word += WORD_SIZE) if (isWord(word, at, end)) return true;
  return false;
}

function isWord(word: usize, at: usize, end: usize): bool {
  const length = <usize>load<u8>(word);
  if (at + length > end) return false;
  for (let i: usize = 0; i < length; i++) {
    const letter = <u32>load<u8>(at + i);
    const isCapital = letter - 0x41 < 26;
    if (<u32>load<u8>(word + 1 + i) !== (isCapital ? letter | 0x20 : letter)) return false;
  }
  return true;
}
