import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Broker, startBroker } from '../../infra/local/broker/broker.ts';
import { checkpointContainer } from '../../infra/local/functions-host/event-hubs.ts';
import { uniqueName } from '../unique-name.ts';
import { bundleFixtureApp, type HostProcess, startHostProcess, temporaryDir } from './host-process.ts';

const dir = temporaryDir();
const appPath = join(dir, 'app.cjs');
const hostJsonPath = join(dir, 'host.json');
const storage = inject('azurite');
const group = 'tunnelwatch';
const leaseSeconds = 2;

interface Call {
  readonly function: string;
  readonly bodies: readonly string[];
  readonly failed: boolean;
  readonly metadata: Record<string, unknown>;
  readonly retryContext?: { retryCount: number; maxRetryCount: number; exception?: { message: string } };
}

let broker: Broker;
/** New hubs for each test: the checkpoints of one are nothing to another. */
let plain: string;
let held: string;
const running: HostProcess[] = [];

beforeAll(async () => {
  await bundleFixtureApp(appPath, 'event-hub-app.ts');
  const eventHubs = { maxEventBatchSize: 100 };
  writeFileSync(hostJsonPath, JSON.stringify({ version: '2.0', extensions: { eventHubs } }));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()));
  await broker.stop();
});
afterAll(() => rmSync(dir, { recursive: true }));

async function openHubs(partitions: number, dataDir?: string): Promise<() => Promise<void>> {
  [plain, held] = [uniqueName('plain'), uniqueName('held')];
  const hubs = [plain, held].map((name) => ({ name, partitions, consumerGroups: [group] }));
  const start = async (port: number) => startBroker({ port, hubs, ...(dataDir !== undefined && { dataDir }) });
  broker = await start(0);
  return async () => {
    broker = await start(broker.port);
  };
}

async function start(): Promise<HostProcess> {
  const host = await startHostProcess({
    args: [
      ...['--app', appPath, '--state', join(dir, 'state'), '--host-json', hostJsonPath],
      ...['--partition-lease', String(leaseSeconds)],
    ],
    env: {
      AzureWebJobsStorage: storage,
      TEST_HUB: broker.connectionString(),
      PLAIN_HUB: plain,
      HELD_HUB: held,
    },
  });
  running.push(host);
  return host;
}

async function send(hub: string, bodies: ReadonlyArray<string | Uint8Array>, partitionId = '0'): Promise<void> {
  const producer = new EventHubProducerClient(broker.connectionString(), hub);
  await producer.sendBatch(
    bodies.map((body) => ({ body: Buffer.from(body), properties: { Source: 'test' } })),
    { partitionId },
  );
  await producer.close();
}

const seenBy = async (host: HostProcess) => (await (await fetch(`${host.url}/api/seen`)).json()) as Call[];
const textsOf = (calls: readonly Call[]): string[] =>
  calls.flatMap(({ bodies }) => bodies.map((body) => Buffer.from(body, 'base64').toString()));
const tell = (host: HostProcess, what: string) => fetch(`${host.url}/api/${what}`, { method: 'POST' });
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

/** The sequence number of the checkpoint of a partition; undefined while there is none. */
async function checkpointOf(hub: string, partitionId = '0'): Promise<string | undefined> {
  const blobs = BlobServiceClient.fromConnectionString(storage)
    .getContainerClient(checkpointContainer)
    .listBlobsFlat({ includeMetadata: true, prefix: `127.0.0.1/${hub}/${group}/checkpoint/${partitionId}` });
  for await (const { metadata } of blobs) return metadata?.['sequencenumber'];
  return undefined;
}

