import type { Spread } from './spread.ts';

/** How much a run may take. */
export interface Effort {
  /** Lines of the corpus. */
  readonly lines: number;
  /** Contenders alternate so often. */
  readonly rounds: number;
  /** The input of the memory test is so many times larger. */
  readonly large: number;
  /** Lines of the backlog in the hub. */
  readonly backlog: number;
  /** An empty folder, removed in the end. */
  readonly folder: string;
  /** What runs beside its peers, in a bundle as it is installed: from sources, their types are still taken off while it runs. */
  readonly contender: string;
}

/** A figure and what it should be. */
export interface Measure {
  readonly what: string;
  readonly value: Spread;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One of the goals that the benchmark measures. */
export interface Goal {
  readonly number: number;
  readonly title: string;
  /** Yields each measure when it is taken; text in between is printed as it is. */
  measure(effort: Effort): AsyncIterable<Measure | string>;
}

/** The bound, and whether the median keeps it; figures without one are for the reader. */
export function shown({ what, value, atLeast, atMost }: Measure): string {
  const bound = atLeast === undefined ? atMost : atLeast;
  const isReached =
    (atLeast === undefined || value.median >= atLeast) && (atMost === undefined || value.median <= atMost);
  const goal =
    bound === undefined
      ? ''
      : ` (goal: at ${atLeast === undefined ? 'most' : 'least'} ${figure(bound)}) ${isReached ? 'reached' : 'NOT reached'}`;
  const noise = value.min === value.max ? '' : `   [${figure(value.min)} to ${figure(value.max)}]`;
  return `   ${figure(value.median).padStart(9)} ${what}${goal}${noise}`;
}

/** Two decimals where they say something. */
const figure = (value: number): string =>
  value >= 1_000
    ? value.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : value >= 100 || Number.isInteger(value)
      ? value.toFixed(0)
      : value.toFixed(2);
