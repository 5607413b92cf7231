import fc from 'fast-check';
import { expect, it } from 'vitest';
import { secondOf } from '../../shared/model/second.ts';
import { DAY, HOUR, MINUTE, millisOf, SECOND, timestampOf } from '../../shared/model/time.ts';

/** Steps as logs take them: within a second, a few seconds, hours, and back again. */
const steps = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 999 }),
    fc.integer({ min: -3 * SECOND, max: 3 * SECOND }),
    fc.integer({ min: -2 * MINUTE, max: 2 * MINUTE }),
    fc.integer({ min: -400 * DAY, max: 400 * DAY }),
  ),
  { minLength: 1, maxLength: 50 },
);

it('says what a timestamp’s second, minute, hour and day are, whatever was asked before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50_000_000_000_000 }), steps, (start, all) => {
      let at = start;
      for (const step of all) {
        at += step;
        const since = (span: number) => Math.floor(at / span) * span;
        expect(secondOf(timestampOf(at))).toEqual({
          timestamp: `${timestampOf(at).slice(0, 19)}.0000000Z`,
          ms: since(SECOND),
          minuteMs: since(MINUTE),
          hourMs: since(HOUR),
          dayMs: since(DAY),
        });
      }
    }),
  );
});

it('is one object for all that comes of a second in a row', () => {
  const first = secondOf('2026-11-22T09:03:29.0000000Z');
  for (const fraction of ['1234567', '0000000', '0999999', '9999999', '0000000'])
    expect(secondOf(`2026-11-22T09:03:29.${fraction}Z`)).toBe(first);
  expect(secondOf('2026-11-22T09:03:30.0000000Z')).not.toBe(first);
});

const timestamp = fc
  .tuple(fc.constantFrom('2026-11-22T09:03', '2026-11-22T09:04', '1999-12-31T23:59'), fc.constantFrom('00', '09', '59'))
  .chain(([minute, second]) =>
    fc.constantFrom('0000000', '3320000', '0320000').map((fraction) => `${minute}:${second}.${fraction}Z`),
  );

it('knows the second of a timestamp that came before, whole or with a fraction', () => {
  fc.assert(
    fc.property(fc.array(timestamp, { minLength: 1, maxLength: 8 }), (timestamps) => {
      for (const one of timestamps) {
        const second = secondOf(one);
        const ms = millisOf(`${one.slice(0, 19)}.0000000Z`);
        expect(second.timestamp).toBe(`${one.slice(0, 19)}.0000000Z`);
        expect(second.ms).toBe(ms);
      }
    }),
    { numRuns: 500 },
  );
});
