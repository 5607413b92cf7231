import * as z from 'zod';
import { METRICS } from '../health/metrics.ts';
import { type EffectivePair, type EffectiveThresholds, scopeThresholdsSchema } from '../health/thresholds.ts';
import type { EditableMetric } from '../model/settings.ts';

const pairSchema = z.strictObject({ healthy: z.number(), unhealthy: z.number() });
export const metricSchema = z.enum(['cpuUsage', 'memoryUsage', 'diskSpaceFree', 'latency']);
export const effectivePairSchema = z
  .strictObject({
    ...pairSchema.shape,
    unit: z.string(),
    healthyWhen: z.string().describe('In words: `<= 95`.'),
    unhealthyWhen: z.string(),
    origin: z.enum(['default', 'tenant', 'site', 'server']).describe('The scope that set it; the most specific wins.'),
  })
  .describe('The pair in force.');
export const effectiveSchema = z.strictObject({
  cpuUsage: effectivePairSchema,
  memoryUsage: effectivePairSchema,
  diskSpaceFree: effectivePairSchema,
  latency: effectivePairSchema,
});

export const scopeSchema = z.strictObject({
  kind: z.enum(['tenant', 'site', 'server']),
  id: z.string().nullable().describe('Name of the site or host name of the server; null for the tenant.'),
  slug: z.string().nullable(),
});
export type ScopeAnswer = z.infer<typeof scopeSchema>;

const scopeAnswer = { scope: scopeSchema, revision: z.int().describe('Counts every saved change.') };
export const thresholdsSchema = z.strictObject({
  ...scopeAnswer,
  own: scopeThresholdsSchema.describe('What is set in this scope itself.'),
  effective: effectiveSchema.describe('What holds in this scope, and where it comes from.'),
});
export const metricThresholdsSchema = z.strictObject({
  ...scopeAnswer,
  metric: metricSchema,
  own: pairSchema.nullable(),
  effective: effectivePairSchema,
});
const remaining = {
  reverted: z.array(metricSchema).describe('Metrics that were set here and are no more.'),
  remaining: z
    .array(z.strictObject({ scope: scopeSchema, metrics: z.array(metricSchema) }))
    .describe('Overrides of the same metrics that remain in other scopes.'),
};
export const revertedSchema = z.strictObject({ ...thresholdsSchema.shape, ...remaining });
export const metricRevertedSchema = z.strictObject({ ...metricThresholdsSchema.shape, ...remaining });

/** A pair in force, in words too. */
export function effectivePairOf(metric: EditableMetric, { pair, origin }: EffectivePair) {
  const { unit, healthy, unhealthy } = METRICS[metric];
  return {
    ...pair,
    unit,
    healthyWhen: `${healthy} ${pair.healthy}`,
    unhealthyWhen: `${unhealthy} ${pair.unhealthy}`,
    origin,
  };
}

export const effectiveOf = (effective: EffectiveThresholds): z.infer<typeof effectiveSchema> => ({
  cpuUsage: effectivePairOf('cpuUsage', effective.cpuUsage),
  memoryUsage: effectivePairOf('memoryUsage', effective.memoryUsage),
  diskSpaceFree: effectivePairOf('diskSpaceFree', effective.diskSpaceFree),
  latency: effectivePairOf('latency', effective.latency),
});
