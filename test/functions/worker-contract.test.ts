import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../infra/local/azurite.ts';
import { MINUTE, SECOND } from '../../shared/model/time.ts';
import { ARCHIVE, archiveName, checkInRecord, ocservRecord, tunnelRecord } from '../flow/synthetic.ts';
import { type DeployedApp, deployApp } from './worker/deployed-app.ts';
import type { Loaded } from './worker/messages.ts';
import { eventHubInput, httpInput, long, queueInput, timerInput } from './worker/rpc-inputs.ts';
import { startWorker, type Worker } from './worker/worker-process.ts';

// What is deployed, under a worker that has only the published contract, on real storage. In order: each test finds what those
// before it left.

let azurite: Azurite;
let app: DeployedApp;
let worker: Worker;
let loaded: Loaded;

beforeAll(async () => {
  [azurite, app] = await Promise.all([startAzurite(), deployApp()]);
  worker = startWorker(app.dir, {
    TUNNELWATCH_STORAGE: azurite.connectionString,
    TUNNELWATCH_SETTLE_SECONDS: '0',
  });
  loaded = await worker.load();
});

afterAll(async () => {
  await worker?.stop();
  await azurite?.stop();
  if (app) rmSync(app.root, { recursive: true });
});

const now = Date.now();
const ip = (n: number) => `203.0.113.${n}`;

async function call(name: string, ...input: Parameters<typeof httpInput>) {
  const { response } = await worker.invoke(name, httpInput(...input));
  const http = response.returnValue?.http;
  if (!http) throw new Error('expected an HTTP answer');
  const text = Buffer.from(http.body.bytes).toString();
  return { status: http.statusCode, headers: http.headers, json: text === '' ? undefined : JSON.parse(text) };
}

const storage = () => BlobServiceClient.fromConnectionString(azurite.connectionString);

async function putBlob(container: string, name: string, text: string): Promise<void> {
  const client = storage().getContainerClient(container);
  await client.createIfNotExists();
  const blob = client.getAppendBlobClient(name);
  await blob.createIfNotExists();
  await blob.appendBlock(text, Buffer.byteLength(text));
}

/** What waits in a queue, taken out and decoded as the platform does (host.json: base64). */
async function messagesOf(queue: string): Promise<string[]> {
  const client = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(queue);
  const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
  for (const { messageId, popReceipt } of receivedMessageItems) await client.deleteMessage(messageId, popReceipt);
  return receivedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString());
}

