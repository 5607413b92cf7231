import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { byteSize, grouped } from '../../shared/analyze/report/layout.ts';
import type { ContenderName, Performance } from './contender.ts';
import { writeCorpus } from './corpus.ts';

interface BenchOptions {
  readonly lines: number;
  readonly rounds: number;
  readonly large: number;
}

const SEED = 20_261_122;
/** As `npm run analyze` sets them. */
const NODE_FLAGS = ['--max-semi-space-size=2', '--expose-gc'];
const CONTENDER = fileURLToPath(new URL('contender.ts', import.meta.url));

const options = new Command('bench')
  .description(
    'Measures the goals of the offline command. A figure holds for this machine; the ratios are what counts.',
  )
  .option('--lines <n>', 'lines of the corpus', Number, 200_000)
  .option('--rounds <n>', 'rounds; contenders alternate, medians count', Number, 3)
  .option('--large <n>', 'how many times larger the input of the memory test is', Number, 5)
  .parse()
  .opts<BenchOptions>();

const folder = mkdtempSync(join(tmpdir(), 'tunnelwatch-bench-'));
try {
  const corpus = join(folder, 'corpus.log');
  const bytes = writeCorpus(corpus, { lines: options.lines, seed: SEED });
  console.log(
    `Corpus: ${grouped(options.lines)} syslog lines, ${byteSize(bytes)}, seed ${SEED}. Node ${process.version}.`,
  );
  console.log(`${options.rounds} rounds, one process per contender, alternating; medians of CPU time.\n`);
  const { lines } = contend('compare', corpus);
  console.log(`The parse equals the plain regular expressions on all ${grouped(lines)} lines.\n`);
  const medians = measure(['parse', 'regex', 'nsyslog-parser', 'analyze'], corpus);
  printGoal1(medians);
  printGoal2(medians, corpus);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Medians = Readonly<Record<string, Performance>>;

function measure(names: readonly ContenderName[], corpus: string): Medians {
  const runs = new Map<string, Performance[]>(names.map((name) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const name of names) runs.get(name)?.push(contend(name, corpus));
  }
  return Object.fromEntries([...runs].map(([name, performances]) => [name, medianOf(performances)]));
}

function contend(name: ContenderName, corpus: string): Performance {
  const printed = execFileSync(process.execPath, [...NODE_FLAGS, CONTENDER, name, corpus], {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compile-cache') },
  });
  return JSON.parse(printed) as Performance;
}

function medianOf(performances: readonly Performance[]): Performance {
  const middle = performances.toSorted((a, b) => a.ms - b.ms)[Math.floor(performances.length / 2)];
  if (!middle) throw new Error('expected at least one round');
  return middle;
}

function printGoal1(medians: Medians): void {
  console.log('1  Typed parse of all line classes, one core');
  for (const name of ['parse', 'regex', 'nsyslog-parser']) {
    const { lines = 0, ms = 0, maxRssBytes = 0 } = medians[name] ?? {};
    const rate = `${grouped(Math.round((lines / ms) * 1_000))} lines per CPU second`;
    console.log(`   ${name.padEnd(15)} ${rate.padStart(30)}   ${byteSize(maxRssBytes)} peak RSS`);
  }
  printRatio('faster than nsyslog-parser', msOf(medians, 'nsyslog-parser') / msOf(medians, 'parse'), 8, 'least');
  printRatio('faster than plain regex', msOf(medians, 'regex') / msOf(medians, 'parse'), 3.5, 'least');
}

function printGoal2(medians: Medians, corpus: string): void {
  console.log('\n2  The whole analyze run, files to findings, one core');
  printRatio('of the time of the bare parse', msOf(medians, 'analyze') / msOf(medians, 'parse'), 2.5, 'most');
  writeCorpus(corpus, { lines: options.lines * options.large, seed: SEED });
  const large = contend('analyze', corpus);
  const megabytes = (performance: Performance | undefined) => (performance?.maxRssBytes ?? 0) / 1_000_000;
  printRatio(`MB peak RSS at ${grouped(options.lines)} lines`, megabytes(medians['analyze']), 150, 'most');
  printRatio(`MB peak RSS at ${grouped(large.lines)} lines`, megabytes(large), 150, 'most');
}

function msOf(medians: Medians, name: string): number {
  return medians[name]?.ms ?? Number.NaN;
}

function printRatio(what: string, value: number, goal: number, bound: 'least' | 'most'): void {
  const met = bound === 'least' ? value >= goal : value <= goal;
  const figure = value < 100 ? value.toFixed(2) : value.toFixed(0);
  console.log(`   ${figure.padStart(7)} ${what} (goal: at ${bound} ${goal}) ${met ? 'met' : 'not met'}`);
}
