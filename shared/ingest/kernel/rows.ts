import {
  ACCESS,
  ACCESS_NUMBERS,
  CSV,
  CSV_NUMBERS,
  FIELD_COUNT,
  FIELDS,
  KIND,
  MESSAGE,
  ODD,
  TELEMETRY,
  UNREAD,
} from './layout.ts';

/** What the kernel may know of a line, each at its own index. */
export const HEADED_KINDS: readonly number[] = [UNREAD, MESSAGE, ODD, ACCESS, TELEMETRY, CSV];

/** How many numbers the row at an index has. */
export function rowLength(rows: Int32Array, row: number): number {
  const count = rows[row + FIELD_COUNT] ?? 0;
  if (count === 0) return FIELDS;
  const kind = rows[row + KIND];
  return FIELDS + count + 1 + (kind === ACCESS ? ACCESS_NUMBERS : kind === CSV ? CSV_NUMBERS : 0);
}
