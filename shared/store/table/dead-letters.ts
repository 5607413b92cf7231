import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { deadLetterId } from '../dead-letter-id.ts';
import { DEFAULT_PAGE, markOf, positionOf } from '../paging.ts';
import type { DeadLetter, DeadLetterStore } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import { orEmpty, withHome } from './ensure.ts';
import { answerOf } from './errors.ts';

const [zip, unzip] = [promisify(gzip), promisify(gunzip)];

/**
 * Dead letters: one gzipped JSON blob per slice or event, named by its position; metadata say what is in it, so that a list
 * reads no blob.
 */
export function blobDeadLetters(clients: StorageClients): DeadLetterStore {
  const { ask } = clients;
  const container = async () => (await clients.blobs()).getContainerClient(`${clients.prefix}dead-letters`);
  const blob = async (id: string) => (await container()).getBlockBlobClient(`${id}.json.gz`);

  async function remove(id: string): Promise<void> {
    const client = await blob(id);
    await orEmpty(() => ask('dead-letters.delete', (options) => client.deleteIfExists(options)), undefined);
  }

  return {
    async put(source, byte, letters) {
      const id = deadLetterId(source, byte);
      if (letters.length === 0) {
        await remove(id);
        return id;
      }
      const [client, home] = [await blob(id), await container()];
      const body = await zip(JSON.stringify(letters));
      const metadata = {
        source: Buffer.from(source.slice(0, 1_024), 'utf8').toString('base64url'),
        count: String(letters.length),
        at: String(Math.max(...letters.map((letter) => letter.at))),
        reason: encodeURIComponent((letters[0]?.reason ?? '').toWellFormed().slice(0, 100)),
      };
      const upload = () =>
        ask('dead-letters.put', (options) =>
          client.upload(body, body.length, {
            ...options,
            metadata,
            blobHTTPHeaders: { blobContentType: 'application/json', blobContentEncoding: 'gzip' },
          }),
        );
      await withHome('dead-letters.put', upload, () => home.createIfNotExists());
      return id;
    },
    async list(options = {}) {
      const home = await container();
      const pager = home.listBlobsFlat({ includeMetadata: true }).byPage({
        maxPageSize: options.limit ?? DEFAULT_PAGE,
        ...(options.after === undefined ? {} : { continuationToken: positionOf(options.after) }),
      });
      const page = await orEmpty(() => ask('dead-letters.list', () => pager.next()), undefined);
      if (page === undefined || page.done === true) return { items: [] };
      const items = page.value.segment.blobItems.map(({ name, metadata = {} }) => ({
        id: name.replace(/\.json\.gz$/, ''),
        source: Buffer.from(metadata['source'] ?? '', 'base64url').toString('utf8'),
        count: Number(metadata['count']),
        at: Number(metadata['at']),
        reason: decodeURIComponent(metadata['reason'] ?? ''),
      }));
      const next = page.value.continuationToken;
      return next ? { items, next: markOf(next) } : { items };
    },
    async get(id) {
      const client = await blob(id);
      const read = () =>
        ask('dead-letters.get', async (options) => {
          try {
            return await client.downloadToBuffer(0, undefined, options);
          } catch (error) {
            if (answerOf(error)?.code === 'BlobNotFound' || isBareNotFound(error)) return undefined;
            throw error;
          }
        });
      const body = await orEmpty(read, undefined);
      return body && (JSON.parse((await unzip(body)).toString('utf8')) as readonly DeadLetter[]);
    },
    delete: remove,
  };
}

/** A HEAD request's 404 has no body to say what is missing; whichever it is, the letter is not there. */
export const isBareNotFound = (error: unknown): boolean => answerOf(error)?.status === 404;
