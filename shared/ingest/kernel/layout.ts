/** The numbers of a row, in their order; as in `assembly/lines.ts`. Places are indices in the chunk. */
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
/** Lines of one civil stamp have one number, above zero. */
export const STAMP_NUMBER = 8;
export const FIELD_COUNT = 9;
/** Where each field begins, and one behind the end; of an access line five numbers behind them. */
export const FIELDS = 10;
export const ACCESS_NUMBERS = 5;

/** Numbers of ISO stamps, by the dress of the header. */
export const ISO_5424 = 0;
export const ISO_3164 = -1;

/**
 * Of the row of a record, behind place, end and length: the number of its head, where its properties begin behind its start (0 when it can
 * only count), and its line behind the first.
 */
export const HEAD = 3;
export const PROPERTIES = 4;
export const LINE = 5;
export const RECORD_NUMBERS = 6;

/** Where among records the reading is: at the start of a line, of an element of an array, or behind one. */
export const LINES = 0;
export const ELEMENT = 1;
export const BETWEEN = 2;

/** What the kernel knows of a line: nothing but its end, its header, or that and its fields. */
export const UNREAD = 0;
export const MESSAGE = 1;
export const ACCESS = 2;
export const TELEMETRY = 3;
export const CSV = 4;

/** All of them, each at its own index. */
export const HEADED_KINDS: readonly number[] = [UNREAD, MESSAGE, ACCESS, TELEMETRY, CSV];

/** How many numbers the row at an index has. */
export function rowLength(rows: Int32Array, row: number): number {
  const count = rows[row + FIELD_COUNT] ?? 0;
  if (count === 0) return FIELDS;
  return FIELDS + count + 1 + (rows[row + KIND] === ACCESS ? ACCESS_NUMBERS : 0);
}
