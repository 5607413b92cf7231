import { Command } from 'commander';
import { randomFrom } from './random.ts';
import { crashPoints, faultRun } from './run.ts';

/** `npm run test:faults -- --runs 20 --seed 100`: the fault test again and again, each run with the next seed. */
const { runs, seed, kills, verbose } = new Command('test:faults')
  .option('--runs <n>', 'how many runs', Number, 5)
  .option('--seed <n>', 'seed of the first run', Number, 1)
  .option('--kills <n>', 'how often a run kills the host', Number, 6)
  .option('--verbose', 'say what happens', false)
  .parse()
  .opts<{ runs: number; seed: number; kills: number; verbose: boolean }>();

let failed = 0;
for (let run = 0; run < runs; run++) {
  try {
    const points = crashPoints(randomFrom(seed + run), kills);
    const report = await faultRun({ seed: seed + run, points, ...(verbose ? { print: console.log } : {}) });
    console.log(`seed ${seed + run}: passed, ${JSON.stringify(report)}`);
  } catch (error) {
    failed += 1;
    console.log(
      `seed ${seed + run}: FAILED, ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}
console.log(`${runs - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
