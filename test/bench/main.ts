import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { bundled } from '../../infra/build.ts';
import { type Effort, shown } from './goal.ts';
import { LIVE_GOALS } from './live-goals.ts';
import { OFFLINE_GOALS } from './offline-goals.ts';

const GOALS = [...OFFLINE_GOALS, ...LIVE_GOALS];

interface BenchOptions {
  readonly goal?: readonly number[];
  readonly quick: boolean;
  readonly lines?: number;
  readonly rounds?: number;
  readonly large?: number;
  readonly backlog?: number;
}

const FULL = { lines: 1_000_000, rounds: 5, large: 10, backlog: 1_000_000 } as const;
const QUICK = { lines: 50_000, rounds: 3, large: 2, backlog: 100_000 } as const;

const options = new Command('bench')
  .description(
    'Measures the goals for speed and cost. Figures hold for this machine and this moment; ratios of one run are what counts.',
  )
  .option('--goal <numbers>', 'only these, such as 6 or 4,5', goalNumbers)
  .option('--quick', 'smaller inputs and fewer rounds: a look, not a measurement', false)
  .option('--lines <n>', `lines of the corpus (${FULL.lines}, quick ${QUICK.lines})`, count)
  .option('--rounds <n>', `rounds; contenders alternate (${FULL.rounds}, quick ${QUICK.rounds})`, count)
  .option(
    '--large <n>',
    `how many times larger the memory test's input is (${FULL.large}, quick ${QUICK.large})`,
    count,
  )
  .option('--backlog <n>', `lines of the backlog in the hub (${FULL.backlog}, quick ${QUICK.backlog})`, count)
  .addHelpText('after', `\nGoals:\n${GOALS.map(({ number, title }) => `  ${number}  ${title}`).join('\n')}`)
  .parse()
  .opts<BenchOptions>();

const folder = mkdtempSync(join(tmpdir(), 'tunnelwatch-bench-'));
try {
  const contender = join(folder, 'contender.cjs');
  await bundled('test/bench/contender.ts', contender);
  const effort: Effort = { ...(options.quick ? QUICK : FULL), ...options, folder, contender };
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}. Medians of ${effort.rounds} rounds in CPU time, [least to most]; what is exact has none.`,
  );
  for (const goal of GOALS.filter(({ number }) => options.goal?.includes(number) ?? true)) {
    console.log(`\n${goal.number}  ${goal.title}`);
    for await (const measure of goal.measure(effort)) {
      console.log(typeof measure === 'string' ? `   ${measure}` : shown(measure));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return number;
}

function goalNumbers(text: string): number[] {
  const numbers = text.split(',').map(Number);
  const known = GOALS.map(({ number }) => number);
  if (!numbers.every((number) => known.includes(number)))
    throw new InvalidArgumentError(`expected some of ${known.join(', ')}`);
  return numbers;
}
