import * as layout from '../layout';

/** Places in the layout as the addresses that they are here. */
export const INPUT: usize = layout.INPUT_AT;
export const ROWS: usize = layout.ROWS_AT;
export const ROWS_END: usize = layout.ROWS_END_AT;
export const KEPT_TEXTS: usize = layout.KEPT_AT;
export const PLAIN_INITIALS: usize = layout.PLAIN_INITIALS_AT;
export const STAMP: usize = layout.LAST_STAMP_AT;
export const CIVIL_DAY: usize = layout.CIVIL_DAY_AT;
export const CIVIL_DAY_NUMBER: usize = layout.CIVIL_DAY_NUMBER_AT;
export const ISO_DAY: usize = layout.ISO_DAY_AT;
export const ISO_ZONE: usize = layout.ISO_ZONE_AT;
export const ORIGINS: usize = layout.ORIGINS_AT;
export const RECORD_DAY: usize = layout.RECORD_DAY_AT;
export const OPENING: usize = layout.OPENING_AT;
export const WORDS: usize = layout.WORDS_AT;
export const WORD_LETTERS: usize = layout.WORD_LETTERS_AT;
export const HEADS: usize = layout.HEADS_AT;
export const ORIGIN_SLOTS: u32 = layout.ORIGIN_SLOTS;
export const ORIGIN_SIZE: usize = layout.ORIGIN_SIZE;
export const MAX_ORIGIN: usize = layout.MAX_ORIGIN;
export const WORD_SIZE: usize = layout.WORD_SIZE;
export const HEAD_SLOTS: i32 = layout.HEAD_SLOTS;
export const HEAD_SIZE: usize = layout.HEAD_SIZE;

export const LINE_FEED: u32 = 0x0a;
export const CARRIAGE_RETURN: u32 = 0x0d;
export const SPACE: u32 = 0x20;
export const COMMA: u32 = 0x2c;
export const DASH: u32 = 0x2d;
export const POINT: u32 = 0x2e;
export const SLASH: u32 = 0x2f;
export const COLON: u32 = 0x3a;
export const LESS: u32 = 0x3c;
export const GREATER: u32 = 0x3e;

/** The value of a decimal digit; above nine for anything else. */
export function digit(at: usize): u32 {
  return <u32>load<u8>(at) - 0x30;
}
