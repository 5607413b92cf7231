import { describe, expect, it } from 'vitest';
import { validate } from '../../shared/health/field-errors.ts';
import {
  effectiveThresholds,
  NO_OVERRIDES,
  type Overrides,
  PAIR_SCHEMAS,
  scopeThresholdsSchema,
  thresholdsOf,
} from '../../shared/health/thresholds.ts';
import { DEFAULT_THRESHOLDS, EDITABLE_METRICS, type EditableMetric } from '../../shared/model/settings.ts';

type PairRow = readonly [metric: EditableMetric, healthy: number, unhealthy: number];

describe('a pair in its metric’s own direction', () => {
  it.each<PairRow>([
    ['cpuUsage', 0, 100],
    ['cpuUsage', 94.9, 95],
    ['memoryUsage', 0, 0.1],
    ['memoryUsage', 99, 100],
    ['diskSpaceFree', 5, 5],
    ['diskSpaceFree', 0, 0],
    ['diskSpaceFree', 5000, 3],
    ['latency', 10, 10],
    ['latency', 0, 5000],
  ])('%s %d, %d is accepted', (metric, healthy, unhealthy) => {
    const pair = { healthy, unhealthy };
    expect(validate(PAIR_SCHEMAS[metric], pair)).toEqual({ ok: true, value: pair });
  });

  it.each<readonly [...PairRow, message: string]>([
    ['cpuUsage', 95, 95, 'healthy must be < unhealthy'],
    ['cpuUsage', 96, 95, 'healthy must be < unhealthy'],
    ['cpuUsage', 95, 100.1, 'must be 100 or less'],
    ['memoryUsage', 95, 95, 'healthy must be < unhealthy'],
    ['memoryUsage', 100, 99, 'healthy must be < unhealthy'],
    ['diskSpaceFree', 5, 5.1, 'healthy must be >= unhealthy'],
    ['diskSpaceFree', 3, 5, 'healthy must be >= unhealthy'],
    ['diskSpaceFree', 3, -1, 'must be 0 or more'],
    ['latency', 10.1, 10, 'healthy must be <= unhealthy'],
    ['latency', 20, 10, 'healthy must be <= unhealthy'],
  ])('%s %d, %d is refused', (metric, healthy, unhealthy, message) => {
    const refused = validate(PAIR_SCHEMAS[metric], { healthy, unhealthy });
    expect(refused).toEqual({ ok: false, error: [{ pointer: '/unhealthy', message }] });
  });
});

describe.each(EDITABLE_METRICS)('what is no pair of %s names its field', (metric) => {
  it.each([
    ['half a pair', { healthy: 5 }, '/unhealthy', 'missing: a pair is set whole'],
    ['the other half', { unhealthy: 5 }, '/healthy', 'missing: a pair is set whole'],
    ['NaN', { healthy: Number.NaN, unhealthy: 5 }, '/healthy', 'expected a finite number'],
    ['infinite', { healthy: 5, unhealthy: Number.POSITIVE_INFINITY }, '/unhealthy', 'expected a finite number'],
    ['text with a unit', { healthy: '5 %', unhealthy: 5 }, '/healthy', 'expected a finite number'],
    ['null', { healthy: 5, unhealthy: null }, '/unhealthy', 'expected a finite number'],
    ['negative', { healthy: -1, unhealthy: 5 }, '/healthy', 'must be 0 or more'],
    ['an unknown field', { ...DEFAULT_THRESHOLDS[metric], unit: 'MB' }, '/unit', 'unknown field'],
    ['a list', [5, 10], '', 'expected an object with healthy and unhealthy'],
  ])('%s', (_name, data, pointer, message) => {
    const refused = validate(PAIR_SCHEMAS[metric], data);
    expect(refused.ok ? [] : refused.error).toContainEqual({ pointer, message });
  });
});

describe('the bounds of a scope', () => {
  it('takes any of the pairs', () => {
    expect(validate(scopeThresholdsSchema, {})).toEqual({ ok: true, value: {} });
    expect(validate(scopeThresholdsSchema, DEFAULT_THRESHOLDS)).toEqual({ ok: true, value: DEFAULT_THRESHOLDS });
  });

  it('names every wrong field at once, with the pointer escaped', () => {
    const data = { 'cpu/~usage': {}, latency: { healthy: 20, unhealthy: 10 }, diskSpaceFree: null };
    const refused = validate(scopeThresholdsSchema, data);
    const pointers = refused.ok ? [] : refused.error.map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/cpu~1~0usage', '/diskSpaceFree', '/latency/unhealthy']);
  });
});

describe('the most specific scope wins', () => {
  const [byTenant, bySite, byServer] = [60, 70, 80].map((healthy) => ({ cpuUsage: { healthy, unhealthy: 99 } }));
  const overrides: Overrides = {
    tenant: { ...byTenant, latency: { healthy: 30, unhealthy: 40 } },
    sites: { Oslo: bySite ?? {} },
    servers: { 'tunnel-1': byServer ?? {} },
  };

  it.each([
    ['server over site', 'tunnel-1', 'Oslo', 80, 'server'],
    ['a host name has no case', 'TUNNEL-1', undefined, 80, 'server'],
    ['site over tenant', 'tunnel-2', 'Oslo', 70, 'site'],
    ['a site name has a case', 'tunnel-2', 'oslo', 60, 'tenant'],
    ['no site', 'tunnel-2', undefined, 60, 'tenant'],
    ['names that every object has', 'constructor', 'toString', 60, 'tenant'],
  ])('%s', (_name, server, site, healthy, origin) => {
    const effective = effectiveThresholds(overrides, { server, site });
    expect(effective.cpuUsage).toEqual({ pair: { healthy, unhealthy: 99 }, origin });
    expect(effective.latency).toEqual({ pair: { healthy: 30, unhealthy: 40 }, origin: 'tenant' });
    expect(effective.memoryUsage).toEqual({ pair: { healthy: 95, unhealthy: 100 }, origin: 'default' });
  });

  it('gives the defaults where nobody set anything', () => {
    const effective = effectiveThresholds(NO_OVERRIDES, { server: 'tunnel-1' });
    expect(thresholdsOf(effective)).toEqual(DEFAULT_THRESHOLDS);
    expect(EDITABLE_METRICS.map((metric) => effective[metric].origin)).toEqual(Array(4).fill('default'));
  });
});
