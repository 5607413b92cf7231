import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessServer, assessSite } from '../../shared/health/assess.ts';
import { type Limits, type Operator, oneDecimal, stateWithin } from '../../shared/health/limits.ts';
import { METRICS } from '../../shared/health/metrics.ts';
import { PAIR_SCHEMAS } from '../../shared/health/thresholds.ts';
import { type EntityHealth, HEALTH_STATES, type HealthState, worstOf } from '../../shared/model/health.ts';
import { DEFAULT_THRESHOLDS, EDITABLE_METRICS, type EditableMetric } from '../../shared/model/settings.ts';
import { inputOf } from './case.ts';

const SEVERITY: Readonly<Record<HealthState, number>> = { unknown: 0, healthy: 1, warning: 2, unhealthy: 3 };
const state = fc.constantFrom(...HEALTH_STATES);
const tenths = fc.integer({ min: 0, max: 1000 }).map((n) => n / 10);

/** Any accepted pair of the metric. */
const pairOf = (metric: EditableMetric) =>
  fc.record({ healthy: tenths, unhealthy: tenths }).filter((pair) => PAIR_SCHEMAS[metric].safeParse(pair).success);

describe.each(EDITABLE_METRICS)('%s', (metric) => {
  /** Stricter means that both bounds moved to the good side: down for what should be low, up for free space. */
  const highIsGood = METRICS[metric].healthy === '>';
  const isStricter = (a: number, b: number) => (highIsGood ? a >= b : a <= b);

  it('a stricter threshold never gives a healthier state, to the check or to the server', () => {
    fc.assert(
      fc.property(pairOf(metric), pairOf(metric), tenths, (one, other, value) => {
        fc.pre(isStricter(one.healthy, other.healthy) && isStricter(one.unhealthy, other.unhealthy));
        const [strict, lax] = [one, other].map((pair) =>
          assessServer(inputOf({ [metric]: value }, { thresholds: { ...DEFAULT_THRESHOLDS, [metric]: pair } })),
        );
        const severityOf = (health: EntityHealth | undefined) =>
          SEVERITY[health?.checks.find(({ id }) => id === metric)?.state ?? 'unknown'];
        expect(severityOf(strict)).toBeGreaterThanOrEqual(severityOf(lax));
        expect(SEVERITY[strict!.state]).toBeGreaterThanOrEqual(SEVERITY[lax!.state]);
      }),
    );
  });

  it('a worse value never gives a healthier state', () => {
    fc.assert(
      fc.property(pairOf(metric), tenths, tenths, (pair, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const [better, worse] = highIsGood ? [high, low] : [low, high];
        const severityOf = (value: number) => {
          const input = inputOf({ [metric]: value }, { thresholds: { ...DEFAULT_THRESHOLDS, [metric]: pair } });
          return SEVERITY[assessServer(input).state];
        };
        expect(severityOf(worse)).toBeGreaterThanOrEqual(severityOf(better));
      }),
    );
  });
});

describe('worst of', () => {
  it('does not mind order, repetition, grouping or unknowns', () => {
    fc.assert(
      fc.property(fc.array(state), fc.array(state), (some, others) => {
        const worst = worstOf([...some, ...others]);
        expect(worstOf([...others, ...some, ...some])).toBe(worst);
        expect(worstOf([worstOf(some), worstOf(others)])).toBe(worst);
        expect(worstOf([...some, 'unknown', ...others])).toBe(worst);
      }),
    );
  });

  it('is one of the states, and no known one is worse; a site follows it', () => {
    fc.assert(
      fc.property(fc.array(state), (states) => {
        const worst = worstOf(states);
        expect([...states, 'unknown']).toContain(worst);
        for (const each of states) expect(SEVERITY[each]).toBeLessThanOrEqual(SEVERITY[worst]);
        expect(assessSite(states.map((each) => ({ state: each, detail: '', checks: [] })))).toBe(worst);
      }),
    );
  });
});

describe('limits', () => {
  const limits = fc
    .tuple(
      fc.constantFrom<[Operator, Operator]>(['<', '>'], ['<=', '>='], ['<=', '>'], ['>', '<'], ['>=', '<']),
      tenths,
      tenths,
    )
    .map(([[healthy, unhealthy], a, b]): Limits => {
      const [low, high] = a <= b ? [a, b + 1] : [b, a + 1];
      return healthy.startsWith('<')
        ? { healthy: [healthy, low], unhealthy: [unhealthy, high] }
        : { healthy: [healthy, high], unhealthy: [unhealthy, low] };
    });

  it('a shown value has the state of the value itself, and is less than a tenth away', () => {
    fc.assert(
      fc.property(limits, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (bounds, value) => {
        const shown = oneDecimal(value, bounds);
        expect(stateWithin(shown, bounds)).toEqual(stateWithin(value, bounds));
        expect(Math.abs(shown - value)).toBeLessThan(0.1001);
      }),
    );
  });

  it('the words say the truth about the value', () => {
    const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = {
      '<': (a, b) => a < b,
      '<=': (a, b) => a <= b,
      '>': (a, b) => a > b,
      '>=': (a, b) => a >= b,
    };
    fc.assert(
      fc.property(limits, tenths, (bounds, value) => {
        for (const part of stateWithin(value, bounds).threshold.split(' and ')) {
          const [operator = '', bound] = part.split(' ');
          expect(compare[operator]?.(value, Number(bound))).toBe(true);
        }
      }),
    );
  });
});
