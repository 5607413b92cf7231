import { OPENING, WORD_LETTERS, WORD_SIZE, WORDS } from './memory';

/** Words, as bits, that may begin at each of sixteen places: three letters from there on may be the first, third and fourth of one. */
export function wordsAt(at: usize): v128 {
  const words = v128.and(wordsOf(WORD_LETTERS, at), wordsOf(WORD_LETTERS + 32, at + 2));
  return v128.and(words, wordsOf(WORD_LETTERS + 64, at + 3));
}

/** Whether one of the words begins at one of the places that the bits say, in letters of any case. */
export function beginsWordAt(at: usize, places: i32): bool {
  for (let left = places; left !== 0; left &= left - 1) if (beginsWord(at + ctz(left))) return true;
  return false;
}

/** The words, as bits, that may have each of the letters from `at` on in the place that the table is for. */
function wordsOf(table: usize, at: usize): v128 {
  const letters = v128.load(at);
  const nibble = i8x16.splat(0x0f);
  const upper = v128.and(v128.shr<u16>(letters, 4), nibble);
  const low = v128.swizzle(v128.load(table), v128.and(letters, nibble));
  return v128.and(low, v128.swizzle(v128.load(table + 16), upper));
}

/** Behind what many messages begin with. */
export function searchedFrom(at: usize): usize {
  const opening = v128.load(OPENING);
  const same = v128.or(i8x16.eq(opening, v128.load(at)), i8x16.eq(opening, i8x16.splat(0)));
  return i8x16.all_true(same) ? at + <usize>load<u8>(OPENING + 16) : at;
}

function beginsWord(at: usize): bool {
  for (let word = WORDS; load<u8>(word) !== 0; word += WORD_SIZE) if (isWord(word, at)) return true;
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
