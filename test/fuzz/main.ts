import { Command } from 'commander';
import { type Found, formatNames, fuzz } from './fuzz.ts';

interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly format?: string;
  readonly case?: number;
}

const MAX_SHOWN = 400;

const options = new Command('npm run fuzz --')
  .description(
    'Feeds every parser with mutated fixtures, random bytes and splices. Looks for what throws, takes too long or more than linear time, ' +
      'reads the same bytes differently when they come in other chunks, or makes facts without a proper entity or time. Exit code 1 when ' +
      'something was found.',
  )
  .option('--seconds <n>', 'how long each parser is fuzzed', Number, 60)
  .option('--seed <n>', 'what decides the cases; a new one each time', Number, Date.now() % 1_000_000)
  .option('--format <name>', 'this parser alone')
  .option('--case <n>', 'this case of the seed and the format alone', Number)
  .addHelpText('after', `\nFormats: ${formatNames().join(', ')}`)
  .parse()
  .opts<Options>();

const { format, seed, seconds } = options;
if (format !== undefined && !formatNames().includes(format)) {
  console.error(`No format ${format}. There are: ${formatNames().join(', ')}`);
  process.exit(1);
}
const names = format === undefined ? formatNames() : [format];
console.log(`Seed ${seed}, ${seconds} s for each of ${names.length} parsers.`);
for (const name of names) {
  const { cases, found } = fuzz(name, { seed, milliseconds: seconds * 1_000, only: options.case });
  console.log(`${name.padEnd(20)} ${String(cases).padStart(7)} cases  ${found.length === 0 ? 'nothing found' : ''}`);
  for (const one of found) print(name, one);
  if (found.length > 0) process.exitCode = 1;
}

function print(name: string, { case: index, fault, input }: Found): void {
  console.log(`  ${fault}`);
  console.log(`  ${JSON.stringify(input.toString('latin1')).slice(0, MAX_SHOWN)}`);
  console.log(`  again: npm run fuzz -- --format ${name} --seed ${seed} --case ${index}`);
}
