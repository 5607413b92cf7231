import { stripVTControlCharacters } from 'node:util';
import type { Millis } from '../../model/time.ts';

/** Text layout of the report: tables, wrapping, numbers and durations as people read them. */

/** What a terminal must not be told by a log line: control characters, and marks that turn the direction of text. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text from outside, safe to print: control characters show as `·`. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '·');

/** @example grouped(1234567) is `1,234,567` */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** @example counted(1, 'line') is `1 line`, counted(2, 'line') is `2 lines` */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** @example byteSize(1_530_000) is `1.5 MB` */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < BYTE_UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit] ?? 'B'}`;
}

const PARTS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest parts of a duration. @example duration(303_000) is `5 min 3 s` */
export function duration(ms: Millis): string {
  if (ms < 1_000) return `${ms} ms`;
  const parts: string[] = [];
  let seconds = Math.round(ms / 1_000);
  for (const [name, size] of PARTS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** Breaks text at blanks into lines of at most `width`; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Cuts text to a width; the middle goes, since paths and ids differ at their ends. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 3);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** Characters that show: colours take no room. */
export const visible = (text: string): number => stripVTControlCharacters(text).length;

/** A last column narrower than this reads badly: its longer texts stand below their row. */
const MIN_LAST_COLUMN = 32;
const BELOW = '    ';

/**
 * Lines of a table: two blanks between columns, each as wide as its widest cell, the last one wrapped into what is left, or
 * below its row where too little is left. The first line has the titles. Cells may be coloured.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((widest, row) => Math.max(widest, visible(row[index] ?? '')), title.length),
  );
  const last = columns.length - 1;
  const indent = widths.slice(0, last).reduce((sum, cell) => sum + cell + 2, 0);
  const rest = width - indent;
  const line = (cells: readonly string[]): string[] => {
    const lead = cells.slice(0, last).map((cell, index) => {
      const fill = ' '.repeat((widths[index] ?? 0) - visible(cell));
      return columns[index]?.align === 'right' ? fill + cell : cell + fill;
    });
    const text = cells[last] ?? '';
    if (rest < MIN_LAST_COLUMN && visible(text) > rest) {
      const below = wrap(text, width - BELOW.length).map((part) => BELOW + part);
      return [lead.join('  ').trimEnd(), ...below];
    }
    const [first = '', ...more] = wrap(text, rest);
    return [[...lead, first].join('  ').trimEnd(), ...more.map((part) => ' '.repeat(indent) + part)];
  };
  return [...line(columns.map(({ title }) => title)), ...rows.flatMap(line)];
}
