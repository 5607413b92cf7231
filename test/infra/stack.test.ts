import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../infra/local/child.ts';
import { openDataDir } from '../../infra/local/data-dir.ts';
import { blobEventsQueue, type RunningStack, startStack } from '../../infra/local/stack.ts';
import { welcomeText } from '../../infra/local/welcome.ts';
import { bundleFixtureApp, isRunning, repositoryDir, temporaryDir } from './host-process.ts';

const dir = temporaryDir();
const appPath = join(dir, 'app.cjs');
const dataPath = join(dir, 'data');
const printed: string[] = [];
let stack: RunningStack;

const start = async () =>
  startStack({
    dataDir: await openDataDir(dataPath),
    httpPort: 0,
    storagePorts: { blob: 0, queue: 0, table: 0 },
    hubPort: 0,
    appPath,
    hostJsonPath: join(dir, 'host.json'),
    logLevel: 'warning',
    endpointsPaths: [join(dataPath, 'endpoints.json'), join(dir, 'elsewhere/endpoints.json')],
    settings: { WORK_QUEUE: blobEventsQueue, WORK_CONNECTION: 'TUNNELWATCH_STORAGE' },
    print: (line) => printed.push(line),
  });
const hostPid = async () => Number(await (await fetch(`${stack.endpoints.http}/api/live`)).text());
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 100 });

beforeAll(async () => {
  await bundleFixtureApp(appPath);
  stack = await start();
});
afterAll(async () => {
  await stack.stop();
  rmSync(dir, { recursive: true });
});

describe('a running stack', () => {
  it('tells programs where it is, in a file for this user only', async () => {
    for (const path of [join(dataPath, 'endpoints.json'), join(dir, 'elsewhere/endpoints.json')]) {
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(stack.endpoints);
    }
    expect(stack.endpoints.storage).toMatchObject({ uploads: 'uploads', logs: 'insights-logs-tunneldiagnosticlog' });
    expect((await fetch(`${stack.endpoints.http}/api/keyed`)).status).toBe(401);
    const headers = { 'x-functions-key': stack.endpoints.functionKey };
    expect((await fetch(`${stack.endpoints.http}/api/keyed`, { headers })).status).toBe(200);
  });

  it('takes an upload by the printed link and tells the app of it', async () => {
    const text = await welcomeText(stack.endpoints, dataPath);
    const url = /'(http[^']+\/your\.log\?[^']+)'/.exec(text)?.[1] ?? 'no link';
    const response = await fetch(url, { method: 'PUT', body: '{}', headers: { 'x-ms-blob-type': 'BlockBlob' } });
    expect(response.status).toBe(201);
    await eventually(async () => {
      const seen = await (await fetch(`${stack.endpoints.http}/api/seen`)).json();
      expect(seen).toContainEqual(
        expect.objectContaining({
          function: 'work',
          input: expect.objectContaining({ subject: '/blobServices/default/containers/uploads/blobs/your.log' }),
        }),
      );
    });
  });

  it('has an event hub, which keeps its events', async () => {
    const { connectionString, name } = stack.endpoints.eventHub;
    const producer = new EventHubProducerClient(connectionString, name);
    await producer.sendBatch([{ body: 'kept' }], { partitionId: '3' });
    expect((await producer.getEventHubProperties()).partitionIds).toEqual(['0', '1', '2', '3']);
    await producer.close();
  });

  it('brings a host that crashed back at its address', async () => {
    const crashed = await hostPid();
    process.kill(crashed, 'SIGKILL');
    await eventually(async () => expect(await hostPid()).not.toBe(crashed));
    expect(printed).toContain('the Functions host has ended by itself: starting it again');
  });

  it('stops without leaving a process or its file, and finds keys and data again', async () => {
    const [pid, key] = [await hostPid(), stack.endpoints.functionKey];
    const azuriteUrl = new URL(/BlobEndpoint=([^;]+)/.exec(stack.endpoints.storage.connectionString)?.[1] ?? '');
    await stack.stop();
    expect(isRunning(pid)).toBe(false);
    await expect(fetch(azuriteUrl)).rejects.toThrow('fetch failed');
    expect(existsSync(join(dataPath, 'endpoints.json'))).toBe(false);

    stack = await start();
    expect(stack.endpoints.functionKey).toBe(key);
    expect(stack.dataDir.isNew).toBe(false);
    const blobs = BlobServiceClient.fromConnectionString(stack.endpoints.storage.connectionString);
    expect(await blobs.getContainerClient('uploads').getBlobClient('your.log').exists()).toBe(true);
    const consumer = new EventHubConsumerClient(
      'tunnelwatch',
      stack.endpoints.eventHub.connectionString,
      stack.endpoints.eventHub.name,
    );
    expect(await consumer.getPartitionProperties('3')).toMatchObject({ lastEnqueuedSequenceNumber: 0, isEmpty: false });
    await consumer.close();
  });
});

