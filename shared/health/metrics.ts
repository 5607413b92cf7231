import type { EditableMetric, ThresholdPair } from '../model/settings.ts';
import type { Limits, Operator } from './limits.ts';

/** What stays fixed of an editable metric, whatever its bounds: unit, operators, range, and which way the pair is ordered. */
export interface MetricRule {
  readonly title: string;
  readonly unit: string;
  /** A value is healthy when `value <operator> H`. */
  readonly healthy: Operator;
  /** A value is unhealthy when `value <operator> U`. */
  readonly unhealthy: Operator;
  /** A pair is accepted when `H <operator> U`. */
  readonly order: Operator;
  /** Largest bound accepted; null where the unit has no end. The smallest is 0 for all. */
  readonly max: number | null;
}

const PERCENT = { unit: '%', healthy: '<=', unhealthy: '>=', order: '<', max: 100 } as const;

export const METRICS: Readonly<Record<EditableMetric, MetricRule>> = {
  cpuUsage: { title: 'CPU usage', ...PERCENT },
  memoryUsage: { title: 'Memory usage', ...PERCENT },
  diskSpaceFree: { title: 'Free disk space', unit: 'GB', healthy: '>', unhealthy: '<', order: '>=', max: null },
  latency: { title: 'Average latency', unit: 'ms', healthy: '<', unhealthy: '>', order: '<=', max: null },
};

/** The limits a pair sets for its metric. Example: latency `{10, 20}` is healthy `< 10`, unhealthy `> 20`. */
export const limitsOf = (metric: EditableMetric, pair: ThresholdPair): Limits => ({
  healthy: [METRICS[metric].healthy, pair.healthy],
  unhealthy: [METRICS[metric].unhealthy, pair.unhealthy],
});
