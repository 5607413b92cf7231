import * as z from 'zod';
import { tunnelServerEntity } from '../model/entity.ts';
import { DEFAULT_THRESHOLDS, type EditableMetric, type ThresholdPair, type Thresholds } from '../model/settings.ts';
import { holds } from './limits.ts';
import { METRICS } from './metrics.ts';

/** Bounds set in one scope; a metric that is not named has none there. */
export type ScopeThresholds = Partial<Thresholds>;

/** What people set, by scope. Servers are named by their entity key: the host name in lower case. */
export interface Overrides {
  readonly tenant: ScopeThresholds;
  readonly sites: Readonly<Record<string, ScopeThresholds>>;
  readonly servers: Readonly<Record<string, ScopeThresholds>>;
}

export const NO_OVERRIDES: Overrides = { tenant: {}, sites: {}, servers: {} };

const bound = (max: number | null) => {
  const number = z
    .number({
      error: ({ input }) => (input === undefined ? 'missing: a pair is set whole' : 'expected a finite number'),
    })
    .min(0, 'must be 0 or more');
  return max === null ? number : number.max(max, `must be ${max} or less`);
};

/** A whole pair of one metric: both bounds, finite, in its range, and in its own direction; nothing else beside them. */
function pairSchema(metric: EditableMetric): z.ZodType<ThresholdPair> {
  const { title, unit, healthy, unhealthy, order, max } = METRICS[metric];
  return z
    .strictObject(
      {
        healthy: bound(max).describe(`Healthy while the value is ${healthy} this.`),
        unhealthy: bound(max).describe(`Unhealthy when the value is ${unhealthy} this.`),
      },
      { error: 'expected an object with healthy and unhealthy' },
    )
    .refine((pair) => holds(pair.healthy, [order, pair.unhealthy]), {
      path: ['unhealthy'],
      error: `healthy must be ${order} unhealthy`,
    })
    .describe(`${title}, in ${unit}. healthy must be ${order} unhealthy.`);
}

/** The schema of each metric's pair, for `PUT thresholds/{metric}`. */
export const PAIR_SCHEMAS = {
  cpuUsage: pairSchema('cpuUsage'),
  memoryUsage: pairSchema('memoryUsage'),
  diskSpaceFree: pairSchema('diskSpaceFree'),
  latency: pairSchema('latency'),
} as const satisfies Record<EditableMetric, z.ZodType<ThresholdPair>>;

/** The bounds of one scope: any of the four pairs, each whole. */
export const scopeThresholdsSchema = z
  .strictObject(
    {
      cpuUsage: PAIR_SCHEMAS.cpuUsage.exactOptional(),
      memoryUsage: PAIR_SCHEMAS.memoryUsage.exactOptional(),
      diskSpaceFree: PAIR_SCHEMAS.diskSpaceFree.exactOptional(),
      latency: PAIR_SCHEMAS.latency.exactOptional(),
    },
    { error: 'expected an object of metrics' },
  )
  .describe('Bounds of any of the four editable metrics.');

export type Origin = 'default' | 'tenant' | 'site' | 'server';
export interface EffectivePair {
  readonly pair: ThresholdPair;
  readonly origin: Origin;
}
export type EffectiveThresholds = Readonly<Record<EditableMetric, EffectivePair>>;

/** Where a server stands: its name (any case) and its site, when it said one. */
export interface ServerPlace {
  readonly server: string;
  readonly site?: string | undefined;
}

/** The pair in force for each metric of a server, and the scope that set it: the most specific one wins. */
export function effectiveThresholds(overrides: Overrides, { server, site }: ServerPlace): EffectiveThresholds {
  const scopes: readonly (readonly [Origin, ScopeThresholds])[] = [
    ['server', overrides.servers[tunnelServerEntity(server).key] ?? {}],
    ['site', site === undefined ? {} : (overrides.sites[site] ?? {})],
    ['tenant', overrides.tenant],
  ];
  const effective = (metric: EditableMetric): EffectivePair => {
    for (const [origin, { [metric]: pair }] of scopes) if (pair) return { pair, origin };
    return { pair: DEFAULT_THRESHOLDS[metric], origin: 'default' };
  };
  return byMetric(effective);
}

/** The bare bounds of effective thresholds, as the checks take them. */
export const thresholdsOf = (effective: EffectiveThresholds): Thresholds =>
  byMetric((metric) => effective[metric].pair);

function byMetric<T>(make: (metric: EditableMetric) => T): Record<EditableMetric, T> {
  return {
    cpuUsage: make('cpuUsage'),
    memoryUsage: make('memoryUsage'),
    diskSpaceFree: make('diskSpaceFree'),
    latency: make('latency'),
  };
}
