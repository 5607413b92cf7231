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
  TELEMETRY_NUMBERS,
  UNREAD,
} from './layout.ts';

/** What the kernel may know of a line, each at its own index. */
export const HEADED_KINDS: readonly number[] = [UNREAD, MESSAGE, ODD, ACCESS, TELEMETRY, CSV];

/** How many numbers stand behind the fields, by kind. */
const NUMBERS = new Int32Array(HEADED_KINDS.length);
NUMBERS[ACCESS] = ACCESS_NUMBERS;
NUMBERS[TELEMETRY] = TELEMETRY_NUMBERS;
NUMBERS[CSV] = CSV_NUMBERS;

/** How many numbers the row at an index has. */
export function rowLength(rows: Int32Array, row: number): number {
  const count = rows[row + FIELD_COUNT] ?? 0;
  return count === 0 ? FIELDS : FIELDS + count + 1 + (NUMBERS[rows[row + KIND] ?? 0] ?? 0);
}
