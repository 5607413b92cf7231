import { join } from 'node:path';
import { grouped } from '../../shared/analyze/report/layout.ts';
import type { CatchUp } from './catch-up.ts';
import type { ChangeCost } from './change-cost.ts';
import { coldStart, type Start } from './cold-start.ts';
import { writeCorpus } from './corpus.ts';
import type { Goal } from './goal.ts';
import { contend, SEED } from './offline-goals.ts';
import { runScript } from './run-script.ts';
import { spreadOf } from './spread.ts';
import type { StorageUse } from './storage-operations.ts';
import type { WorkloadName } from './storage-workloads.ts';

/** Reads and writes of evaluation; what is left makes a batch durable. */
const EVALUATING = /^(?:entity|facts\.read|alert|outbox|due\.done)/;

/** What goal 5 measures, and the operations it allows. Batches are full: the slower, the more minutes lie in one. */
const RECORDS = [
  ['busyAccess', 'access lines, 1,000 a second', 2],
  ['access', 'access lines, 16 a second', 2],
  ['sessions', 'session records, 3 a second', 12],
  ['mix', 'all lines of tunnel servers, 30 a second', 10],
  ['tunnels', 'tunnel log of VPN gateways, 4 tunnels that lose their peer every 4 s', 10],
] as const satisfies readonly (readonly [WorkloadName, string, number])[];

/** What the app does with what comes in live. Counts are exact, and the same in every round. */
export const LIVE_GOALS: readonly Goal[] = [
  {
    number: 4,
    title: 'A batch of 256 events with 20 lines each, of 4 tunnel servers, in steady state',
    async *measure() {
      const { absorbing, batches, entities } = storageUse('mix');
      const durable = Object.entries(absorbing).filter(([name]) => !EVALUATING.test(name));
      const what = 'storage operations, settings read anew, parse to durable facts and progress';
      yield { what, value: exactly(sumOf(Object.fromEntries(durable)) / batches), atMost: 12 };
      const perBatch = sumOf(absorbing) / batches;
      yield { what: 'with evaluation', value: exactly(perBatch) };
      yield { what: 'with evaluation, per entity', value: exactly(perBatch / entities) };
    },
  },
  {
    number: 5,
    title: 'Storage operations per 1,000 records in steady state, the turns of the clock included',
    async *measure() {
      for (const [name, what, atMost] of RECORDS) {
        const { absorbing, clock, lines } = storageUse(name);
        yield { what, value: exactly(((sumOf(absorbing) + sumOf(clock)) / lines) * 1_000), atMost };
      }
    },
  },
  {
    number: 6,
    title: 'Cold start, CPU time less that of an empty Node',
    async *measure({ rounds }) {
      const { starts, bundleBytes } = await coldStart(Math.max(rounds, 5));
      const ofUnbundled = (ms: (start: Start) => number) =>
        spreadOf(starts.map((start) => ms(start) / start.unbundledMs));
      yield { what: 'of the five SDKs unbundled', value: ofUnbundled(({ bundleMs }) => bundleMs), atMost: 0.25 };
      yield { what: 'with all that the first batch of the stream loads', value: ofUnbundled(({ inUseMs }) => inUseMs) };
      yield { what: 'MB of bundles, SDKs included', value: exactly(bundleBytes / 1_000_000), atMost: 1.5 };
    },
  },
  {
    number: 7,
    title: 'One disconnect at 10,000 tunnels, against one at 10',
    async *measure({ rounds }) {
      const costs = Array.from({ length: rounds }, () =>
        ['10', '10000'].map((tunnels) => runScript<ChangeCost>('change-cost.ts', [tunnels])),
      );
      const growth = (cost: (one: ChangeCost) => number) =>
        spreadOf(costs.flatMap(([few, many]) => (few && many ? [cost(many) / cost(few)] : [])));
      yield { what: 'of the calls to the store', value: growth(({ calls }) => calls), atMost: 1.25 };
      yield { what: 'of the CPU time', value: growth(({ cpuMs }) => cpuMs), atMost: 1.25 };
    },
  },
  {
    number: 8,
    title: 'A backlog in the hub drained through the local stack, everything on this machine',
    async *measure(effort) {
      const { lines, drainMs, hostCpuMs } = runScript<CatchUp>('catch-up.ts', [String(effort.backlog)]);
      const rate = (lines / drainMs) * 1_000;
      yield { what: `lines a second, ${grouped(lines)} lines`, value: exactly(rate), atLeast: 100_000 };
      if (hostCpuMs !== null) {
        yield { what: 'lines per CPU second of host and app', value: exactly((lines / hostCpuMs) * 1_000) };
      }
      const corpus = join(effort.folder, 'corpus.log');
      writeCorpus(corpus, { lines: effort.lines, seed: SEED });
      const parse = contend('parse', corpus, effort);
      const parseRate = (parse.lines / parse.ms) * 1_000;
      yield { what: 'of the bare parse, on one core', value: exactly(rate / parseRate) };
    },
  },
];

const storageUse = (name: WorkloadName): StorageUse => runScript<StorageUse>('storage-operations.ts', [name]);
const exactly = (value: number) => spreadOf([value]);
const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
