import type { Random } from '../bench/random.ts';

/** What parsers trip over: the ends of ranges, the marks of their grammars, other scripts, names of object prototypes. */
const TOKENS = [
  ...[
    '\0',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
    '  ',
    '"',
    '\\',
    '\\"',
    "'",
    ',',
    ';',
    '|',
    '=',
    ':',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '-',
  ],
  ...[
    '0',
    '-1',
    '00',
    '255',
    '256',
    '65536',
    '4294967296',
    '99999999999999999999',
    '1e400',
    '0x7fffffff',
    'NaN',
    'null',
    'true',
  ],
  ...[
    '2026-02-30',
    '2026-11-22T24:00:00Z',
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:59.9999999Z',
    'Feb 29 10:00:00',
    'Dec 31 23:59:60',
  ],
  ...[
    '<13>',
    '<999>',
    '<13>1 ',
    '12 <13>',
    '1 ',
    '{"records":[',
    '{"time":"',
    ']}',
    '},{',
    '#Fields:',
    'CEF:0|',
    'LEEF:2.0|',
    '1,2026/11/22 09:00:00,',
  ],
  ...[
    '\ufeff',
    'é',
    '누수',
    '月',
    '\u2028',
    '𐌼',
    '\ud800',
    '__proto__',
    'constructor',
    'toString',
    '203.0.113.7:65536',
    '[2001:db8::1]:443',
    '::',
  ],
] as const;
const DELIMITERS = /([\s,;:|="'[\]{}()<>\\/]+)/;
/** Beyond this the size says no more than it did, but costs time. */
const MAX_BYTES = 24 * 1024;

type Mutation = (input: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const at = (input: Buffer, random: Random): number => random.between(0, input.length);
const joined = (input: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([input.subarray(0, from), middle, input.subarray(to)]);
const token = (random: Random): string => random.pick([TOKENS[0], ...TOKENS]);
const range = (input: Buffer, random: Random, longest: number): readonly [number, number] => {
  const from = at(input, random);
  return [from, Math.min(input.length, from + random.between(0, longest))];
};

/** Text mutations work on the characters of the bytes, so that what is no text stays as it is. */
const words =
  (change: (parts: string[], random: Random, others: readonly Buffer[]) => void): Mutation =>
  (input, random, others) => {
    const parts = input.toString('latin1').split(DELIMITERS);
    change(parts, random, others);
    return Buffer.from(parts.join(''), 'latin1');
  };
const anyIndex = (parts: readonly string[], random: Random): number => random.between(0, parts.length - 1);

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  // Bytes.
  (input, random) => {
    const out = Buffer.from(input);
    for (let i = random.between(1, 4); i > 0 && out.length > 0; i--)
      out[random.between(0, out.length - 1)] = random.between(0, 255);
    return out;
  },
  (input, random) => input.subarray(0, at(input, random)),
  (input, random) => joined(input, ...range(input, random, 40), Buffer.alloc(0)),
  (input, random) => {
    const [from, to] = range(input, random, 80);
    return joined(input, to, to, input.subarray(from, to));
  },
  (input, random) => joined(input, ...range(input, random, 8), Buffer.from(token(random))),
  (input, random) =>
    joined(input, ...range(input, random, 8), Buffer.from(Array.from({ length: 12 }, () => random.between(0, 255)))),
  // The words between the delimiters of most grammars.
  words(
    (parts, random) => void parts.splice(anyIndex(parts, random), 1, Buffer.from(token(random)).toString('latin1')),
  ),
  words((parts, random) => void parts.splice(anyIndex(parts, random), random.between(1, 5))),
  words((parts, random) => {
    const [a, b] = [anyIndex(parts, random), anyIndex(parts, random)];
    [parts[a], parts[b]] = [parts[b] ?? '', parts[a] ?? ''];
  }),
  words((parts, random) => {
    const index = anyIndex(parts, random);
    parts[index] = (parts[index] ?? '').repeat(random.between(2, 300));
  }),
  words((parts, random) => {
    const index = anyIndex(parts, random);
    const text = parts[index] ?? '';
    parts[index] = random.next() < 0.5 ? text.toUpperCase() : text.toLowerCase();
  }),
  // A piece of another example in place of a piece of this one.
  words((parts, random, others) => {
    const other = others[random.between(0, others.length - 1)]?.toString('latin1').split(DELIMITERS) ?? [];
    const from = random.between(0, other.length);
    parts.splice(anyIndex(parts, random), random.between(0, 8), ...other.slice(from, from + random.between(1, 12)));
  }),
  // Lines in another order, twice, or with other ends.
  (input, random) => {
    const lines = input.toString('latin1').split('\n');
    const line = lines[random.between(0, lines.length - 1)] ?? '';
    lines.splice(random.between(0, lines.length), 0, ...Array.from({ length: random.between(1, 3) }, () => line));
    return Buffer.from(lines.join(random.pick(['\n', '\r\n', '\n\n'])), 'latin1');
  },
  (input) => Buffer.from(input.toString('utf8'), 'utf16le'),
];

/** One case: an example after a few mutations; now and then nothing but random bytes. `examples` are not changed. */
export function mutated(examples: readonly Buffer[], random: Random): Buffer {
  if (examples.length === 0 || random.next() < 0.03) {
    return Buffer.from(Array.from({ length: random.between(0, 300) }, () => random.between(0, 255)));
  }
  let input = examples[random.between(0, examples.length - 1)] ?? Buffer.alloc(0);
  for (let rounds = random.between(1, 6); rounds > 0; rounds--) {
    // Cut each time: what is repeated again and again would not fit into memory.
    input = random.pick(MUTATIONS)(input, random, examples).subarray(0, MAX_BYTES);
  }
  return Buffer.from(input);
}

/** An example with one piece of it many times over, in two sizes: what takes more than linear time shows between them. */
export function pumped(examples: readonly Buffer[], random: Random): readonly [once: Buffer, more: Buffer] {
  const input = examples[random.between(0, examples.length - 1)] ?? Buffer.from('a');
  const line = input.toString('latin1').split('\n').at(0) ?? '';
  const from = random.between(0, line.length);
  const piece =
    random.next() < 0.3 ? Buffer.from(token(random)).toString('latin1') : line.slice(from, from + random.between(1, 8));
  const times = Math.ceil(8_000 / Math.max(piece.length, 1));
  const of = (count: number): Buffer =>
    Buffer.from(`${line.slice(0, from)}${piece.repeat(count)}${line.slice(from)}\n`, 'latin1');
  return [of(times), of(times * PUMP_FACTOR)];
}

export const PUMP_FACTOR = 8;
