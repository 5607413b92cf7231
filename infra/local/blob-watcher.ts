import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type BlobItem, BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import * as z from 'zod';
import { blobCreatedEvent } from './event-grid.ts';

export interface BlobWatcherOptions {
  /** Data storage: where the watched containers are. */
  readonly connectionString: string;
  /** Storage with the queue that gets the events. */
  readonly queueConnectionString: string;
  readonly queueName: string;
  /** Names of containers; `insights-logs-*` means all that begin so. */
  readonly containers: readonly string[];
  /** File that remembers up to when blobs were announced. */
  readonly statePath: string;
  readonly intervalMs?: number;
  readonly onError?: (error: unknown) => void;
}

export interface BlobWatcher {
  /** Resolves when the scan at work is done. */
  stop(): Promise<void>;
}

/** What a listing says of a blob, as far as its creation can be told from it. */
interface Sighting {
  readonly createdAt: number;
  readonly etag: string;
  readonly length: number;
}

/** A listing tells times in whole seconds. */
const creationToleranceMs = 2_000;

/**
 * The local stand-in for an Event Grid subscription that delivers to a storage queue: lists the containers and puts one
 * BlobCreated event on the queue for each blob created or replaced, none for appends. As in Azure, an event may come twice: after
 * a restart, for what was created in the seconds around the stop.
 */
export async function startBlobWatcher(options: BlobWatcherOptions): Promise<BlobWatcher> {
  const blobs = BlobServiceClient.fromConnectionString(options.connectionString);
  const queue = QueueServiceClient.fromConnectionString(options.queueConnectionString).getQueueClient(
    options.queueName,
  );
  await queue.createIfNotExists();
  const stopping = new AbortController();
  let scannedAt: number | undefined;
  const known = new Map<string, Sighting>();
  const announcedBefore = await readState(options.statePath);

  async function scan(): Promise<void> {
    const startedAt = Date.now();
    let announced = 0;
    for await (const container of watchedContainers(blobs, options.containers)) {
      for await (const blob of container.listBlobsFlat()) {
        const id = `${container.containerName}/${blob.name}`;
        const sighting = sightingOf(blob);
        const before = known.get(id);
        const isNews = before
          ? isReplaced(blob, before, sighting)
          : sighting.createdAt >= announcedBefore - creationToleranceMs;
        if (isNews) {
          const event = blobCreatedEvent(container, blob);
          await queue.sendMessage(Buffer.from(JSON.stringify(event)).toString('base64'));
          announced += 1;
        }
        // After the event: a failure in between finds the blob new again.
        known.set(id, sighting);
      }
    }
    // The scan's start, since a blob may come while others are listed.
    scannedAt = startedAt;
    if (announced > 0) await writeState(options.statePath, startedAt);
  }

  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      await scan().catch((error: unknown) => options.onError?.(error));
      // A long listing leaves the emulator most of its time.
      const waitMs = Math.max(options.intervalMs ?? 1_000, 4 * (Date.now() - startedAt));
      await setTimeout(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
      if (scannedAt !== undefined) await writeState(options.statePath, scannedAt);
    },
  };
}

async function* watchedContainers(blobs: BlobServiceClient, names: readonly string[]): AsyncGenerator<ContainerClient> {
  for await (const { name } of blobs.listContainers()) {
    const isWatched = names.some((watched) =>
      watched.endsWith('*') ? name.startsWith(watched.slice(0, -1)) : name === watched,
    );
    if (isWatched) yield blobs.getContainerClient(name);
  }
}

const sightingOf = ({ properties }: BlobItem): Sighting => ({
  createdAt: properties.createdOn?.getTime() ?? properties.lastModified.getTime(),
  etag: properties.etag,
  length: properties.contentLength ?? 0,
});

/** An append changes the ETag and lengthens; any other new ETag is a new blob under the old name. */
function isReplaced({ properties }: BlobItem, before: Sighting, now: Sighting): boolean {
  if (now.createdAt !== before.createdAt) return true;
  return properties.blobType === 'AppendBlob' ? now.length < before.length : now.etag !== before.etag;
}

const stateSchema = z.object({ announcedUntil: z.iso.datetime() });

/** Nothing known means that everything there is gets announced. */
async function readState(path: string): Promise<number> {
  try {
    return Date.parse(stateSchema.parse(JSON.parse(await readFile(path, 'utf8'))).announcedUntil);
  } catch {
    return 0;
  }
}

async function writeState(path: string, announcedUntilMs: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify({ announcedUntil: new Date(announcedUntilMs).toISOString() }));
  await rename(`${path}.new`, path);
}
