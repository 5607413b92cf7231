import { setTimeout } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { type Azurite, type StoragePorts, startAzurite } from './azurite.ts';
import { type BlobWatcher, startBlobWatcher } from './blob-watcher.ts';
import { type BrokerChild, startBrokerChild } from './broker/broker-child.ts';
import type { DataDir } from './data-dir.ts';
import { type Endpoints, removeEndpoints, writeEndpoints } from './endpoints.ts';
import { type HostChild, type HostChildOptions, startHostChild } from './host-child.ts';

/** Names that the deployment gives its resources; the local stack creates the same. */
export const uploadsContainer = 'uploads';
export const logContainers = ['insights-logs-tunneldiagnosticlog', 'insights-logs-gatewaydiagnosticlog'] as const;
export const blobEventsQueue = 'blob-events';
export const eventHub = { name: 'logs', partitions: 4, consumerGroups: ['tunnelwatch'] } as const;
const watchedContainers = [uploadsContainer, 'insights-logs-*'];

export interface StackOptions {
  readonly dataDir: DataDir;
  readonly httpPort: number;
  readonly storagePorts: StoragePorts;
  readonly hubPort: number;
  readonly appPath: string;
  readonly hostJsonPath: string;
  readonly logLevel: string;
  /** Every file that tells programs where the stack is. */
  readonly endpointsPaths: readonly string[];
  readonly print: (line: string) => void;
  /** App settings beside the connection strings. */
  readonly settings?: NodeJS.ProcessEnv;
}

/** What runs, for those that play with it (the demo, the printed help, tests). */
export interface RunningStack {
  readonly endpoints: Endpoints;
  readonly dataDir: DataDir;
  /** Writes a line to the terminal. */
  readonly print: (line: string) => void;
  /** Aborted when the stack begins to stop. */
  readonly stopping: AbortSignal;
  /** Settles when a part that cannot be restarted has ended by itself. */
  readonly broken: Promise<string>;
  /** Stops in order: no new blob events, host, event hub, storage. */
  stop(): Promise<void>;
}

/** Starts storage, event hub, host and event watcher, in this order; what was started is stopped again when a later part does not start. */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const { dataDir, print } = options;
  const stopping = new AbortController();
  const started: Array<() => Promise<void>> = [];
  const stop = async () => {
    stopping.abort();
    for (const stopPart of started.splice(0).reverse()) await stopPart();
  };
  try {
    const backing = await startBacking(options, started);
    await createResources(backing.storage.connectionString);

    const host = await keepHostRunning(hostOptions(options, backing), stopping.signal, print);
    started.push(host.stop);

    const watcher = await startWatcher(backing.storage, dataDir, print);
    started.push(watcher.stop);

    const endpoints: Endpoints = {
      http: host.url,
      functionKey: dataDir.keys.functionKey,
      storage: {
        connectionString: backing.storage.connectionString,
        uploads: uploadsContainer,
        logs: logContainers[0],
      },
      eventHub: { connectionString: backing.broker.connectionString(), name: eventHub.name },
    };
    started.push(async () => {
      for (const path of options.endpointsPaths) await removeEndpoints(path, endpoints);
    });
    for (const path of options.endpointsPaths) await writeEndpoints(path, endpoints);
    const broken = Promise.race([
      backing.storage.exited.then(() => 'the data storage has ended by itself'),
      backing.hostStorage.exited.then(() => "the host's storage has ended by itself"),
      backing.broker.exited.then(() => 'the event hub has ended by itself'),
    ]);
    return { endpoints, dataDir, print, stopping: stopping.signal, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the app stands on. */
interface Backing {
  readonly storage: Azurite;
  /** Storage of the host (AzureWebJobsStorage), apart from the data, as deployed: so either can fail alone. */
  readonly hostStorage: Azurite;
  readonly broker: BrokerChild;
}

/** Starts them at once, which is quicker. What did start is in `started`, also when another did not. */
async function startBacking(options: StackOptions, started: Array<() => Promise<void>>): Promise<Backing> {
  const { dataDir, print } = options;
  const begin = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    started.push(() => part.stop());
    return part;
  };
  const starting = [
    begin(startAzurite({ ports: options.storagePorts, dataDir: dataDir.storage })),
    // On free ports, which only the host needs to know.
    begin(startAzurite({ dataDir: dataDir.hostStorage })),
    begin(startBrokerChild({ port: options.hubPort, dataDir: dataDir.hub, hubs: [eventHub], print })),
  ] as const;
  await Promise.allSettled(starting);
  const [storage, hostStorage, broker] = await Promise.all(starting);
  return { storage, hostStorage, broker };
}

async function createResources(connectionString: string): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  for (const container of [uploadsContainer, ...logContainers])
    await blobs.getContainerClient(container).createIfNotExists();
  await queues.getQueueClient(blobEventsQueue).createIfNotExists();
}

const hostOptions = (options: StackOptions, { storage, hostStorage, broker }: Backing): HostChildOptions => ({
  appPath: options.appPath,
  hostJsonPath: options.hostJsonPath,
  stateDir: options.dataDir.host,
  httpPort: options.httpPort,
  keys: options.dataDir.keys,
  logLevel: options.logLevel,
  print: options.print,
  settings: {
    ...options.settings,
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: hostStorage.connectionString,
    TUNNELWATCH_STORAGE: storage.connectionString,
    TUNNELWATCH_HUB: broker.connectionString(),
    // Receivers on this machine are the point here; deployed, they would be a hole.
    TUNNELWATCH_ALLOW_LOCAL_RECEIVERS: 'true',
  },
});

const startWatcher = (azurite: Azurite, dataDir: DataDir, print: StackOptions['print']): Promise<BlobWatcher> =>
  startBlobWatcher({
    connectionString: azurite.connectionString,
    queueConnectionString: azurite.connectionString,
    queueName: blobEventsQueue,
    containers: watchedContainers,
    statePath: dataDir.watcherState,
    onError: (error) => print(`blob watcher: ${error instanceof Error ? error.message : String(error)}`),
  });

/** A host that crashed comes back on its port, as the platform would bring it back. */
async function keepHostRunning(options: HostChildOptions, stopping: AbortSignal, print: (line: string) => void) {
  let host: HostChild = await startHostChild(options);
  const url = host.url;
  const again = { ...options, httpPort: Number(new URL(url).port) };
  const watching = (async () => {
    while (!stopping.aborted) {
      await host.exited;
      if (stopping.aborted) return;
      print('the Functions host has ended by itself: starting it again');
      await setTimeout(1_000, undefined, { signal: stopping }).catch(() => {});
      if (!stopping.aborted)
        await startHostChild(again).then(
          (started) => (host = started),
          () => {},
        );
    }
  })();
  return {
    url,
    stop: async () => {
      await host.stop();
      await watching;
      // One that was being started again just then.
      await host.stop();
    },
  };
}
