import { join } from 'node:path';
import { byteSize, grouped } from '../../shared/analyze/report/layout.ts';
import { writeAzureCorpus } from './azure-corpus.ts';
import type { ContenderName, Performance } from './contender.ts';
import { writeCorpus } from './corpus.ts';
import type { Effort, Goal } from './goal.ts';
import { runScript } from './run-script.ts';
import { type Spread, spreadOf } from './spread.ts';

export const SEED = 20_261_122;
/** As `npm run analyze` sets them, to keep memory small. */
const ANALYZE_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=10', '--no-maglev', '--v8-pool-size=1'];
/** What is said of one core: else handing work over to the engine's helper threads is a good part of what short runs cost, and varies most. */
const ONE_CORE = ['--single-threaded'];
const FASTEST_FIRST = ['parse', 'parse-in-full', 'regex', 'nsyslog-parser'] as const;

type Rounds = Readonly<Record<string, readonly Performance[]>>;

/** What the offline command does with files. Contenders alternate, one process each. */
export const OFFLINE_GOALS: readonly Goal[] = [
  {
    number: 1,
    title: 'Typed parse of all line classes, one core',
    async *measure(effort) {
      const corpus = corpusOf(effort);
      const { lines } = contend('compare', corpus, effort);
      yield `The parse equals the plain regular expressions on all ${grouped(lines)} lines.`;
      const rounds = alternate(FASTEST_FIRST, corpus, effort, ONE_CORE);
      for (const name of FASTEST_FIRST) {
        const rate = spreadOf((rounds[name] ?? []).map((round) => (round.lines / round.ms) * 1_000));
        yield { what: `lines per CPU second: ${name}`, value: rate };
      }
      yield { what: 'times as fast as nsyslog-parser', value: ratios(rounds, 'nsyslog-parser', 'parse'), atLeast: 8 };
      yield { what: 'times as fast as plain regex', value: ratios(rounds, 'regex', 'parse'), atLeast: 3.5 };
      // Texts are cut out of a line when they are asked for, most never; the plain version cuts them all.
      const full = 'with every field of every record asked for, as fast as';
      yield { what: `${full} nsyslog-parser`, value: ratios(rounds, 'nsyslog-parser', 'parse-in-full') };
      yield { what: `${full} plain regex`, value: ratios(rounds, 'regex', 'parse-in-full') };
      const warmUp = join(effort.folder, 'warm-up.log');
      writeCorpus(warmUp, { lines: Math.ceil(effort.lines / 2), seed: SEED + 1 });
      const warm = alternate(FASTEST_FIRST, corpus, effort, ONE_CORE, warmUp);
      yield { what: 'the same once all are warm: nsyslog-parser', value: ratios(warm, 'nsyslog-parser', 'parse') };
      yield { what: 'the same once all are warm: plain regex', value: ratios(warm, 'regex', 'parse') };
    },
  },
  {
    number: 2,
    title: 'The whole analyze run, files to findings, one core',
    async *measure(effort) {
      const corpus = corpusOf(effort);
      const rounds = alternate(['parse', 'parse-in-full', 'analyze'], corpus, effort);
      yield { what: 'of the time of the bare parse', value: ratios(rounds, 'analyze', 'parse'), atMost: 2.5 };
      const full = ratios(rounds, 'analyze', 'parse-in-full');
      yield { what: 'of the time of the parse with every field of every record asked for', value: full };
      const megabytes = ({ maxRssBytes }: Performance) => maxRssBytes / 1_000_000;
      const small = spreadOf((rounds['analyze'] ?? []).map(megabytes));
      yield { what: `MB peak RSS at ${grouped(effort.lines)} lines`, value: small, atMost: 150 };
      const large = contend('analyze', corpusOf(effort, effort.large), effort);
      const what = `MB peak RSS at ${grouped(effort.lines * effort.large)} lines`;
      yield { what, value: spreadOf([megabytes(large)]), atMost: 150 };
    },
  },
  {
    number: 3,
    title: 'Azure Monitor JSON to records, 82 % of them of the IKE log, one core',
    async *measure(effort) {
      for (const { layout, atLeast, what } of AZURE_LAYOUTS) {
        const path = join(effort.folder, `azure-${layout}.json`);
        const records = Math.ceil(effort.lines * RECORDS_PER_LINE);
        yield `${grouped(records)} records as ${what}, ${byteSize(writeAzureCorpus(path, { records, seed: SEED, layout }))}.`;
        const rounds = alternate(['azure-records', 'JSON.parse'], path, effort, ONE_CORE);
        const counts = new Set(Object.values(rounds).flatMap((round) => round.map(({ lines }) => lines)));
        if (counts.size !== 1) throw new Error(`expected the same records from both, got ${[...counts].join(', ')}`);
        const value = ratios(rounds, 'JSON.parse', 'azure-records');
        yield { what: `times as fast as JSON.parse of every record, ${what}`, value, atLeast };
      }
    },
  },
];

/** Azure records beside so many syslog lines. */
const RECORDS_PER_LINE = 0.36;

const AZURE_LAYOUTS = [
  { layout: 'envelopes', atLeast: 1.5, what: 'the envelopes of events' },
  { layout: 'lines', atLeast: 2, what: 'the lines of an archive' },
] as const;

function corpusOf({ folder, lines }: Effort, times = 1): string {
  const path = join(folder, 'corpus.log');
  const bytes = writeCorpus(path, { lines: lines * times, seed: SEED });
  if (times === 1) console.log(`   Corpus: ${grouped(lines)} syslog lines, ${byteSize(bytes)}, seed ${SEED}.`);
  return path;
}

export function contend(
  name: ContenderName,
  corpus: string,
  { folder, contender }: Effort,
  nodeFlags = ANALYZE_FLAGS,
  warmUp = '',
): Performance {
  const env = { NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
  return runScript<Performance>(contender, [name, corpus, warmUp], { nodeFlags, env });
}

/** `warmUp`: a file that each process reads before the clock starts. */
function alternate(
  names: readonly ContenderName[],
  corpus: string,
  effort: Effort,
  nodeFlags = ANALYZE_FLAGS,
  warmUp = '',
): Rounds {
  const runs = new Map<string, Performance[]>(names.map((name) => [name, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (const name of names) runs.get(name)?.push(contend(name, corpus, effort, nodeFlags, warmUp));
  }
  return Object.fromEntries(runs);
}

/** Of each round's times. */
function ratios(rounds: Rounds, of: string, to: string): Spread {
  const below = rounds[to] ?? [];
  return spreadOf((rounds[of] ?? []).map(({ ms }, round) => ms / (below[round]?.ms ?? Number.NaN)));
}
