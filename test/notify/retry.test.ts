import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/model/time.ts';
import { nextAttempt, STANDARD_RETRIES } from '../../shared/notify/retry.ts';
import { NOW } from './sample.ts';

const middle = () => 0.5;
const retry = { outcome: 'retry', reason: 'http-500' } as const;

describe('nextAttempt', () => {
  it.each([
    [1, 5 * SECOND],
    [2, 5 * MINUTE],
    [3, 30 * MINUTE],
    [4, 2 * HOUR],
    [5, 5 * HOUR],
    [6, 10 * HOUR],
    [7, 14 * HOUR],
    [8, 20 * HOUR],
    [9, 24 * HOUR],
  ])('waits after attempt %i for %i ms', (attempt, delayMs) => {
    expect(nextAttempt(attempt, retry, NOW, middle)).toEqual({ at: NOW + delayMs });
    expect(nextAttempt(attempt, retry, NOW, () => 0)).toEqual({ at: NOW + delayMs * 0.8 });
  });

  it('has no eleventh attempt', () => {
    expect(nextAttempt(10, retry, NOW, middle)).toEqual({ giveUp: 'exhausted' });
  });

  it('spans 75 h 35 min 5 s', () => {
    const total = STANDARD_RETRIES.delaysMs.reduce((sum, delay) => sum + delay, 0);
    expect(total).toBe(75 * HOUR + 35 * MINUTE + 5 * SECOND);
  });

  it('gives up with the delivery’s own reason', () => {
    expect(nextAttempt(1, { outcome: 'give-up', reason: 'gone', status: 410 }, NOW, middle)).toEqual({
      giveUp: 'gone',
    });
  });

  it.each([
    ['shorter than the schedule: the schedule', SECOND, 5 * SECOND],
    ['longer than the schedule: obeyed', 10 * MINUTE, 10 * MINUTE],
    ['absurd: a day', 400 * DAY, DAY],
    ['none', 0, 5 * SECOND],
  ])('Retry-After %s', (_name, retryAfterMs, delayMs) => {
    expect(nextAttempt(1, { ...retry, retryAfterMs }, NOW, middle)).toEqual({ at: NOW + delayMs });
  });

  it('stays within a fifth of the schedule, for any random number', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), random, (attempt, drawn) => {
        const delayMs = STANDARD_RETRIES.delaysMs[attempt]!;
        const next = nextAttempt(attempt, retry, NOW, () => drawn);
        const waitMs = 'at' in next ? next.at - NOW : NaN;
        expect(waitMs).toBeGreaterThanOrEqual(delayMs * 0.8 - 1);
        expect(waitMs).toBeLessThanOrEqual(delayMs * 1.2 + 1);
      }),
    );
  });
});
