import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildApp } from '../../infra/build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the app uses of Azure. */
const SDKS = [
  '@azure/functions',
  '@azure/data-tables',
  '@azure/storage-blob',
  '@azure/storage-queue',
  '@azure/event-hubs',
] as const;

/** CPU milliseconds of a start, less those of an empty Node: on a busy machine the clock on the wall measures the others. */
export interface ColdStart {
  readonly unbundledMs: number;
  /** The deployed bundle, until it is asked for something. */
  readonly bundleMs: number;
  /** The same, with the SDKs of storage loaded as for a first request. */
  readonly inUseMs: number;
  /** All files that are deployed. */
  readonly bundleBytes: number;
}

/** Starts each contender once a round, alternating; medians. Bundles into a folder of its own. */
export async function coldStart(rounds: number): Promise<ColdStart> {
  const folder = mkdtempSync(join(tmpdir(), 'tunnelwatch-bench-'));
  try {
    const bundle = join(folder, 'main.cjs');
    const storage = join(folder, 'azure-storage.cjs');
    await buildApp(bundle);
    const contenders: Readonly<Record<string, readonly string[]>> = {
      empty: ['--eval', '0'],
      unbundled: ['--input-type=module', '--eval', SDKS.map((name) => `import '${name}';`).join('')],
      bundle: ['--eval', `require(${JSON.stringify(bundle)})`],
      inUse: ['--eval', `require(${JSON.stringify(bundle)}); require(${JSON.stringify(storage)})`],
    };
    const times = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, parameters] of Object.entries(contenders)) times.get(name)?.push(cpuMsOf(parameters));
    }
    const median = (name: string) => times.get(name)?.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
    const empty = median('empty');
    return {
      unbundledMs: median('unbundled') - empty,
      bundleMs: median('bundle') - empty,
      inUseMs: median('inUse') - empty,
      bundleBytes: readdirSync(folder)
        .filter((file) => file.endsWith('.cjs'))
        .reduce((bytes, file) => bytes + statSync(join(folder, file)).size, 0),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const AT_EXIT = `process.on('exit', () => { const { user, system } = process.cpuUsage(); console.log('cpu ' + (user + system)); });`;

function cpuMsOf(parameters: readonly string[]): number {
  const preload = `data:text/javascript,${encodeURIComponent(AT_EXIT)}`;
  const printed = execFileSync(process.execPath, ['--import', preload, ...parameters], {
    cwd: ROOT,
    encoding: 'utf8',
    // The Functions library says that it is outside a worker.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said = /cpu (\d+)/.exec(printed)?.[1];
  if (said === undefined) throw new Error('expected a start that says what it took');
  return Number(said) / 1_000;
}
