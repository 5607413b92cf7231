import type { TokenCredential } from '@azure/core-auth';
import type { TableClient, TableServiceClient } from '@azure/data-tables';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';
import type { Millis } from '../../model/time.ts';
import type { IdentityEnvironment } from './managed-identity.ts';
import { countedRequests, newOperations, type Operations, type Requests } from './requests.ts';

/** The account of the data: a connection string (laptop, tests), or its name and an identity (Azure). */
export type StorageConnection =
  | { readonly connectionString: string }
  | { readonly accountName: string; readonly credential: TokenCredential };

/** The connection a setting means: a connection string as it is, an account name with the app's managed identity. */
export async function connectionOf(
  setting: { readonly connectionString: string } | { readonly accountName: string },
  environment: IdentityEnvironment = process.env,
): Promise<StorageConnection> {
  if ('connectionString' in setting) return setting;
  const { managedIdentity } = await import('./managed-identity.ts');
  return { accountName: setting.accountName, credential: managedIdentity(environment) };
}

export interface StorageOptions {
  /** Before every table, container and queue name: lower-case letters and digits. Tests keep apart with it. */
  readonly prefix?: string;
  readonly now?: () => Millis;
  /** Counts of another part to add to. */
  readonly operations?: Operations;
  /** Tries of a call that storage did not answer or answered with 5xx, the first included; 3 unless told. */
  readonly tries?: number;
}

/** The SDKs' clients, each loaded and built when first needed, so that a cold start pays only for what it uses. */
export interface StorageClients {
  readonly prefix: string;
  readonly now: () => Millis;
  table(name: string): Promise<TableClient>;
  tables(): Promise<TableServiceClient>;
  blobs(): Promise<BlobServiceClient>;
  queues(): Promise<QueueServiceClient>;
  readonly requests: Requests;
}

/** Connects on first use; building it does no I/O. */
export function storageClients(connection: StorageConnection, options: StorageOptions = {}): StorageClients {
  const prefix = options.prefix ?? '';
  const tries = options.tries ?? 3;
  // The table SDK counts retries, the other two count tries; each overlooks the other's name.
  const retryOptions = { maxRetries: tries - 1, maxTries: tries, retryDelayInMs: 500, maxRetryDelayInMs: 4_000 };
  const tableClients = new Map<string, Promise<TableClient>>();
  const tableOptions = { retryOptions, allowInsecureConnection: isPlainHttp(connection) };

  const url = (service: string, accountName: string) => `https://${accountName}.${service}.core.windows.net`;
  const newTable = async (name: string) => {
    const { TableClient } = await import('@azure/data-tables');
    if ('connectionString' in connection) {
      return TableClient.fromConnectionString(connection.connectionString, name, tableOptions);
    }
    return new TableClient(url('table', connection.accountName), name, connection.credential, tableOptions);
  };

  return {
    prefix,
    now: options.now ?? Date.now,
    requests: countedRequests(options.operations ?? newOperations()),
    table(name) {
      const client = tableClients.get(name) ?? newTable(`${prefix}${name}`);
      tableClients.set(name, client);
      return client;
    },
    tables: once(async () => {
      const { TableServiceClient } = await import('@azure/data-tables');
      if ('connectionString' in connection) {
        return TableServiceClient.fromConnectionString(connection.connectionString, tableOptions);
      }
      return new TableServiceClient(url('table', connection.accountName), connection.credential, tableOptions);
    }),
    blobs: once(async () => {
      const { BlobServiceClient } = await import('@azure/storage-blob');
      if ('connectionString' in connection) {
        return BlobServiceClient.fromConnectionString(connection.connectionString, { retryOptions });
      }
      return new BlobServiceClient(url('blob', connection.accountName), connection.credential, { retryOptions });
    }),
    queues: once(async () => {
      const { QueueServiceClient } = await import('@azure/storage-queue');
      if ('connectionString' in connection) {
        return QueueServiceClient.fromConnectionString(connection.connectionString, { retryOptions });
      }
      return new QueueServiceClient(url('queue', connection.accountName), connection.credential, { retryOptions });
    }),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The Tables SDK refuses plain HTTP unless told; only the emulator speaks it. */
function isPlainHttp(connection: StorageConnection): boolean {
  return (
    'connectionString' in connection &&
    /(?:DefaultEndpointsProtocol=http(?:;|$)|TableEndpoint=http:|UseDevelopmentStorage=true)/i.test(
      connection.connectionString,
    )
  );
}
