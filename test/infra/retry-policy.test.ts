import { describe, expect, it } from 'vitest';
import { readRetryPolicy, retryDelayMs } from '../../infra/local/functions-host/retry-policy.ts';

const read = (retryOptions: unknown) => readRetryPolicy({ name: 'f', bindings: {}, retryOptions });
const exponential = {
  strategy: 'exponentialBackoff',
  maxRetryCount: -1,
  minimumInterval: { seconds: 2 },
  maximumInterval: { seconds: 60 },
};

describe('a retry policy', () => {
  it.each([
    { name: 'the minimum first', retryCount: 1, random: 0.9, ms: 2_000 },
    { name: 'then twice of it', retryCount: 2, random: 0.5, ms: 4_000 },
    { name: 'spread by a fifth', retryCount: 2, random: 0, ms: 3_600 },
    { name: 'doubling what is added', retryCount: 4, random: 0.5, ms: 10_000 },
    { name: 'up to the maximum', retryCount: 50, random: 0.5, ms: 60_000 },
    { name: 'for ever', retryCount: 5_000, random: 0.5, ms: 60_000 },
  ])('backs off exponentially: $name', ({ retryCount, random, ms }) => {
    const policy = read(exponential);
    expect(policy && retryDelayMs(policy, retryCount, () => random)).toBe(ms);
  });

  it('of a fixed delay ends after its tries', () => {
    const policy = read({ strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 5 } });
    expect(policy && [1, 2, 3].map((retryCount) => retryDelayMs(policy, retryCount))).toEqual([
      5_000,
      5_000,
      undefined,
    ]);
  });

  it('with a fraction of a second, which the library rounds to none, is a hot loop', () => {
    const policy = read({ ...exponential, minimumInterval: { seconds: 0 } });
    expect(policy && [1, 2, 9].map((retryCount) => retryDelayMs(policy, retryCount))).toEqual([0, 0, 0]);
  });

  it('may be missing', () => {
    expect(read(undefined)).toBeUndefined();
  });

  it.each([
    ['a minimum over the maximum', { ...exponential, maximumInterval: { seconds: 1 } }],
    ['no interval', { strategy: 'fixedDelay', maxRetryCount: 1 }],
    ['an unknown strategy', { ...exponential, strategy: 'linear' }],
  ])('is refused at the start with %s', (_name, options) => {
    expect(() => read(options)).toThrow('function "f" (retry): ');
  });
});
