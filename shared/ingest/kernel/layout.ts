/*
 * What the kernel and those who call it must agree on. Read by two compilers, TypeScript's and AssemblyScript's, so numbers only.
 */

/** The numbers of a row of a line, in their order. Places are indices in the chunk. */
export const AT = 0;
export const END = 1;
/** Bytes of the line with what ends it. */
export const LENGTH = 2;
export const KIND = 3;
export const BODY_AT = 4;
export const ORIGIN = 5;
/** -1 for none. */
export const PRIORITY = 6;
export const STAMP_AT = 7;
/** Of a civil stamp the second of its day, behind those of the days that have lower numbers, from one on. */
export const STAMP_NUMBER = 8;
/** How many decimal digits of a second an ISO stamp in UTC states; -1 in other zones. */
export const STAMP_DIGITS = 9;
export const FIELD_COUNT = 10;
/**
 * Where each field begins, and one behind the end. Behind them numbers: of an access line five that it states; of telemetry the index of
 * the first address and that behind the agent; of CSV the date generated (20261120, or 0 when it is spelled otherwise) and the second of
 * that day.
 */
export const FIELDS = 11;
export const ACCESS_NUMBERS = 5;
export const TELEMETRY_NUMBERS = 2;
export const CSV_NUMBERS = 2;

/** Numbers of ISO stamps, by the dress of the header. */
export const ISO_5424 = 0;
export const ISO_3164 = -1;

/**
 * Of the row of a record, behind place, end and length: the number of its head, what it says beside that, its line behind the first, and where
 * in what is kept its time begins and the rest behind that ends: all from the properties on when these are what it says, else from the message
 * on.
 */
export const HEAD = 3;
export const SAYS = 4;
export const LINE = 5;
export const KEPT = 6;
export const KEPT_END = 7;
export const RECORD_NUMBERS = 8;

/** What a record says: nothing, so that it can only count; a message that is spelled as it is; or more. */
export const NOTHING = 0;
export const PLAIN_MESSAGE = 1;
export const PROPERTIES = 2;

/** What a head ends with: the start of the properties, of a message, or of one that may say nothing. */
export const PROPERTIES_HEAD = 0;
export const MESSAGE_HEAD = 1;
export const CHATTER_HEAD = 2;

/** Where among records the reading is: at the start of a line, of an element of an array, or behind one. */
export const LINES = 0;
export const ELEMENT = 1;
export const BETWEEN = 2;

/**
 * What the kernel knows of a line: nothing but its end; its header; that and its fields. An odd one begins as an access or a telemetry
 * line but is spelled otherwise; a message does not begin so.
 */
export const UNREAD = 0;
export const MESSAGE = 1;
export const ODD = 2;
export const ACCESS = 3;
export const TELEMETRY = 4;
export const CSV = 5;

/** The kernel's memory, in pages of 64 KB: it never grows. */
export const PAGES = 64;
/** Where things lie in it, in bytes. The text at work; a line feed and room for sixteen bytes stand behind it. */
export const INPUT_AT = 0x1_0000;
export const INPUT_BYTES = 0x4_f000;
/** What was found, as numbers of four bytes. */
export const ROWS_AT = 0x6_0000;
export const ROWS_END_AT = 0x26_0000;
/** What varies in records; their rows end far before. */
export const KEPT_AT = 0x20_0000;
/** One byte for each code that a line may begin with and be nothing but a line. */
export const PLAIN_INITIALS_AT = 0x26_0000;
/** The stamp of the last line, and the days and the zone whose spelling was read before. */
export const LAST_STAMP_AT = 0x26_0100;
export const CIVIL_DAY_AT = 0x26_0120;
/** The number of that civil day. */
export const CIVIL_DAY_NUMBER_AT = 0x26_0128;
/** So many have room in the numbers of stamps: more than there are spellings of a month and a day. */
export const MAX_CIVIL_DAYS = 16_384;
export const DAY_SECONDS = 86_400;
export const ISO_DAY_AT = 0x26_0140;
export const ISO_ZONE_AT = 0x26_0150;
/** For what a call brings along. */
export const SCRATCH_AT = 0x26_0200;
/** Who writes lines, by the bytes that say so: slots of a number, which is length and kind, and the bytes. Two cache lines, of which mostly one is read. */
export const ORIGINS_AT = 0x27_0000;
export const ORIGIN_SLOTS = 8192;
export const ORIGIN_SIZE = 128;
export const MAX_ORIGIN = 124;
/** The day that records are of. */
export const RECORD_DAY_AT = 0x39_0000;
/** What many messages begin with, filled up with zeros, and behind it how many letters with what varies. */
export const OPENING_AT = 0x39_0020;
/** Words in lower case: slots of a length and the letters, up to an empty one. */
export const WORDS_AT = 0x39_0100;
export const WORD_SIZE = 16;
/** For each of a word's first four letters a table: the words, as bits, by the kind of the letter. */
export const WORD_LETTERS_AT = 0x39_0400;
/** What records begin with: slots of three numbers and the text. */
export const HEADS_AT = 0x3a_0000;
export const MIN_HEAD = 64;
export const HEAD_SLOTS = 64;
export const HEAD_SIZE = 2080;
