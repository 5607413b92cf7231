import { describe, expect, it } from 'vitest';
import { formatNames, fuzz } from './fuzz.ts';

const TOTAL_MS = 10_000;
const SEED = 20_261_122;

// `npm run fuzz` gives each parser a minute and another seed each time.
describe('ten seconds of fuzzing', () => {
  const names = formatNames();
  it.each(names)('%s', (format) => {
    const { cases, found } = fuzz(format, { seed: SEED, milliseconds: TOTAL_MS / names.length });
    expect(found.map(({ case: index, fault, input }) => [index, fault, input.toString('latin1')])).toEqual([]);
    expect(cases).toBeGreaterThan(0);
  });
});