describe('the event hub trigger', () => {
  it('gives exact bytes in order, and the metadata as the worker does', async () => {
    await openHubs(1);
    const host = await start();
    const bodies = [Buffer.from('{"a":12345678901234567890}'), Buffer.alloc(0), gzipSync('x'), Buffer.from([255, 0])];
    await send(plain, bodies);
    const calls = await eventually(async () => {
      const seen = await seenBy(host);
      expect(seen.flatMap((call) => call.bodies)).toHaveLength(bodies.length);
      return seen;
    });
    expect(calls.flatMap((call) => call.bodies)).toEqual(bodies.map((body) => body.toString('base64')));
    const [{ metadata, retryContext }] = calls as [Call];
    expect(metadata).toMatchObject({
      partitionContext: {
        fullyQualifiedNamespace: '127.0.0.1',
        eventHubName: plain,
        consumerGroup: group,
        partitionId: '0',
      },
      partitionKeyArray: [],
      sequenceNumberArray: expect.arrayContaining([{ low: 0, high: 0, unsigned: false }]),
      offsetArray: expect.arrayContaining([4096]),
      propertiesArray: expect.arrayContaining([{ source: 'test' }]),
      systemPropertiesArray: expect.arrayContaining([
        expect.objectContaining({ 'x-opt-sequence-number': 0, 'x-opt-offset': '4096', partitionKey: null }),
      ]),
    });
    expect(metadata['enqueuedTimeUtcArray']).toContainEqual(
      expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/),
    );
    expect(retryContext).toBeUndefined();
    await eventually(async () => expect(await checkpointOf(plain)).toBe('3'));
  });

  it('checkpoints a batch whose function threw: without a retry policy it is lost', async () => {
    await openHubs(1);
    const host = await start();
    await tell(host, 'fail?on=lost');
    await send(plain, ['lost']);
    await eventually(async () => expect(await checkpointOf(plain)).toBe('0'));
    await send(plain, ['next']);
    const calls = await eventually(async () => {
      const seen = await seenBy(host);
      expect(textsOf(seen)).toContain('next');
      return seen;
    });
    expect(textsOf(calls)).toEqual(['lost', 'next']);
    expect(host.lines.join('\n')).toContain('error plain failed: Error: asked to fail');
  });

  it('holds a partition while its retry policy runs, without a checkpoint, and the other partitions go on', async () => {
    await openHubs(2);
    const host = await start();
    await tell(host, 'fail?on=first');
    await send(held, ['first'], '0');
    await eventually(async () => expect(await seenBy(host)).not.toEqual([]));
    await send(held, ['behind'], '0');
    await send(held, ['elsewhere'], '1');
    await eventually(async () => expect(await checkpointOf(held, '1')).toBe('0'));
    expect(textsOf(await seenBy(host))).not.toContain('behind');
    expect(await checkpointOf(held)).toBeUndefined();
    await tell(host, 'fail');
    await eventually(async () => expect(await checkpointOf(held)).toBe('1'));

    const tries = (await seenBy(host)).filter((call) => textsOf([call])[0] === 'first');
    expect(tries.length).toBeGreaterThanOrEqual(2);
    expect(tries.map(({ failed }) => failed)).toEqual(tries.map((_, index) => index < tries.length - 1));
    expect(tries.map(({ retryContext }) => retryContext)).toEqual(
      tries.map((_, retryCount) => ({
        retryCount,
        maxRetryCount: -1,
        ...(retryCount > 0 && { exception: { message: 'asked to fail' } }),
      })),
    );
  });

  it('goes on from the checkpoint after a restart', async () => {
    await openHubs(1);
    const before = await start();
    await send(plain, ['one', 'two']);
    await eventually(async () => expect(await checkpointOf(plain)).toBe('1'));
    await before.stop();
    expect((await before.exited).code).toBe(0);
    await send(plain, ['three']);
    const after = await start();
    await eventually(async () => expect(textsOf(await seenBy(after))).toEqual(['three']));
  });

  it('ends the back-off when it stops, in time and without a checkpoint: the batch comes again', async () => {
    await openHubs(1);
    const before = await start();
    await tell(before, 'fail?on=kept');
    await send(held, ['kept']);
    await eventually(async () => expect(await seenBy(before)).not.toEqual([]));
    const stoppedAt = Date.now();
    await before.stop();
    expect((await before.exited).code).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);
    expect(before.lines.join('\n')).toContain('held: invocation cancelled, exiting retry loop');
    expect(await checkpointOf(held)).toBeUndefined();
    const after = await start();
    await eventually(async () => expect(textsOf(await seenBy(after))).toEqual(['kept']));
  });

  it('makes no checkpoint of a batch that a stop found at work, though it is finished', async () => {
    await openHubs(1);
    const before = await start();
    await tell(before, 'slow?ms=1000');
    await send(plain, ['twice']);
    await eventually(async () => expect(await seenBy(before)).toHaveLength(1));
    await before.stop();
    expect((await before.exited).code).toBe(0);
    expect(await checkpointOf(plain)).toBeUndefined();
    const after = await start();
    await eventually(async () => expect(textsOf(await seenBy(after))).toEqual(['twice']));
  });

  it('gives what a killed host had at work again, when its lease has ended', async () => {
    await openHubs(1);
    const before = await start();
    await tell(before, 'slow?ms=60000');
    await send(plain, ['again']);
    await eventually(async () => expect(await seenBy(before)).toHaveLength(1));
    await before.kill();
    const after = await start();
    await eventually(async () => expect(textsOf(await seenBy(after))).toEqual(['again']));
    await eventually(async () => expect(await checkpointOf(plain)).toBe('0'));
  });

  it('goes on by itself when the hub was away', async () => {
    const openAgain = await openHubs(1, join(dir, 'hub'));
    const host = await start();
    await send(plain, ['before']);
    await eventually(async () => expect(await checkpointOf(plain)).toBe('0'));
    await broker.stop();
    await setTimeout(500);
    await openAgain();
    await send(plain, ['after']);
    await eventually(async () => expect(textsOf(await seenBy(host))).toEqual(['before', 'after']));
    await eventually(async () => expect(await checkpointOf(plain)).toBe('1'));
  });

  it('shares the partitions among two hosts, each partition read by one', async () => {
    await openHubs(4);
    const hosts = [await start()];
    await send(plain, ['warm'], '0');
    await eventually(async () => expect(textsOf(await seenBy(hosts[0]!))).toEqual(['warm']));
    hosts.push(await start());
    // Until the second has its half, as many rounds as it takes.
    let round = 0;
    await vi.waitFor(
      async () => {
        round += 1;
        const text = `round ${round}`;
        for (const partitionId of ['0', '1', '2', '3']) await send(plain, [text], partitionId);
        await setTimeout(300);
        const counts = await Promise.all(
          hosts.map(async (host) => textsOf(await seenBy(host)).filter((seen) => seen === text).length),
        );
        expect(counts).toEqual([2, 2]);
      },
      { timeout: 20_000, interval: 100 },
    );
  });
});
