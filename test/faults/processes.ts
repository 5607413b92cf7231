import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Azurite, startAzurite } from '../../infra/local/azurite.ts';
import { startBrokerChild } from '../../infra/local/broker/broker-child.ts';
import { type HostChild, startHostChild } from '../../infra/local/host-child.ts';
import { isFree } from '../../infra/local/ports.ts';
import { eventHub } from '../../infra/local/stack.ts';
import { repositoryDir } from '../infra/host-process.ts';
import type { FaultKind, Victim } from './plan.ts';
import { between } from './random.ts';
import { type StorageProxy, startStorageProxy } from './storage-proxy.ts';

interface Running {
  readonly pid: number;
  readonly exited: Promise<unknown>;
}

/** A process that faults happen to, and that comes back on its port with its data. */
export interface Process {
  readonly running: Running;
  /** SIGKILL, or SIGTERM; resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts it again; resolves when it serves. */
  start(): Promise<void>;
}

export interface Processes {
  readonly host: Process & { readonly url: string };
  readonly storage: Process & { readonly proxy: StorageProxy };
  readonly hub: Process & { readonly connectionString: string };
  /** Does to the process what the kind says, for so long, and brings it back. Faults of one process come one after the other. */
  inflict(victim: Victim, kind: FaultKind, forMs: number): Promise<void>;
  /** Ends what is left, in whatever state. */
  stop(): Promise<void>;
}

export interface ProcessesOptions {
  readonly dir: string;
  readonly appPath: string;
  /** App settings beside the connections. */
  readonly settings: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

export const keys = { functionKey: 'function-key', masterKey: 'master-key' };

/** Starts what `npm start` runs, each part a process of its own: two storages, an event hub, a host. */
export async function startProcesses({ dir, appPath, settings, print }: ProcessesOptions): Promise<Processes> {
  const ending: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  const keep = <T extends Process>(process: T): T => {
    ending.push(() => endOf(process.running, 'SIGKILL'));
    return process;
  };
  try {
    const [storage, hostStorage, hub] = await Promise.all([
      startStorage(join(dir, 'storage')).then(keep),
      startStorage(join(dir, 'host-storage')).then(keep),
      startHub(join(dir, 'hub')).then(keep),
    ]);
    for (const { proxy } of [storage, hostStorage]) ending.unshift(proxy.stop);
    const connections = {
      FUNCTIONS_WORKER_RUNTIME: 'node',
      AzureWebJobsStorage: hostStorage.proxy.connectionString,
      TUNNELWATCH_STORAGE: storage.proxy.connectionString,
      TUNNELWATCH_HUB: hub.connectionString,
    };
    const host = keep(
      await startHost({ appPath, stateDir: join(dir, 'host'), settings: { ...settings, ...connections }, print }),
    );
    const all: Record<Victim, Process> = { host, storage, 'host storage': hostStorage, 'event hub': hub };
    const turns = new Map<Victim, Promise<void>>();
    return {
      host,
      storage,
      hub,
      inflict: (victim, kind, forMs) => {
        const turn = (turns.get(victim) ?? Promise.resolve()).then(() => inflict(all[victim], kind, forMs));
        turns.set(victim, turn);
        return turn;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function inflict(victim: Process, kind: FaultKind, forMs: number): Promise<void> {
  if (kind === 'frozen') {
    process.kill(victim.running.pid, 'SIGSTOP');
    await setTimeout(forMs);
    process.kill(victim.running.pid, 'SIGCONT');
    return;
  }
  await victim.end(kind === 'killed' ? 'SIGKILL' : 'SIGTERM');
  await setTimeout(forMs);
  await victim.start();
}

/** SIGKILL also ends a process that is frozen, SIGTERM waits for it. */
async function endOf({ pid, exited }: Running, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
  await exited;
}

const takenPorts = new Set<number>();

/** A port below those that systems hand out by themselves: nobody else takes it while its process is down. */
async function ownPort(): Promise<number> {
  for (;;) {
    const port = between(Math.random, 20_000, 32_000);
    if (takenPorts.has(port)) continue;
    takenPorts.add(port);
    if (await isFree(port)) return port;
  }
}

const ownStoragePorts = async () => ({ blob: await ownPort(), queue: await ownPort(), table: await ownPort() });

async function startHub(dataDir: string): Promise<Processes['hub']> {
  let hub = await startBrokerChild({ port: await ownPort(), dataDir, hubs: [eventHub] });
  return {
    get running() {
      return hub;
    },
    connectionString: hub.connectionString(),
    end: (signal) => endOf(hub, signal),
    start: async () => {
      hub = await startBrokerChild({ port: hub.port, dataDir, hubs: [eventHub] });
    },
  };
}

interface HostOptions {
  readonly appPath: string;
  readonly stateDir: string;
  readonly settings: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

async function startHost(options: HostOptions): Promise<Processes['host']> {
  const start = (httpPort: number): Promise<HostChild> =>
    startHostChild({
      ...options,
      hostJsonPath: join(repositoryDir, 'host.json'),
      httpPort,
      keys,
      logLevel: 'error',
      // The platform's ten minutes, and half a minute, would only make a run long.
      queueLeaseSeconds: 5,
      partitionLeaseSeconds: 6,
    });
  let host = await start(await ownPort());
  const { url } = host;
  return {
    get running() {
      return host;
    },
    url,
    end: (signal) => endOf(host, signal),
    start: async () => {
      host = await start(Number(new URL(url).port));
    },
  };
}

/** Azurite saves what is in memory this often. */
const saveMs = 5_000;

/**
 * Storage behind a proxy. What Azure has answered is kept whatever happens, but the emulator writes to disk only every five
 * seconds. So its death is two things: at once nobody reaches it any more, in the middle of whatever was under way; and the
 * process gets its SIGKILL as soon as its files hold all that it has answered.
 */
async function startStorage(dataDir: string): Promise<Processes['storage']> {
  mkdirSync(dataDir, { recursive: true });
  const ports = await ownStoragePorts();
  let azurite: Azurite = await startAzurite({ ports, dataDir });
  const proxy = await startStorageProxy(ports, await ownStoragePorts());
  async function saved(): Promise<void> {
    const before = Date.now();
    const isSaved = (service: 'blob' | 'queue' | 'table') =>
      proxy.lastWriteAt[service] === 0 || writtenAt(dataDir, service) >= proxy.lastWriteAt[service];
    while (Date.now() - before < saveMs || !(isSaved('blob') && isSaved('queue') && isSaved('table'))) {
      // A queue's reads and a blob's leases are not always written; nothing waits for ever.
      if (Date.now() - before > 2 * saveMs) return;
      await setTimeout(100);
    }
  }
  return {
    get running() {
      return azurite;
    },
    proxy,
    end: async (signal) => {
      await proxy.cut();
      if (signal === 'SIGKILL') await saved();
      await endOf(azurite, signal);
    },
    start: async () => {
      azurite = await startAzurite({ ports, dataDir });
      await proxy.restore();
    },
  };
}

/** When one of the service's files was last written, in milliseconds since 1970. */
function writtenAt(dataDir: string, service: string): number {
  const files = readdirSync(dataDir).filter((name) => name.startsWith(`__azurite_db_${service}`));
  return Math.max(0, ...files.map((name) => statSync(join(dataDir, name)).mtimeMs));
}
