import { type BlobProperties, type BlobSource, StoreRefused } from '../ports.ts';
import { type StorageConnection, type StorageOptions, storageClients } from './connection.ts';
import { answerOf } from './errors.ts';

/** The blobs of the account, read by ranges only; nothing here writes. */
export function blobSource(connection: StorageConnection, options: StorageOptions = {}): BlobSource {
  const clients = storageClients(connection, options);
  const { ask } = clients.requests;
  const container = async (name: string) => (await clients.blobs()).getContainerClient(name);

  return {
    async properties(containerName, name) {
      const blob = (await container(containerName)).getBlobClient(name);
      return ask('blob.properties', async (request) => {
        try {
          const found = await blob.getProperties(request);
          return propertiesOf(containerName, name, found);
        } catch (error) {
          // A HEAD's 404 does not say whether blob or container is missing; neither is there to read.
          if (answerOf(error)?.status === 404) return undefined;
          throw error;
        }
      });
    },

    async read(containerName, name, offset, count, etag) {
      if (count === 0) return new Uint8Array();
      const blob = (await container(containerName)).getBlobClient(name);
      return ask('blob.read', async (request) => {
        const conditions = etag === undefined ? {} : { conditions: { ifMatch: etag } };
        try {
          const { readableStreamBody } = await blob.download(offset, count, { ...request, ...conditions });
          const chunks: Uint8Array[] = [];
          for await (const chunk of readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
          const bytes = Buffer.concat(chunks);
          // The service answers a range that runs past the end with what there is.
          return bytes.length === count ? bytes : shorter(etag);
        } catch (error) {
          const status = answerOf(error)?.status;
          if (status === 404 || status === 412) return 'changed';
          if (status === 416) return shorter(etag);
          throw error;
        }
      });
    },

    async *list(containerName, prefix = '') {
      const home = await container(containerName);
      const listing = clients.requests.pages('blob.list', (request) =>
        home.listBlobsFlat({ ...request, prefix, includeMetadata: true }).byPage({ maxPageSize: 1000 }),
      );
      for await (const { segment } of listing) {
        for (const { name, properties, metadata } of segment.blobItems)
          yield propertiesOf(containerName, name, { ...properties, metadata });
      }
    },

    async containers(prefix) {
      const service = await clients.blobs();
      const names: string[] = [];
      const listing = clients.requests.pages('blob.containers', (request) =>
        service.listContainers({ ...request, prefix }).byPage({ maxPageSize: 1000 }),
      );
      for await (const { containerItems } of listing) names.push(...containerItems.map(({ name }) => name));
      return names;
    },
  };
}

/** Pinned to a version, a range beyond its end is the caller's mistake; unpinned, the blob is a shorter one by now. */
function shorter(etag: string | undefined): 'changed' {
  if (etag === undefined) return 'changed';
  throw new StoreRefused(416, 'blob.read: expected a range within the blob');
}

interface FoundProperties {
  readonly contentLength?: number | undefined;
  readonly etag?: string | undefined;
  readonly createdOn?: Date | undefined;
  readonly lastModified?: Date | undefined;
  readonly blobType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

function propertiesOf(container: string, name: string, found: FoundProperties): BlobProperties {
  const metadata = lowerCased(found.metadata ?? {});
  const lastModified = found.lastModified?.getTime() ?? 0;
  return {
    container,
    name,
    length: found.contentLength ?? 0,
    // A list gives etags bare, everything else quoted.
    etag: `"${(found.etag ?? '').replaceAll('"', '')}"`,
    createdAt: found.createdOn?.getTime() ?? lastModified,
    lastModified,
    appendable: found.blobType === 'AppendBlob',
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** Storage keeps the case that a client wrote. */
const lowerCased = (metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