describe('npm start', () => {
  /** Runs the command to its end and gives what it wrote. */
  async function run(...args: string[]): Promise<{ code: number | null; errors: string }> {
    const errors: string[] = [];
    const child = startChild({
      script: join(repositoryDir, 'infra/local/main.ts'),
      args: [...['http', 'blob', 'queue', 'table', 'hub'].flatMap((port) => [`--${port}-port`, '0']), ...args],
      onErrorOutput: (line) => errors.push(line),
    });
    const { code } = await child.exited;
    return { code, errors: errors.join('\n') };
  }

  it('says which port is busy and which option changes it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = Object(server.address()).port;
    const { code, errors } = await run('--data', join(dir, 'new'), '--queue-port', String(port));
    server.close();
    expect(errors).toBe(
      `port ${port} (queue storage) is in use: stop what uses it, or choose another with --queue-port PORT`,
    );
    expect(code).toBe(1);
  });

  it('says what to do about a data folder it cannot use', async () => {
    const path = join(dir, 'a-file');
    writeFileSync(path, '');
    const { code, errors } = await run('--data', path);
    expect(errors).toMatch(
      /^data folder .*a-file cannot be used \(EEXIST.*\): mend it, or choose another with --data DIR$/,
    );
    expect(code).toBe(1);
  });

  it('does not start a second time on the same data', async () => {
    const { code, errors } = await run('--data', dataPath);
    expect(errors).toContain(`tunnelwatch runs already with this data, at ${stack.endpoints.http}`);
    expect(code).toBe(1);
  });
});

describe('a data folder', () => {
  it('is emptied by --reset, of what a stack keeps there and nothing else', async () => {
    const path = join(dir, 'reset');
    const first = await openDataDir(path);
    writeFileSync(join(path, 'mine.txt'), 'kept');
    writeFileSync(first.watcherState, '{}');
    for (const kept of [first.hub, first.hostStorage]) mkdirSync(kept);
    const again = await openDataDir(path, { reset: true });
    expect(again.isNew).toBe(true);
    expect(again.keys).not.toEqual(first.keys);
    expect(existsSync(first.watcherState)).toBe(false);
    for (const kept of [first.hub, first.hostStorage]) expect(existsSync(kept)).toBe(false);
    expect(existsSync(join(path, 'mine.txt'))).toBe(true);
  });
});

describe('children', () => {
  it('end with a parent that was killed', async () => {
    const script = join(dir, 'parent.ts');
    const azuriteModule = join(repositoryDir, 'infra/local/azurite.ts');
    writeFileSync(
      script,
      `import { startAzurite } from ${JSON.stringify(azuriteModule)};
      console.log((await startAzurite()).ports.blob);`,
    );
    const { promise: port, resolve } = Promise.withResolvers<string>();
    const parent = startChild({ script, args: [], onOutput: resolve });
    // The port, not the process id: an orphan may stay a zombie where nothing reaps it.
    const url = `http://127.0.0.1:${await port}/`;
    expect((await fetch(url)).status).toBe(400);
    await parent.kill();
    await eventually(() => expect(fetch(url)).rejects.toThrow('fetch failed'));
  });
});