describe('loading', () => {
  it('needs five files and no node_modules', async () => {
    const files = readdirSync(app.dir, { recursive: true, encoding: 'utf8' }).sort();
    expect(files).toEqual([
      'dist',
      'dist/azure-hub.cjs',
      'dist/azure-storage.cjs',
      'dist/main.cjs',
      'host.json',
      'package.json',
    ]);
    const { strangers, files: read } = await worker.seen();
    expect([strangers, read.filter((file) => file.startsWith('dist/'))]).toEqual([[], ['dist/main.cjs']]);
  });

  it('is a download of less than 1.5 MB', () => {
    const sizes = readdirSync(join(app.dir, 'dist')).map((file) => statSync(join(app.dir, 'dist', file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_500_000);
  });

  it('reads no environment and does no input or output', () => {
    expect(loaded.readVariables).toEqual([]);
    // Node itself makes a channel, and asks nothing on it, for whoever requires its DNS module.
    expect(loaded.started.filter((type) => type !== 'DNSCHANNEL')).toEqual([]);
  });

  it('registers by the programming model of the library, with bytes, batches and unlimited retry for the hub', () => {
    expect(loaded.model).toMatch(/^@azure\/functions 4\.\d+\.\d+$/);
    const hub = loaded.functions.find(({ name }) => name === 'event-hub');
    expect(Object.values(hub?.bindings ?? {})).toEqual([
      expect.objectContaining({ type: 'eventHubTrigger', direction: 'in', dataType: 'binary', cardinality: 'many' }),
    ]);
    expect(hub?.retryOptions).toMatchObject({
      maxRetryCount: -1,
      retryStrategy: 'exponentialBackoff',
      minimumInterval: { seconds: 2 },
      maximumInterval: { seconds: 60 },
    });
  });

  it('without a single variable does not throw, answers that it lives, and says by name what is missing', async () => {
    const bare = startWorker(app.dir, {});
    try {
      expect((await bare.load()).functions).toHaveLength(loaded.functions.length);
      const { response } = await bare.invoke('api-live', httpInput('GET', 'live'));
      expect(response.returnValue?.http?.statusCode).toBe('200');
      const batch = { partition: '0', bodies: [Buffer.from('{}')], enqueuedAt: now, first: 0, as: 'numbers' } as const;
      await expect(bare.invoke('event-hub', eventHubInput(batch))).rejects.toThrow(
        /^ConfigError: .*TUNNELWATCH_STORAGE: set it to/,
      );
    } finally {
      await bare.stop();
    }
  });
});

describe('HTTP', () => {
  it('reads and answers bytes, parameters, headers and query', async () => {
    const read = await call('api-thresholds-metric', 'GET', 'thresholds/latency', { params: { metric: 'latency' } });
    expect([read.status, read.headers['content-type']]).toEqual(['200', 'application/json; charset=utf-8']);
    const put = await call('api-thresholds-metric', 'PUT', 'thresholds/latency', {
      params: { metric: 'latency' },
      headers: { 'content-type': 'application/json', 'if-match': String(read.headers['etag']) },
      body: '{"healthy":12,"unhealthy":24}',
    });
    expect([put.status, put.json.own ?? put.json]).toMatchObject(['200', { healthy: 12, unhealthy: 24 }]);
    const history = await call('api-thresholds-history', 'GET', 'thresholds/history?limit=1');
    expect(history.json.items).toHaveLength(1);
  });

  it('answers a request without a body, and one for nothing that there is', async () => {
    expect((await call('api-thresholds', 'PUT', 'thresholds', { headers: { 'if-match': '*' } })).status).toBe('415');
    expect((await call('api-unknown', 'GET', 'nothing', { params: { path: 'nothing' } })).status).toBe('404');
  });

  it('sends on what waits: the message that the save put into a queue is one for the app', async () => {
    const [message = ''] = await messagesOf('tunnelwatch-settings');
    const { response } = await worker.invoke('settings-wakeup', queueInput(message));
    expect(response.outputData).toEqual([]);
  });
});

describe('Event Hub', () => {
  const at = now - 10 * MINUTE;
  const body = (text: string) => Buffer.from(text);
  const bodies = [
    body(`{"records":[${tunnelRecord(at, 'Connected', ip(7), 0).line}]}`),
    gzipSync(
      [1, 2].map((n) => ocservRecord(at, 'tunnel-1', `[u${n}]:203.0.113.50:443 user logged in`).line).join('\n'),
    ),
    body(tunnelRecord(at + MINUTE, 'Disconnected', ip(7), 0).line),
    Buffer.from([0x1f, 0x8b, 0xff, 0x00]),
    body(''),
    body(tunnelRecord(at + MINUTE + 20 * SECOND, 'Connected', ip(7), 1).line),
  ];
  const batch = { partition: '0', bodies, enqueuedAt: now - MINUTE, first: 0, as: 'numbers' } as const;

  it('hands over bytes and the metadata beside them as the library spells them', async () => {
    const { triggerMetadata, retryContext } = await worker.invoke('event-hub', eventHubInput(batch));
    expect(triggerMetadata).toMatchObject({
      partitionContext: { partitionId: '0', eventHubName: 'logs', consumerGroup: 'tunnelwatch' },
      sequenceNumberArray: [0, 1, 2, 3, 4, 5],
      offsetArray: [0, 1_000, 2_000, 3_000, 4_000, 5_000],
      enqueuedTimeUtcArray: Array(6).fill(expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/)),
      propertiesArray: Array(6).fill({ source: 'rsyslog' }),
      systemPropertiesArray: Array(6).fill(expect.objectContaining({ sequenceNumber: expect.any(Number) })),
    });
    expect(retryContext).toEqual({ retryCount: 0, maxRetryCount: -1 });
  });

  it('absorbs each event but the odd one, which is a dead letter', async () => {
    const { json: alerts } = await call('api-alerts', 'GET', 'alerts');
    expect(alerts.items).toMatchObject([{ rule: 'tunnel.failover', state: 'resolved', labels: { remoteIp: ip(7) } }]);
    const { json: letters } = await call('api-dead-letters', 'GET', 'dead-letters');
    expect(letters.items).toMatchObject([{ count: 1 }]);
    const { json: status } = await call('api-status', 'GET', 'status');
    expect(status.partitions.items).toMatchObject([{ partition: '0', absorbed: 5, records: 5, deadLetters: 1 }]);
  });

  it('is tried again with what the try before failed with, and changes nothing by that', async () => {
    const { retryContext } = await worker.invoke('event-hub', eventHubInput({ ...batch, retryCount: 2 }));
    expect(retryContext).toMatchObject({ retryCount: 2, exception: { message: 'storage was away' } });
    expect((await call('api-alerts', 'GET', 'alerts')).json.items).toHaveLength(1);
    const { json } = await call('api-status', 'GET', 'status');
    expect(json.partitions.items).toMatchObject([{ absorbed: 5, records: 5, deadLetters: 1 }]);
  });

  it('takes sequence numbers that are objects, beyond 32 bits too', async () => {
    const far = 2 ** 33 + 2 ** 31 + 5;
    const [first, second] = [checkInRecord(now - MINUTE, 'tunnel-1').line, checkInRecord(now, 'tunnel-2').line].map(
      body,
    );
    const input = { ...batch, partition: '1', as: 'objects' } as const;
    await worker.invoke('event-hub', eventHubInput({ ...input, bodies: [first!] }));
    const { triggerMetadata } = await worker.invoke(
      'event-hub',
      eventHubInput({ ...input, bodies: [second!], first: far }),
    );
    expect(triggerMetadata?.['sequenceNumberArray']).toEqual([long(far)]);
    const { json } = await call('api-status', 'GET', 'status');
    expect(json.partitions.items).toMatchObject([{ partition: '0' }, { partition: '1', absorbed: far, records: 2 }]);
    const { json: servers } = await call('api-servers', 'GET', 'servers');
    expect(servers.items.map(({ id }: { id: string }) => id).sort()).toEqual(['tunnel-1', 'tunnel-2']);
  });
});

describe('a timer', () => {
  it('finds what nobody announced, and a queue message works it', async () => {
    const lines = [
      tunnelRecord(now - 9 * MINUTE, 'Disconnected', ip(8), 0),
      tunnelRecord(now - 8 * MINUTE, 'Connected', ip(8), 0),
    ];
    await putBlob(ARCHIVE, archiveName(now - 9 * MINUTE), lines.map(({ line }) => `${line}\n`).join(''));
    const { triggerMetadata } = await worker.invoke('listing', timerInput());
    expect(triggerMetadata).toBeUndefined();
    const messages = await messagesOf('tunnelwatch-cursors');
    expect(messages).toHaveLength(1);
    await worker.invoke('cursor-wakeup', queueInput(messages[0]!));
    const { json } = await call('api-alerts', 'GET', 'alerts?rule=tunnel.network-fault');
    expect(json.items).toMatchObject([{ labels: { remoteIp: ip(8) } }]);
  });

  it.each(['clock', 'follow', 'hub', 'lost-wakeups', 'retention'])('%s turns, past due as well', async (name) => {
    const { response } = await worker.invoke(name, timerInput(true));
    expect(response.outputData).toEqual([]);
  });
});

describe('a queue message', () => {
  it("whose keys hide the trigger's own: an Event Grid event opens its blob", async () => {
    const name = 'contoso/check-ins.json';
    await putBlob('uploads', name, `${checkInRecord(now, 'tunnel-3').line}\n`);
    const event = {
      topic: '/subscriptions/0/resourceGroups/contoso/providers/Microsoft.Storage/storageAccounts/contoso',
      subject: `/blobServices/default/containers/uploads/blobs/${name}`,
      eventType: 'Microsoft.Storage.BlobCreated',
      id: '831e1650-001e-001b-66ab-eeb76e069631',
      data: {
        api: 'PutBlob',
        contentType: 'application/json',
        contentLength: 100,
        blobType: 'BlockBlob',
        url: `https://contoso.blob.core.windows.net/uploads/${name}`,
      },
      dataVersion: '',
      metadataVersion: '1',
      eventTime: new Date(now).toISOString(),
    };
    const { triggerMetadata } = await worker.invoke('blob-events', queueInput(JSON.stringify(event)));
    expect(triggerMetadata).toMatchObject({ id: event.id, subject: event.subject, dequeueCount: 1 });
    const { json: servers } = await call('api-servers', 'GET', 'servers');
    const { slug } = servers.items.find((server: { id: string }) => server.id === 'tunnel-3');
    const { json } = await call('api-servers-id', 'GET', `servers/${slug}`, { params: { id: slug } });
    expect(json).toMatchObject({ id: 'tunnel-3', slug });
  });

  it('that is none of ours is thrown, so that it ends in the poison queue', async () => {
    await expect(worker.invoke('cursor-wakeup', queueInput('{"id":"x"}'))).rejects.toThrow('ZodError');
  });
});

describe('to the end', () => {
  it('loads the storage SDKs when they are needed, the hub’s never here, and nothing from elsewhere', async () => {
    const { strangers, files } = await worker.seen();
    expect(strangers).toEqual([]);
    expect(files.filter((file) => file.startsWith('dist/'))).toEqual(['dist/main.cjs', 'dist/azure-storage.cjs']);
  });

  it('without storage a batch is thrown, for the platform to hold, and the status answers', async () => {
    await azurite.stop();
    const one = { partition: '0', bodies: [Buffer.from('{}')], enqueuedAt: now, first: 6, as: 'numbers' } as const;
    await expect(worker.invoke('event-hub', eventHubInput(one))).rejects.toThrow('StoreUnavailable');
    const { status, json } = await call('api-status', 'GET', 'status');
    expect([status, json.state]).toEqual(['200', 'queueing']);
  });
});
