import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import { isAlive } from './endpoints.ts';

export interface HostChildOptions {
  readonly appPath: string;
  readonly hostJsonPath: string;
  readonly stateDir: string;
  readonly httpPort: number;
  readonly keys: { readonly functionKey: string; readonly masterKey: string };
  readonly settings: NodeJS.ProcessEnv;
  readonly logLevel: string;
  /** How long a queue message of a host that died stays hidden; the platform's 10 minutes unless told. */
  readonly queueLeaseSeconds?: number;
  /** How long a partition of a host that died stays taken; what host.json says unless told. */
  readonly partitionLeaseSeconds?: number;
  readonly print: (line: string) => void;
}

export interface HostChild extends Child {
  /** Base URL, e.g. `http://127.0.0.1:7071`. */
  readonly url: string;
}

const startTimeoutMs = 60_000;
const script = fileURLToPath(new URL('./functions-host/main.ts', import.meta.url));

/**
 * Starts a Functions host as a process of its own and resolves when its app answers `GET /api/live`.
 * @throws Error with what the host said, when it ends or does not answer in time.
 */
export async function startHostChild(options: HostChildOptions): Promise<HostChild> {
  const complaints: string[] = [];
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const child = startChild({
    script,
    args: [
      ...['--app', options.appPath, '--host-json', options.hostJsonPath, '--state', options.stateDir],
      ...['--port', String(options.httpPort), '--log-level', options.logLevel],
      ...seconds('--queue-lease', options.queueLeaseSeconds),
      ...seconds('--partition-lease', options.partitionLeaseSeconds),
    ],
    env: {
      ...process.env,
      ...options.settings,
      TUNNELWATCH_HOST_FUNCTION_KEY: options.keys.functionKey,
      TUNNELWATCH_HOST_MASTER_KEY: options.keys.masterKey,
    },
    onOutput: (line) => {
      const [, port] = /^listening (\d+)$/.exec(line) ?? [];
      if (port === undefined) options.print(line);
      else resolve(Number(port));
    },
    onErrorOutput: (line) => {
      complaints.push(line);
      options.print(line);
    },
  });
  const deadline = Date.now() + startTimeoutMs;
  const port = await Promise.race([listening, child.exited.then(() => undefined), late(startTimeoutMs)]);
  const url = `http://127.0.0.1:${port}`;
  while (port !== undefined && Date.now() < deadline) {
    if (await isAlive({ http: url })) return { ...child, url };
    await setTimeout(200);
  }
  await child.stop();
  const said = complaints.at(-1) ?? `GET ${url}/api/live did not answer 200 within ${startTimeoutMs / 1000} s`;
  throw new Error(`the Functions host did not start: ${said}`);
}

const seconds = (option: string, value: number | undefined): string[] =>
  value === undefined ? [] : [option, String(value)];

const late = (ms: number): Promise<undefined> => setTimeout(ms, undefined, { ref: false });
