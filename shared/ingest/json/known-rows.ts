import type { Timestamp } from '../../model/time.ts';
import { copyOf } from '../copy.ts';
import { HEAD, KEPT, KEPT_END, PLAIN_MESSAGE, PROPERTIES, SAYS } from '../kernel/layout.ts';
import { HEAD_AT, type Head, TIME, TIME_LENGTH } from './known-heads.ts';
import { parseJson } from './records.ts';

/** Records as the kernel found them, all in one part of a source. */
export interface KnownRows {
  /** See `kernel/layout.ts`. */
  readonly rows: Int32Array;
  /** What varies in them. */
  readonly kept: string;
  /** By their numbers in rows. */
  readonly heads: readonly Head[];
  readonly source: string;
  /** The line of the source that the first row is in, and the byte that places in rows count from. */
  readonly line: number;
  readonly byte: number;
}

/** Behind a message that is the last of all. */
const MESSAGE_END = '"}}';
const NO_HEAD: Head = { text: '', fields: {}, propertiesAt: HEAD_AT, properties: {}, format: '' };

export const numberAt = ({ rows }: KnownRows, row: number, index: number): number => rows[row + index] ?? 0;

export const headAt = (known: KnownRows, row: number): Head => known.heads[numberAt(known, row, HEAD)] ?? NO_HEAD;

/** A copy, for what is parsed may be kept. */
export function timeAt(known: KnownRows, row: number): Timestamp {
  const at = numberAt(known, row, KEPT);
  return copyOf(known.kept.slice(at, at + TIME_LENGTH));
}

/** All that a record says; undefined when its properties are no JSON after all. */
export function jsonAt(known: KnownRows, row: number): Readonly<Record<string, unknown>> | undefined {
  const { rows, kept } = known;
  const at = rows[row + KEPT] ?? 0;
  const end = rows[row + KEPT_END] ?? 0;
  const head = headAt(known, row);
  return rows[row + SAYS] === PLAIN_MESSAGE
    ? withMessage(kept.slice(at, end - MESSAGE_END.length), head)
    : withProperties(kept.slice(at, end - 1), head);
}

/** One copy for time and message: each keeps the other alive, but nothing else. */
function withMessage(timeAndMessage: string, { fields, properties }: Head): Readonly<Record<string, unknown>> {
  const own = copyOf(timeAndMessage);
  return { ...fields, time: own.slice(0, TIME_LENGTH), properties: { ...properties, message: own.slice(TIME_LENGTH) } };
}

function withProperties(timeAndProperties: string, { fields }: Head): Readonly<Record<string, unknown>> | undefined {
  const properties = parseJson(timeAndProperties.slice(TIME_LENGTH));
  const time = copyOf(timeAndProperties.slice(0, TIME_LENGTH));
  return properties === undefined ? undefined : { ...fields, time, properties };
}

/** All of its text, put together again. */
export function textAt(known: KnownRows, row: number): string {
  const { text, propertiesAt } = headAt(known, row);
  const head = numberAt(known, row, SAYS) === PROPERTIES ? text.slice(0, propertiesAt - HEAD_AT) : text;
  const rest = known.kept.slice(numberAt(known, row, KEPT) + TIME_LENGTH, numberAt(known, row, KEPT_END));
  return `${TIME}${timeAt(known, row)}${head}${rest}`;
}
