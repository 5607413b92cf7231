import { readFileSync } from 'node:fs';
import { FORMATS } from '../../shared/ingest/index.ts';
import type { SourceContext } from '../../shared/model/record.ts';
import { Random } from '../bench/random.ts';
import { listFixtures } from '../fixtures/golden.ts';
import { faultOf, slownessOf } from './judge.ts';
import { mutated, pumped } from './mutate.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** How long to go on; at least one case is tried. */
  readonly milliseconds: number;
  /** This case alone. */
  readonly only?: number | undefined;
}

export interface FuzzReport {
  readonly format: string;
  readonly cases: number;
  readonly found: readonly Found[];
}

export interface Found {
  readonly case: number;
  readonly fault: string;
  /** What shows it, made as short as a few tries could. */
  readonly input: Buffer;
}

/** One case in so many measures time against length instead. */
const PUMP_EVERY = 40;
const MAX_FOUND = 5;
const ZONES = ['UTC', 'Asia/Seoul', 'America/New_York', 'Asia/Kolkata'] as const;

export const formatNames = (): string[] => FORMATS.map((format) => format.name);

/** Feeds a parser with what its examples become; what it does wrong. The same seed gives the same cases. */
export function fuzz(format: string, { seed, milliseconds, only }: FuzzOptions): FuzzReport {
  const examples = examplesOf(format);
  const until = performance.now() + milliseconds;
  const found: Found[] = [];
  const first = only ?? 0;
  let index = first;
  do {
    const one = tryCase(format, examples, seed, index++);
    if (one !== undefined) found.push(one);
  } while (only === undefined && performance.now() < until && found.length < MAX_FOUND);
  return { format, cases: index - first, found };
}

/** The fixtures of a format, whole and by their lines. */
function examplesOf(format: string): Buffer[] {
  const files = listFixtures().filter((fixture) => fixture.format === format);
  const whole = files.map(({ inPath }) => readFileSync(inPath));
  const lines = whole.flatMap((file) => file.toString('latin1').split('\n')).filter((line) => line !== '');
  return [...whole, ...lines.map((line) => Buffer.from(`${line}\n`, 'latin1'))];
}

function tryCase(format: string, examples: readonly Buffer[], seed: number, index: number): Found | undefined {
  const random = new Random(
    Buffer.from(`${seed} ${format} ${index}`).reduce((hash, byte) => Math.imul(hash, 31) + byte, 7),
  );
  const ctx = contextFor(format, random);
  if (index % PUMP_EVERY === PUMP_EVERY - 1) {
    const both = pumped(examples, random);
    const fault = slownessOf(both, ctx);
    return fault === undefined ? undefined : { case: index, fault, input: both[0] };
  }
  const input = mutated(examples, random);
  const cuts = random.between(0, 1e9);
  const judged = (bytes: Buffer): string | undefined => faultOf(bytes, ctx, new Random(cuts));
  const fault = judged(input);
  if (fault === undefined) return undefined;
  return { case: index, fault, input: shortened(input, (bytes) => judged(bytes) !== undefined) };
}

const contextFor = (format: string, random: Random): SourceContext => ({
  zone: random.pick(ZONES),
  referenceMs: random.pick([Date.UTC(2026, 10, 22, 12), Date.UTC(2027, 0, 1), Date.UTC(2028, 1, 29, 23, 59, 59)]),
  ...(random.next() < 0.5 && { host: 'contoso-1' }),
  ...(random.next() < 0.3 && { formatHints: [format] }),
});

/** Leaves out ever smaller pieces as long as the fault stays. */
function shortened(input: Buffer, isFaulty: (bytes: Buffer) => boolean): Buffer {
  const until = performance.now() + 1_000;
  let best = input;
  for (let size = input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.length && performance.now() < until; ) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (isFaulty(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
