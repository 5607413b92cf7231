import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { buildApp } from '../../infra/build.ts';
import { temporaryDir } from '../infra/host-process.ts';
import type { Outcome } from './check.ts';
import { describeFault, type Fault, faultsOf } from './plan.ts';
import { type FaultReport, faultRun } from './run.ts';

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly only?: number;
  readonly faults: number;
  readonly jobs: number;
  readonly long: boolean;
  readonly verbose: boolean;
}

const options = new Command('npm run test:faults --')
  .description(
    'Random fault runs: the stack as real processes, killed, frozen, stopped and restarted while records go in.',
  )
  .option('--runs <n>', 'how many runs', Number, 5)
  .option('--seed <n>', 'what decides everything about the runs; run n has the seed + n', Number, 1)
  .option('--only <n>', 'this one of the runs alone, counted from 1', Number)
  .option('--faults <n>', 'how many faults a run has', Number, 5)
  .option('--jobs <n>', 'how many runs side by side', Number, 2)
  .option('--long', 'freeze and stop processes for up to a minute, instead of a few seconds', false)
  .option('--verbose', 'say what happens', false)
  .parse()
  .opts<Options>();

const feedMs = options.long ? 30_000 : 8_000;
const plan = {
  faults: options.faults,
  feedMs,
  frozenMs: options.long ? 30_000 : 5_000,
  stoppedMs: options.long ? 60_000 : 5_000,
};
const dir = temporaryDir();
const appPath = join(dir, 'app.cjs');
process.exitCode = 1;
try {
  await buildApp(appPath);
  const undisturbed = await faultRun({ seed: options.seed, faults: [], feedMs, appPath, ...printing('undisturbed') });
  const { alerts, notifications } = undisturbed.outcome;
  console.log(
    `undisturbed: ${undisturbed.records} records, ${alerts.length} alerts, ${notifications.length} notifications`,
  );
  const numbers =
    options.only === undefined ? Array.from({ length: options.runs }, (_, index) => index + 1) : [options.only];
  const failed = await runAll(numbers, undisturbed.outcome);
  console.log(`${numbers.length - failed.length} of ${numbers.length} runs passed, seed ${options.seed}`);
  for (const number of failed) {
    console.log(`again: npm run test:faults -- --seed ${options.seed} --only ${number} --verbose`);
  }
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true });
}

/** Returns the runs that failed. */
async function runAll(numbers: readonly number[], expected: Outcome): Promise<number[]> {
  const waiting = [...numbers];
  const failed: number[] = [];
  let done = 0;
  const worker = async () => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      const seed = options.seed + number;
      const faults = faultsOf(seed, plan);
      const name = `run ${number}`;
      try {
        const report = await faultRun({ seed, faults, feedMs, appPath, expected, ...printing(name) });
        console.log(`${++done}/${numbers.length} ${name}: ${summary(report, faults)}`);
      } catch (error) {
        failed.push(number);
        console.log(`${++done}/${numbers.length} ${name}: FAILED (${faults.map(describeFault).join('; ')})`);
        console.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return failed.sort((a, b) => a - b);
}

function summary({ records, sentAgain, deliveredAgain, durationMs }: FaultReport, faults: readonly Fault[]): string {
  const sent = `${records} records, ${sentAgain} units sent again, ${deliveredAgain} notifications delivered again`;
  return `passed in ${Math.round(durationMs / 1_000)} s, ${sent}; ${faults.map(describeFault).join('; ')}`;
}

function printing(name: string): { print?: (line: string) => void } {
  if (!options.verbose) return {};
  return { print: (line) => console.log(`${new Date().toISOString().slice(11, 23)} ${name}: ${line}`) };
}
