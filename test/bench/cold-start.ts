import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** CPU milliseconds of one start each, less those of an empty Node: on a busy machine the clock on the wall measures the others. */
export interface Start {
  readonly unbundledMs: number;
  /** The deployed bundle, until it is asked for something. */
  readonly bundleMs: number;
  /** The same, with what the first batch of the stream loads: its stages and the SDKs of storage. */
  readonly inUseMs: number;
}

export interface ColdStart {
  readonly starts: readonly Start[];
  /** All files that are deployed. */
  readonly bundleBytes: number;
}

/** Starts each contender once a round, alternating. Bundles into a folder of its own. */
export async function coldStart(rounds: number): Promise<ColdStart> {
  const folder = mkdtempSync(join(tmpdir(), 'tunnelwatch-bench-'));
  try {
    const [bundle, storage] = [join(folder, 'main.cjs'), join(folder, 'azure-storage.cjs')];
    await buildApp(bundle);
    const core = provideCore(folder);
    const starts = Array.from({ length: rounds }, (): Start => {
      const emptyMs = cpuMsOf(['--eval', '0']);
      const unbundled = SDKS.map((name) => `import '${name}';`).join('');
      const firstBatch = `require('${core}').registered['event-hub']([], {}).catch(() => {}); require('${storage}')`;
      return {
        unbundledMs: cpuMsOf(['--input-type=module', '--eval', unbundled]) - emptyMs,
        bundleMs: cpuMsOf(['--eval', `require('${bundle}')`]) - emptyMs,
        inUseMs: cpuMsOf(['--eval', `require('${bundle}'); ${firstBatch}`]) - emptyMs,
      };
    });
    const deployed = readdirSync(folder).filter((file) => file.endsWith('.cjs'));
    const bundleBytes = deployed.reduce((bytes, file) => bytes + statSync(join(folder, file)).size, 0);
    return { starts, bundleBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the worker answers to `require('@azure/functions-core')`; without it the library warns of each function and is slower. */
function provideCore(folder: string): string {
  const core = join(folder, 'node_modules/@azure/functions-core');
  mkdirSync(core, { recursive: true });
  const source = `
    exports.registered = {};
    exports.registerFunction = ({ name }, callback) => void (exports.registered[name] = callback);
    exports.registerHook = exports.setProgrammingModel = () => {};
  `;
  writeFileSync(join(core, 'index.js'), source);
  return core;
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
