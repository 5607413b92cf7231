import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createContainer } from './amqp.ts';
import { type BrokerConnection, serveConnection } from './connection.ts';
import { Hub, type HubOptions } from './hub.ts';
import { connectionStringOf, openKey } from './key.ts';
import type { Namespace } from './namespace.ts';
import type { Retention } from './partition-log.ts';
import { Readers } from './readers.ts';
import { offerSasl } from './sasl.ts';

export interface BrokerOptions {
  /** On loopback; 0 takes a free one. */
  readonly port: number;
  readonly hubs: readonly HubOptions[];
  /** Folder that keeps events, hubs and key; without it all is gone on stop, so that checkpoints elsewhere must go too. */
  readonly dataDir?: string;
  /** Shared access key; by default the data folder's, or a new one. */
  readonly key?: string;
  readonly retention?: Partial<Retention>;
  /** The clock that events are stamped by. */
  readonly now?: () => number;
  /** Told of what no client is told of, a line each; by default written to standard error. */
  readonly report?: (line: string) => void;
}

export interface PartitionStats {
  readonly hub: string;
  readonly partitionId: string;
  readonly firstSequenceNumber: number;
  /** -1 when there never was an event. */
  readonly lastSequenceNumber: number;
  readonly eventCount: number;
  readonly byteCount: number;
  readonly readers: number;
}

export interface Broker {
  readonly port: number;
  /** For the Event Hubs clients, with `EntityPath` when a hub is named. */
  connectionString(hub?: string): string;
  /** Tells the clients (`amqp:connection:forced`), closes what is open and resolves when nothing of the broker is left. */
  stop(): Promise<void>;
  stats(): { readonly connections: number; readonly partitions: readonly PartitionStats[] };
}

const defaultRetention: Retention = { maxEvents: 250_000, maxBytes: 64 * 1024 * 1024 };
/** How long clients may take to close their sockets when the broker stops. */
const goodbyeMs = 500;

/**
 * Starts an AMQP 1.0 broker on loopback that the Event Hubs clients take for the service.
 * @throws Error in one line when the port is taken or the data folder cannot be used.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { dataDir, now: nowMs = Date.now, report = (line) => process.stderr.write(`${line}\n`) } = options;
  const key = options.key ?? openKey(dataDir);
  const retention = { ...defaultRetention, ...options.retention };
  const container = createContainer();
  const hubs = new Map<string, Hub>();
  const namespace: Namespace = {
    container,
    hubs,
    readers: new Readers(),
    key,
    isTrusted: offerSasl(container, key),
    nowMs,
    report,
  };
  const connections = new Map<Socket, BrokerConnection>();
  const server = createServer({ noDelay: true }, (socket) => {
    connections.set(socket, serveConnection(socket, namespace));
    socket.on('close', () => connections.delete(socket));
  });
  // The port first: a second broker on the same folder must fail before it touches a file.
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  try {
    for (const hub of options.hubs) {
      const dir = dataDir === undefined ? undefined : join(dataDir, encodeURIComponent(hub.name.toLowerCase()));
      hubs.set(hub.name.toLowerCase(), new Hub(hub, retention, nowMs(), dir));
    }
  } catch (error) {
    server.close();
    for (const hub of hubs.values()) hub.close();
    throw error;
  }
  const { port } = boundTo(server.address());

  return {
    port,
    connectionString: (hub) => connectionStringOf(port, key, hub),
    async stop() {
      const gone = [...connections.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      const closed = once(server, 'close');
      server.close();
      for (const connection of connections.values()) connection.close();
      const late = setTimeout(() => {
        for (const socket of connections.keys()) socket.destroy();
      }, goodbyeMs);
      await Promise.all([closed, ...gone]);
      clearTimeout(late);
      for (const hub of hubs.values()) hub.close();
    },
    stats: () => ({
      connections: connections.size,
      partitions: [...hubs.values()].flatMap((hub) =>
        hub.partitions.map((log, index) => ({
          hub: hub.name,
          partitionId: String(index),
          firstSequenceNumber: log.firstSequenceNumber,
          lastSequenceNumber: log.lastSequenceNumber,
          eventCount: log.eventCount,
          byteCount: log.byteCount,
          readers: namespace.readers.count(log),
        })),
      ),
    }),
  };
}

function boundTo(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the broker has no port');
  return address;
}
