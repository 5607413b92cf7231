import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SessionEnd, SessionEnds } from '../../shared/alerts/rules/session-ends.ts';

const ended = (at: number, dpd = false): SessionEnd => ({
  at,
  dpd,
  evidence: { source: 'synthetic', line: at, byte: at },
});

it.each([
  { of: [], from: 5, left: [] },
  { of: [5, 6], from: 5, left: [5, 6] },
  { of: [3, 4, 5, 6], from: 5, left: [5, 6] },
  { of: [3, 4], from: 5, left: [] },
  { of: [6, 4], from: 5, left: [6, 4] },
])('keeps $left of $of from $from on', ({ of, from, left }) => {
  const ends = new SessionEnds(of.map((at) => ended(at)));
  ends.forgetBefore(from);
  expect(ends.all().map(({ at }) => at)).toEqual(left);
});

it('is a list of what ended within the window, however long it has been and wherever it was saved', () => {
  const steps = fc.array(fc.record({ after: fc.nat(3), dpd: fc.boolean(), save: fc.boolean() }), { maxLength: 600 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 200 }), (list, window) => {
      let ends = new SessionEnds();
      let plain: SessionEnd[] = [];
      let at = 0;
      for (const { after, dpd, save } of list) {
        at += after;
        ends.add(ended(at, dpd));
        ends.forgetBefore(at - window);
        plain = [...plain, ended(at, dpd)].filter((end) => end.at >= at - window);
        if (save) ends = new SessionEnds(ends.all());
        expect([ends.count, ends.dpdCount]).toEqual([plain.length, plain.filter((end) => end.dpd).length]);
        expect(ends.first).toEqual(plain[0]);
      }
      expect(ends.all()).toEqual(plain);
    }),
    { numRuns: 30 },
  );
});
