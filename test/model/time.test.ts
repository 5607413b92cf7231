import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MINUTE, millisOf, SECOND, timestampOf } from '../../shared/model/time.ts';

it('the millisecond of a timestamp is the same whatever was asked before', () => {
  const step = fc.oneof(
    fc.integer({ min: -3 * SECOND, max: 3 * SECOND }),
    fc.integer({ min: -2 * MINUTE, max: 2 * MINUTE }),
    fc.integer({ min: -1e9, max: 1e12 }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5e13 }), fc.array(step, { maxLength: 40 }), (start, steps) => {
      let at = start;
      for (const by of steps) {
        at += by;
        expect(millisOf(timestampOf(at))).toBe(at);
      }
    }),
  );
});

it.each([
  ['2026-11-22T09:03:60.0000000Z'],
  ['2026-11-22T09:03:2x.0000000Z'],
  ['2026-11-22T09:03:29,0000000Z'],
  ['2026-11-22T09:03:'],
  [''],
  ['2026'],
])('%j is what Date.parse says, also behind a timestamp of its minute', (text) => {
  const before = millisOf('2026-11-22T09:03:29.1234567Z');
  expect(before).toBe(Date.parse('2026-11-22T09:03:29.123Z'));
  expect(millisOf(text)).toBe(Date.parse(`${text.slice(0, 23)}Z`));
});
