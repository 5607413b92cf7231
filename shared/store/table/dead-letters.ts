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
  const { ask } = clients.requests;
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
        reason: encodeURIComponent((letters[0]?.reason ?? '').slice(0, 100).toWellFormed()),
      };
      const upload = () =>
        ask('dead-letters.put', (options) =>
          client.upload(body, body.length, {
            ...options,
            metadata,
            blobHTTPHeaders: { blobContentType: 'application/json', blobContentEncoding: 'gzip' },
          }),
        );
      await withHome('dead-letters.put', upload, () =>
        ask('dead-letters.create', (options) => home.createIfNotExists(options)),
      );
      return id;
    },
    async list(options = {}) {
      const home = await container();
      const settings = {
        maxPageSize: options.limit ?? DEFAULT_PAGE,
        ...(options.after === undefined ? {} : { continuationToken: positionOf(options.after) }),
      };
      const listing = clients.requests.pages('dead-letters.list', (request) =>
        home.listBlobsFlat({ ...request, includeMetadata: true }).byPage(settings),
      );
      for await (const { segment, continuationToken } of listing) {
        const items = segment.blobItems.map(entryOf);
        return continuationToken ? { items, next: markOf(continuationToken) } : { items };
      }
      return { items: [] };
    },
    async get(id) {
      const client = await blob(id);
      const body = await ask('dead-letters.get', async (options) => {
        try {
          return await client.downloadToBuffer(0, undefined, options);
        } catch (error) {
          // The download begins with a HEAD, whose 404 does not say what is missing; the letter is not there.
          if (answerOf(error)?.status === 404) return undefined;
          throw error;
        }
      });
      return body && (JSON.parse((await unzip(body)).toString('utf8')) as readonly DeadLetter[]);
    },
    delete: remove,
  };
}

interface ListedBlob {
  readonly name: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const entryOf = ({ name, metadata = {} }: ListedBlob) => ({
  id: name.replace(/\.json\.gz$/, ''),
  source: Buffer.from(metadata['source'] ?? '', 'base64url').toString('utf8'),
  count: Number(metadata['count']),
  at: Number(metadata['at']),
  reason: decodeURIComponent(metadata['reason'] ?? ''),
});
