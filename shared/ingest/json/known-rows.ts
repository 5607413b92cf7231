import type { Timestamp } from '../../model/time.ts';
import { copyOf } from '../copy.ts';
import { HEAD, KEPT, KEPT_END, PROPERTIES } from '../kernel/layout.ts';
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

const NO_HEAD: Head = { text: '', fields: {}, format: '' };

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
  const properties = parseJson(kept.slice(valueAt, (rows[row + KEPT_END] ?? 0) - 1));
  if (properties === undefined) return undefined;
  return { ...headAt(known, row).fields, time: copyOf(kept.slice(at, valueAt)), properties };
}

/** All of its text, put together again. */
export function textAt(known: KnownRows, row: number): string {
  const { text } = headAt(known, row);
  const propertiesAt = numberAt(known, row, PROPERTIES);
  const head = propertiesAt === 0 ? text : text.slice(0, propertiesAt - HEAD_AT);
  const rest = known.kept.slice(numberAt(known, row, KEPT) + TIME_LENGTH, numberAt(known, row, KEPT_END));
  return `${TIME}${timeAt(known, row)}${head}${rest}`;
}
