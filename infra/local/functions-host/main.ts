import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { startHost } from './host.ts';
import { captureConsole, createLog } from './log.ts';
import { LOG_LEVELS } from './rpc.ts';

/**
 * `node infra/local/functions-host/main.ts --app dist/main.cjs …`: one host process. It prints `listening <port>` when it serves.
 * Keys come by environment (TUNNELWATCH_HOST_FUNCTION_KEY, TUNNELWATCH_HOST_MASTER_KEY), so that no process list shows them.
 */
const options = new Command('functions-host')
  .requiredOption('--app <file>', 'the built app')
  .option('--host-json <file>', 'settings of the host', 'host.json')
  .requiredOption('--state <dir>', 'folder for what must survive a restart')
  .option('--port <number>', 'HTTP port on loopback, 0 for a free one', port, 7071)
  .option('--queue-lease <seconds>', 'how long a message of a host that died stays hidden', Number, 600)
  .option('--partition-lease <seconds>', 'how long a partition of a host that died stays taken', Number)
  .option('--patience <seconds>', 'how long a stop waits for running functions', Number, 10)
  .addOption(
    new Option('--log-level <level>', 'least severe lines to print').choices(LOG_LEVELS).default('information'),
  )
  .parse()
  .opts<{
    app: string;
    hostJson: string;
    state: string;
    port: number;
    queueLease: number;
    partitionLease?: number;
    patience: number;
    logLevel: (typeof LOG_LEVELS)[number];
  }>();

const log = createLog(options.logLevel, (line) => process.stdout.write(`${line}\n`));
captureConsole(log);
const appPath = resolve(options.app);
if (!existsSync(appPath)) fail(`${options.app} does not exist: run "npm run build" first`);

try {
  const host = await startHost({
    appPath,
    hostJsonPath: resolve(options.hostJson),
    stateDir: resolve(options.state),
    httpPort: options.port,
    functionKey: key('TUNNELWATCH_HOST_FUNCTION_KEY'),
    masterKey: key('TUNNELWATCH_HOST_MASTER_KEY'),
    settings: process.env,
    queueLeaseSeconds: options.queueLease,
    ...(options.partitionLease === undefined ? {} : { partitionLeaseSeconds: options.partitionLease }),
    log,
  });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    const isDone = await host.stop(options.patience * 1000);
    if (!isDone) log('warning', `functions were still running after ${options.patience} s`);
    process.exit(isDone ? 0 : 1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  process.stdout.write(`listening ${host.httpPort}\n`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function key(name: string): string {
  return process.env[name] || fail(`the environment variable ${name} is missing`);
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('expected 0 to 65535');
  return number;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
