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
    const azurite = await startAzurite({ ports: options.storagePorts, dataDir: dataDir.storage });
    started.push(azurite.stop);
    await createResources(azurite.connectionString);
    const broker = await startBrokerChild({ port: options.hubPort, dataDir: dataDir.hub, hubs: [eventHub], print });
    started.push(broker.stop);

    const host = await keepHostRunning(hostOptions(options, azurite, broker), stopping.signal, print);
    started.push(host.stop);

    const watcher = await startWatcher(azurite, dataDir, print);
    started.push(watcher.stop);

    const endpoints: Endpoints = {
      http: host.url,
      functionKey: dataDir.keys.functionKey,
      storage: { connectionString: azurite.connectionString, uploads: uploadsContainer, logs: logContainers[0] },
      eventHub: { connectionString: broker.connectionString(), name: eventHub.name },
    };
    started.push(async () => {
      for (const path of options.endpointsPaths) await removeEndpoints(path, endpoints);
    });
    for (const path of options.endpointsPaths) await writeEndpoints(path, endpoints);
    const broken = Promise.race([
      azurite.exited.then(() => 'Azurite has ended by itself'),
      broker.exited.then(() => 'the event hub has ended by itself'),
    ]);
    return { endpoints, dataDir, print, stopping: stopping.signal, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createResources(connectionString: string): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  for (const container of [uploadsContainer, ...logContainers])
    await blobs.getContainerClient(container).createIfNotExists();
  await queues.getQueueClient(blobEventsQueue).createIfNotExists();
}

const hostOptions = (options: StackOptions, azurite: Azurite, broker: BrokerChild): HostChildOptions => ({
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
    AzureWebJobsStorage: azurite.connectionString,
    TUNNELWATCH_STORAGE: azurite.connectionString,
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
