import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../child.ts';
import type { HubOptions } from './hub.ts';
import { connectionStringOf, openKey } from './key.ts';

export interface BrokerChildOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** Folder that keeps events and key; without it both are gone on stop. */
  readonly dataDir?: string;
  readonly hubs: readonly HubOptions[];
  /** Told of what the broker writes to standard error. */
  readonly print?: (line: string) => void;
}

export interface BrokerChild extends Child {
  readonly port: number;
  /** For the Event Hubs clients, with `EntityPath` when a hub is named. */
  connectionString(hub?: string): string;
}

const startTimeoutMs = 30_000;
const script = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Starts a broker as a process of its own, which ends with this one, and resolves when it listens.
 * @throws Error with what the broker said, when it does not start.
 */
export async function startBrokerChild(options: BrokerChildOptions): Promise<BrokerChild> {
  const { port: wanted = 0, dataDir, hubs, print = () => {} } = options;
  const key = openKey(dataDir);
  const complaints: string[] = [];
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const child = startChild({
    script,
    args: [
      ...['--port', String(wanted)],
      ...(dataDir === undefined ? [] : ['--data', dataDir]),
      ...hubs.flatMap((hub) => ['--hub', [hub.name, hub.partitions, hub.consumerGroups?.join(',')].join(':')]),
    ],
    // By environment, so that no process list shows it.
    env: { ...process.env, TUNNELWATCH_BROKER_KEY: key },
    onOutput: (line) => {
      const [, port] = /^listening (\d+)$/.exec(line) ?? [];
      if (port !== undefined) resolve(Number(port));
    },
    onErrorOutput: (line) => {
      complaints.push(line);
      print(line);
    },
  });
  const port = await Promise.race([
    listening,
    child.exited.then(() => undefined),
    setTimeout(startTimeoutMs, undefined, { ref: false }),
  ]);
  if (port === undefined) {
    await child.stop();
    throw new Error(`the Event Hubs broker did not start: ${explain(complaints, wanted)}`);
  }
  return { ...child, port, connectionString: (hub) => connectionStringOf(port, key, hub) };
}

function explain(complaints: readonly string[], port: number): string {
  if (complaints.some((line) => line.includes('EADDRINUSE'))) return `port ${port} is in use`;
  return complaints.at(-1) ?? `not listening after ${startTimeoutMs / 1000} s`;
}
