import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { buildAll } from '../build.ts';
import { openDataDir } from './data-dir.ts';
import { type Demo, openDemo } from './demo/index.ts';
import { isAlive, readEndpoints } from './endpoints.ts';
import { LOG_LEVELS } from './functions-host/rpc.ts';
import { expectFreePorts } from './ports.ts';
import { type RunningStack, startStack } from './stack.ts';
import { welcomeText } from './welcome.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const defaultDataDir = join(root, '.local');

interface Options {
  readonly demo: boolean;
  readonly data: string;
  readonly reset: boolean;
  readonly httpPort: number;
  readonly blobPort: number;
  readonly queuePort: number;
  readonly tablePort: number;
  readonly hubPort: number;
  readonly logLevel: string;
}

const options = new Command('npm start --')
  .description('Builds tunnelwatch and runs it on this machine: storage, event hub and functions, all on loopback.')
  .option('--no-demo', 'do not play the bundled incident')
  .option('--data <dir>', 'folder the data is kept in', defaultDataDir)
  .option('--reset', 'remove the data of earlier runs first', false)
  .option('--http-port <port>', 'port of the API, 0 for a free one', parsePort, 7071)
  .option('--blob-port <port>', 'port of blob storage', parsePort, 10_000)
  .option('--queue-port <port>', 'port of queue storage', parsePort, 10_001)
  .option('--table-port <port>', 'port of table storage', parsePort, 10_002)
  .option('--hub-port <port>', 'port of the event hub', parsePort, 5673)
  .addOption(
    new Option('--log-level <level>', 'least severe lines of the app to print').choices(LOG_LEVELS).default('warning'),
  )
  .parse()
  .opts<Options>();

const withoutDemo = options.demo
  ? 'No demo: it plays with new data only (--reset removes what is there, --data DIR takes another folder).\n'
  : 'No demo: its incident is not played, and no receiver shows notifications here.\n';

const print = (line: string) => void process.stdout.write(`${line}\n`);
// A terminal that was closed takes no more lines; stopping in order must not fail by that.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  const { stack, demo } = await start();
  stopOnSignals(stack);
  print(await welcomeText(stack.endpoints, stack.dataDir.path));
  if (demo) await startDemo(demo, stack);
  else print(withoutDemo);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** A demo that fails says so; what was started without it is of use all the same. */
async function startDemo(demo: Demo, stack: RunningStack): Promise<void> {
  await demo.start(stack).catch((error: unknown) => {
    if (!stack.stopping.aborted) print(`demo: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function start(): Promise<{ stack: RunningStack; demo: Demo | undefined }> {
  const dataPath = resolve(options.data);
  const earlier = await readEndpoints(join(dataPath, 'endpoints.json'));
  if (earlier && (await isAlive(earlier))) {
    throw new Error(
      `tunnelwatch runs already with this data, at ${earlier.http}: stop it, or choose other data with --data DIR`,
    );
  }
  const ports = [
    { port: options.httpPort, service: 'HTTP', option: '--http-port' },
    { port: options.blobPort, service: 'blob storage', option: '--blob-port' },
    { port: options.queuePort, service: 'queue storage', option: '--queue-port' },
    { port: options.tablePort, service: 'table storage', option: '--table-port' },
    { port: options.hubPort, service: 'event hub', option: '--hub-port' },
  ];
  // The file of a run that was killed: its processes may still be saving their data.
  await expectFreePorts(ports, earlier ? 15_000 : 0);
  const dataDir = await openDataDir(dataPath, { reset: options.reset });
  const demo = options.demo ? await openDemo(dataDir) : undefined;
  await buildAll();
  print('starting storage, event hub and functions …');
  const stack = await startStack({
    dataDir,
    httpPort: options.httpPort,
    storagePorts: { blob: options.blobPort, queue: options.queuePort, table: options.tablePort },
    hubPort: options.hubPort,
    appPath: join(root, 'dist/main.cjs'),
    hostJsonPath: join(root, 'host.json'),
    logLevel: options.logLevel,
    // The fixed place finds any stack of this checkout, the data folder its own.
    endpointsPaths: [...new Set([dataDir.endpoints, join(defaultDataDir, 'endpoints.json')])],
    print,
    ...(demo === undefined ? {} : { settings: demo.settings }),
  });
  return { stack, demo };
}

function stopOnSignals(stack: RunningStack): void {
  let isStopping = false;
  const stop = async (exitCode: number) => {
    // A second Ctrl-C ends at once; the children end with this process.
    if (isStopping) process.exit(1);
    isStopping = true;
    print('stopping …');
    await stack.stop();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  void stack.broken.then((what) => {
    if (isStopping) return;
    print(what);
    return stop(1);
  });
  // npm runs its scripts in a shell that does not pass a SIGTERM on: when that shell is gone, nobody can stop this process.
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !isStopping) void stop(0);
  }, 500).unref();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('expected a number from 0 to 65535');
  return port;
}
