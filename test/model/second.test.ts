import fc from 'fast-check';
import { expect, it } from 'vitest';
import { secondOf } from '../../shared/model/second.ts';
import { millisOf } from '../../shared/model/time.ts';

const timestamp = fc
  .tuple(fc.constantFrom('2026-11-22T09:03', '2026-11-22T09:04', '1999-12-31T23:59'), fc.constantFrom('00', '09', '59'))
  .chain(([minute, second]) =>
    fc.constantFrom('0000000', '3320000', '0320000').map((fraction) => `${minute}:${second}.${fraction}Z`),
  );

it('knows the second of a timestamp, whatever was asked before', () => {
  fc.assert(
    fc.property(fc.array(timestamp, { minLength: 1, maxLength: 8 }), (timestamps) => {
      for (const one of timestamps) {
        const second = secondOf(one);
        const ms = millisOf(`${one.slice(0, 19)}.0000000Z`);
        expect(second.text).toBe(one.slice(0, 19));
        expect([second.ms, second.minuteMs, second.hourMs, second.dayMs]).toEqual(
          [1_000, 60_000, 3_600_000, 86_400_000].map((span) => Math.floor(ms / span) * span),
        );
      }
    }),
    { numRuns: 500 },
  );
});
