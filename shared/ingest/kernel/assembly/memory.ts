/** Where things lie in the kernel's memory, in bytes; `layout.ts` says the same to those who call it. */

/** The text at work; behind it a line feed and some room, so that reading sixteen bytes at once stays inside. */
export const INPUT: usize = 0x1_0000;
/** What was found, as numbers of four bytes. */
export const ROWS: usize = 0x6_0000;
export const ROWS_END: usize = 0x26_0000;
/** One byte for each code that a line may begin with and be nothing but a line. */
export const PLAIN_INITIALS: usize = 0x26_0000;
/** The stamp of the last line, and the days whose spelling was read before. */
export const STAMP: usize = 0x26_0100;
export const CIVIL_DAY: usize = 0x26_0120;
export const ISO_DAY: usize = 0x26_0140;
export const ISO_ZONE: usize = 0x26_0150;
/** Who writes lines, by the bytes that say so: slots of a length, a kind and the bytes. */
export const ORIGINS: usize = 0x27_0000;
export const ORIGIN_SLOTS: u32 = 8192;
export const ORIGIN_SIZE: usize = 144;
export const MAX_ORIGIN: usize = 128;
/** The day that records are of. */
export const RECORD_DAY: usize = 0x39_0000;
/** What many messages begin with, filled up with zeros, and behind it how many letters with what varies. */
export const OPENING: usize = 0x39_0020;
/** Words in lower case: slots of a length and the letters, up to an empty one. */
export const WORDS: usize = 0x39_0100;
export const WORD_SIZE: usize = 16;
/** For a word's first, third and fourth letter two tables: the words, as bits, by the lower and by the upper half of its code. */
export const WORD_LETTERS: usize = 0x39_0400;
/** What records begin with: slots of three numbers and the text. */
export const HEADS: usize = 0x3a_0000;
export const HEAD_SLOTS: i32 = 64;
export const HEAD_SIZE: usize = 2080;

export const LINE_FEED: u32 = 0x0a;
export const CARRIAGE_RETURN: u32 = 0x0d;
export const SPACE: u32 = 0x20;
export const COMMA: u32 = 0x2c;
export const DASH: u32 = 0x2d;
export const POINT: u32 = 0x2e;
export const COLON: u32 = 0x3a;
export const LESS: u32 = 0x3c;
export const GREATER: u32 = 0x3e;

/** The value of a decimal digit; above nine for anything else. */
export function digit(at: usize): u32 {
  return <u32>load<u8>(at) - 0x30;
}
