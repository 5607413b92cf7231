import type { HealthState } from '../model/health.ts';

const OPERATORS = {
  '<': (value: number, bound: number) => value < bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>': (value: number, bound: number) => value > bound,
  '>=': (value: number, bound: number) => value >= bound,
} as const;

const OPPOSITE = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const satisfies Record<Operator, Operator>;

export type Operator = keyof typeof OPERATORS;
export type Bound = readonly [operator: Operator, bound: number];

/** Where a value is healthy and where it is unhealthy; what lies between is a warning, fractions included. */
export interface Limits {
  readonly healthy: Bound;
  readonly unhealthy: Bound;
}

/** True when the value lies on the bound's side. Example: `holds(95, ['<=', 95])` is true. */
export const holds = (value: number, [operator, bound]: Bound): boolean => OPERATORS[operator](value, bound);

const textOf = ([operator, bound]: Bound): string => `${operator} ${bound}`;
const oppositeOf = ([operator, bound]: Bound): Bound => [OPPOSITE[operator], bound];

/** The state of a value, and the bound that decided in words. Example: 97 % of CPU is `warning`, `> 95 and < 100`. */
export function stateWithin(value: number, limits: Limits): { state: HealthState; threshold: string } {
  if (holds(value, limits.unhealthy)) return { state: 'unhealthy', threshold: textOf(limits.unhealthy) };
  if (holds(value, limits.healthy)) return { state: 'healthy', threshold: textOf(limits.healthy) };
  const between = [oppositeOf(limits.healthy), oppositeOf(limits.unhealthy)];
  return { state: 'warning', threshold: between.map(textOf).join(' and ') };
}

/**
 * One decimal of a computed value, rounded to the side of the bound that it really lies on: an age 1 ms over five minutes
 * reads 5.1, never `5, unhealthy, > 5`. A bound finer than a tenth gives the value itself.
 */
export function oneDecimal(value: number, limits: Limits): number {
  const { state } = stateWithin(value, limits);
  const nearest = [Math.round, Math.floor, Math.ceil].map((round) => round(value * 10) / 10);
  return nearest.find((rounded) => stateWithin(rounded, limits).state === state) ?? value;
}
