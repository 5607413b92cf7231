import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type BlobWatcher, startBlobWatcher } from '../../infra/local/blob-watcher.ts';
import type { BlobCreatedEvent } from '../../infra/local/event-grid.ts';
import { uniqueName } from '../unique-name.ts';
import { temporaryDir } from './host-process.ts';

const storage = inject('azurite');
const prefix = uniqueName('logs');
const uploads = BlobServiceClient.fromConnectionString(storage).getContainerClient(uniqueName('uploads'));
const logs = BlobServiceClient.fromConnectionString(storage).getContainerClient(`${prefix}-tunnel`);
const other = BlobServiceClient.fromConnectionString(storage).getContainerClient(uniqueName('other'));
const queueName = uniqueName('events');
const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient(queueName);
const dir = temporaryDir();
const statePath = join(dir, 'state/watcher.json');
let watcher: BlobWatcher;

const start = () =>
  startBlobWatcher({
    connectionString: storage,
    queueConnectionString: storage,
    queueName,
    containers: [uploads.containerName, `${prefix}-*`],
    statePath,
    intervalMs: 50,
  });

/** The events on the queue by now, taken off it. */
async function takeEvents(): Promise<BlobCreatedEvent[]> {
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  await Promise.all(receivedMessageItems.map((item) => queue.deleteMessage(item.messageId, item.popReceipt)));
  return receivedMessageItems.map((item) => JSON.parse(Buffer.from(item.messageText, 'base64').toString('utf8')));
}
const subjects = async () => (await takeEvents()).map((event) => event.subject.replace(/.*\/blobs\//, ''));
const nextSubjects = () =>
  vi.waitFor(
    async () => {
      const found = await subjects();
      expect(found).not.toEqual([]);
      return found;
    },
    { timeout: 5_000, interval: 50 },
  );
/** Long enough for several scans: what has not come by now does not come. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 500));

beforeAll(() => Promise.all([uploads.create(), logs.create(), other.create()]));
afterEach(() => watcher.stop());
afterAll(() => rmSync(dir, { recursive: true }));

describe('the blob watcher', () => {
  it('announces creation and replacement, not appends, only in watched containers', async () => {
    watcher = await start();
    await other.getBlockBlobClient('unwatched').upload('x', 1);
    await uploads.getBlockBlobClient('a b/ü.log').upload('one', 3);
    const [event] = await vi.waitFor(
      async () => {
        const events = await takeEvents();
        expect(events).toHaveLength(1);
        return events;
      },
      { timeout: 5_000, interval: 50 },
    );
    expect(event).toMatchObject({
      eventType: 'Microsoft.Storage.BlobCreated',
      subject: `/blobServices/default/containers/${uploads.containerName}/blobs/a b/ü.log`,
      data: { blobType: 'BlockBlob', contentLength: 3, url: uploads.getBlobClient('a b/ü.log').url },
    });

    await uploads.getBlockBlobClient('a b/ü.log').upload('two', 3);
    expect(await nextSubjects()).toEqual(['a b/ü.log']);

    const growing = logs.getAppendBlobClient('PT1H.json');
    await growing.create();
    expect(await nextSubjects()).toEqual(['PT1H.json']);
    await growing.appendBlock('{}\n', 3);
    await growing.appendBlock('{}\n', 3);
    await settle();
    expect(await subjects()).toEqual([]);
  });

  it('announces after a restart what was created while it was away, and nothing old', async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await uploads.getBlockBlobClient('seen').upload('x', 1);
    watcher = await start();
    // On a busy machine an older blob of the same second may be announced again beside it, as events may.
    const announced: string[] = [];
    await vi.waitFor(
      async () => {
        announced.push(...(await subjects()));
        expect(announced).toContain('seen');
      },
      { timeout: 10_000, interval: 50 },
    );
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    await watcher.stop();

    await uploads.getBlockBlobClient('while-away').upload('x', 1);
    watcher = await start();
    expect(await nextSubjects()).toEqual(['while-away']);
    await settle();
    expect(await subjects()).toEqual([]);
  });
});
