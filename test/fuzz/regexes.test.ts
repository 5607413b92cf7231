import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const INGEST = join(import.meta.dirname, '../../shared/ingest');
const LITERAL =
  /(?<=(?:[=(,:[!&|?{;>]|return)\s*)\/(?![*/])((?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)/g;

/** Files whose expressions see short lines only, and the line that says so. */
const GUARDED: Readonly<Record<string, string>> = {
  'tmg/listing.ts': 'line.length <= MAX_LINE',
  'blocks/llq-listing.ts': 'line.length <= MAX_LINE',
};

/** What is repeated: every class of character that an expression may run over, alone and in pairs. */
const PUMPED = [
  ...[
    ' ',
    '\t',
    'a',
    'A',
    '0',
    '"',
    "'",
    '\\',
    ',',
    ':',
    '=',
    '[',
    ']',
    '(',
    '{',
    '.',
    '-',
    '_',
    '/',
    '|',
    '<',
    ';',
    'ア',
  ],
  ...['0.', 'a ', '0:', 'a=', 'a,', "' ", '[]', '\\"', 'a="', 'a]'],
];
const LENGTH = 1_000;
const FACTOR = 16;
const MAX_RATIO = 3 * FACTOR;
const MEASURABLE_MS = 40;

interface Literal {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

const literals: Literal[] = readdirSync(INGEST, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    Array.from(readFileSync(join(INGEST, file), 'utf8').matchAll(LITERAL), ([, source = '', flags = '']) => ({
      file: file.replaceAll('\\', '/'),
      source,
      flags: flags.replace('g', ''),
    })),
  );

/** Beginnings and what comes after them many times: the words of the expression itself lead into its inner parts. */
function hostile(source: string): (readonly [begin: string, pumped: string])[] {
  const words = (source.match(/[A-Za-z0-9 :'"=,-]{2,}/g) ?? []).slice(0, 6);
  return [
    ...[...PUMPED, ...words].map((text) => ['', text] as const),
    ...words.flatMap((word) => [' ', 'a', '0', "'", '.'].map((text) => [word, text] as const)),
    ...words.map((_, i) => [words.slice(0, i + 1).join(''), 'a '] as const),
  ];
}

function isSlow({ source, flags }: Literal, begin: string, pumped: string): boolean {
  const expression = new RegExp(source, flags);
  const timeOf = (length: number, tries: number): number => {
    const input = `${begin}${pumped.repeat(length / pumped.length)}\u0001`;
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < tries; i++) {
      const startedAt = performance.now();
      expression.lastIndex = 0;
      expression.exec(input);
      best = Math.min(best, performance.now() - startedAt);
    }
    return best;
  };
  // The engine compiles an expression when it is used again: what is compared must be so already.
  timeOf(16, 3);
  const slow = (tries: number): boolean => {
    const more = timeOf(LENGTH * FACTOR, tries);
    return more > MEASURABLE_MS && more > MAX_RATIO * timeOf(LENGTH, 3);
  };
  return slow(1) && slow(3);
}

it('finds the expressions', () => {
  expect(literals.length).toBeGreaterThan(150);
  expect(literals.filter(({ source, flags }) => !new RegExp(source, flags))).toEqual([]);
});

it('tells a slow one', () => {
  expect(isSlow({ file: '', source: String.raw`^\s*\[?\s*"`, flags: '' }, '', ' ')).toBe(true);
  expect(isSlow({ file: '', source: String.raw`^\s*(?:\[\s*)?"`, flags: '' }, '', ' ')).toBe(false);
});

it('no expression takes more than linear time', () => {
  const slow = literals
    .filter(({ file }) => GUARDED[file] === undefined)
    .flatMap((literal) =>
      hostile(literal.source)
        .filter(([begin, pumped]) => isSlow(literal, begin, pumped))
        .slice(0, 1)
        .map((input) => ({ ...literal, input })),
    );
  expect(slow).toEqual([]);
});

it.each(Object.entries(GUARDED))('%s looks at short lines only', (file, guard) => {
  expect(readFileSync(join(INGEST, file), 'utf8')).toContain(guard);
});
