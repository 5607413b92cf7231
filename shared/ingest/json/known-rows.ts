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
  const valueAt = at + TIME_LENGTH;
  const end = rows[row + KEPT_END] ?? 0;
  const head = headAt(known, row);
  const properties =
    rows[row + SAYS] === PLAIN_MESSAGE
      ? { ...head.properties, message: copyOf(kept.slice(valueAt, end - MESSAGE_END.length)) }
      : parseJson(kept.slice(valueAt, end - 1));
  if (properties === undefined) return undefined;
  return { ...head.fields, time: copyOf(kept.slice(at, valueAt)), properties };
}

/** All of its text, put together again. */
export function textAt(known: KnownRows, row: number): string {
  const { text, propertiesAt } = headAt(known, row);
  const head = numberAt(known, row, SAYS) === PROPERTIES ? text.slice(0, propertiesAt - HEAD_AT) : text;
  const rest = known.kept.slice(numberAt(known, row, KEPT) + TIME_LENGTH, numberAt(known, row, KEPT_END));
  return `${TIME}${timeAt(known, row)}${head}${rest}`;
}
