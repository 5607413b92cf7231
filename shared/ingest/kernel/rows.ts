import { ACCESS, ACCESS_NUMBERS, CSV, FIELD_COUNT, FIELDS, KIND, MESSAGE, ODD, TELEMETRY, UNREAD } from './layout.ts';

/** What the kernel may know of a line, each at its own index. */
export const HEADED_KINDS: readonly number[] = [UNREAD, MESSAGE, ODD, ACCESS, TELEMETRY, CSV];

/** How many numbers the row at an index has. */
export function rowLength(rows: Int32Array, row: number): number {
  const count = rows[row + FIELD_COUNT] ?? 0;
  if (count === 0) return FIELDS;
  return FIELDS + count + 1 + (rows[row + KIND] === ACCESS ? ACCESS_NUMBERS : 0);
}
