import { expect, it } from 'vitest';
import { FactLines, isSameFact } from '../../shared/analyze/fact-line.ts';
import type { Fact } from '../../shared/model/fact.ts';
import { fact } from './facts.ts';

/** More sources than the lines refer to by number, each with two sets of flags. */
const facts: readonly Fact[] = Array.from({ length: 9_000 }, (_, at) => ({
  ...fact({
    at,
    source: `größe-${at >> 1}.log`,
    attributes: { text: `a,[b]\n"${at}"`, none: null, yes: true, n: 1.5 },
  }),
  flags: at % 2 === 0 ? [] : ['zone-assumed', 'year-inferred'],
}));

it('gives every fact back, however many sources there are', () => {
  const lines = new FactLines();
  const written = facts.map((one) => Buffer.from(lines.lineOf(one)));
  expect(written.map((line, at) => lines.factOf(line, facts[at]!.entity))).toEqual(facts);
  expect(written.some((line) => line.includes(0x0a))).toBe(false);
});

it('tells whether two lines state one fact', () => {
  const lines = new FactLines();
  const [a, b, c] = [fact({ at: 0 }), fact({ at: 0, source: 'other.log' }), fact({ at: 1 })].map((one) =>
    Buffer.from(lines.lineOf(one)),
  );
  expect(isSameFact(a!, b!)).toBe(true);
  expect(isSameFact(a!, c!)).toBe(false);
});
