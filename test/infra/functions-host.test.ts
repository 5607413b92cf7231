import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { uniqueName } from '../unique-name.ts';
import { bundleFixtureApp, type HostProcess, startHostProcess, temporaryDir } from './host-process.ts';

const dir = temporaryDir();
const appPath = join(dir, 'app.cjs');
const hostJsonPath = join(dir, 'host.json');
const workQueue = uniqueName('work');
const storage = inject('azurite');
const queues = QueueServiceClient.fromConnectionString(storage);
let host: HostProcess;

const workSettings = { WORK_QUEUE: workQueue, WORK_CONNECTION: 'WORK_STORAGE' };
const start = () =>
  startHostProcess({
    args: ['--app', appPath, '--state', join(dir, 'state'), '--host-json', hostJsonPath],
    env: { ...workSettings, WORK_STORAGE: storage },
  });

interface Seen {
  readonly function: string;
  readonly input: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}
async function seenBy(name: string): Promise<Seen[]> {
  const response = await fetch(`${host.url}/api/seen`);
  const all = (await response.json()) as Seen[];
  return all.filter((call) => call.function === name);
}

beforeAll(async () => {
  await bundleFixtureApp(appPath);
  writeFileSync(
    hostJsonPath,
    JSON.stringify({ version: '2.0', extensions: { queues: { maxPollingInterval: '00:00:00.200', batchSize: 4 } } }),
  );
  host = await start();
});
afterAll(async () => {
  await host.stop();
  rmSync(dir, { recursive: true });
});

describe('HTTP functions', () => {
  it('get params, query, headers and exact bytes, and give status, headers, cookies and body', async () => {
    const bytes = new Uint8Array([0, 200, 13, 10]);
    const response = await fetch(`${host.url}/api/things/a%20b%2Fc/parts?tag=x&tag=y`, {
      method: 'POST',
      body: bytes,
      headers: { 'x-custom': 'yes' },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-method')).toBe('POST');
    expect(response.headers.get('set-cookie')).toBe('session=a%20b; HttpOnly');
    expect(await response.json()).toEqual({
      params: { id: 'a b%2Fc' },
      tags: 'x,y',
      custom: 'yes',
      url: `${host.url}/api/things/a%20b%2Fc/parts?tag=x&tag=y`,
      body: Buffer.from(bytes).toString('base64'),
    });
  });

  it.each([
    { name: 'binary body', path: 'api/bytes', status: 200, body: '\u0000\u00ff\n\u0080' },
    { name: 'rest parameter', path: 'api/files/a/b.log', status: 200, body: 'a/b.log' },
    { name: 'a literal goes before a parameter', path: 'API/Things/ALL/parts', status: 200, body: 'literal' },
    { name: 'no result', path: 'api/nothing', status: 204, body: '' },
    { name: 'a throw says nothing to the caller', path: 'api/broken', status: 500, body: '' },
    { name: 'unknown route', path: 'api/other', status: 404, body: '' },
    { name: 'without the prefix', path: 'bytes', status: 404, body: '' },
    { name: 'key missing', path: 'api/keyed', status: 401, body: '' },
    { name: 'key wrong', path: 'api/keyed?code=wrong', status: 401, body: '' },
    { name: 'key in the query', path: 'api/keyed?code=function-key', status: 200, body: 'open' },
    { name: 'key in the header', path: 'api/keyed', key: 'function-key', status: 200, body: 'open' },
    { name: 'the master key opens functions', path: 'api/keyed', key: 'master-key', status: 200, body: 'open' },
    { name: 'a function key is no master key', path: 'api/owned', key: 'function-key', status: 401, body: '' },
    { name: 'the master key opens admin functions', path: 'api/owned', key: 'master-key', status: 200, body: 'open' },
  ])('$name: $status', async ({ path, key, status, body }) => {
    const response = await fetch(`${host.url}/${path}`, {
      headers: key === undefined ? {} : { 'x-functions-key': key },
    });
    expect(response.status).toBe(status);
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toBe(body);
  });

  it('answers 404, not 405, to a method that is not listed', async () => {
    expect((await fetch(`${host.url}/api/things/1/parts`, { method: 'DELETE' })).status).toBe(404);
  });

  it('answers 413 to a body over the platform limit, before it comes', async () => {
    const upload = request(`${host.url}/api/things/1/parts`, {
      method: 'POST',
      headers: { 'content-length': 104_857_601 },
    });
    upload.on('error', () => {});
    upload.flushHeaders();
    const [response] = await once(upload, 'response');
    expect(response.statusCode).toBe(413);
    upload.destroy();
  });

  it('logs the failure that the caller is not told', async () => {
    await fetch(`${host.url}/api/broken`);
    expect(host.lines.join('\n')).toContain('error broken failed: Error: this function always fails');
  });
});

describe('queue functions', () => {
  const send = async (text: string) => {
    await queues.getQueueClient(workQueue).sendMessage(text);
  };
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it('get parsed JSON, and metadata that the message overwrites', async () => {
    await send(base64(JSON.stringify({ job: 'ok', id: 'mine', list: [1], none: null, count: 3 })));
    const call = await vi.waitFor(
      async () => (await seenBy('work')).find(({ input }) => input['job'] === 'ok') ?? fail(),
      {
        timeout: 10_000,
        interval: 100,
      },
    );
    expect(call.input).toEqual({ job: 'ok', id: 'mine', list: [1], none: null, count: 3 });
    expect(call.metadata).toMatchObject({ id: 'mine', job: 'ok', count: 3, dequeueCount: 1 });
    expect(call.metadata).not.toHaveProperty('list');
    expect(call.metadata).not.toHaveProperty('none');
    expect(host.lines.join('\n')).toContain('information work: worked 1');
  });

  it('try a failing message five times, then move it to the poison queue, and so what is not base64', async () => {
    const text = base64(JSON.stringify({ fail: true }));
    await send(text);
    await send('not base64!');
    const poison = queues.getQueueClient(`${workQueue}-poison`);
    const poisoned = new Set<string>();
    await vi.waitFor(
      async () => {
        const { receivedMessageItems } = await poison.receiveMessages({ numberOfMessages: 32 });
        for (const message of receivedMessageItems) poisoned.add(message.messageText);
        expect(poisoned.size).toBe(2);
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(poisoned).toEqual(new Set([text, 'not base64!']));
    const tries = (await seenBy('work')).filter(({ input }) => 'fail' in Object(input));
    expect(tries.map(({ metadata }) => metadata['dequeueCount'])).toEqual([1, 2, 3, 4, 5]);
    expect((await queues.getQueueClient(workQueue).getProperties()).approximateMessagesCount).toBe(0);
  });
});

describe('timer functions', () => {
  it('run at their seconds, one occurrence once', async () => {
    const before = (await seenBy('everySecond')).length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const during = (await seenBy('everySecond')).length - before;
    expect(during).toBeGreaterThanOrEqual(2);
    expect(during).toBeLessThanOrEqual(4);
  });

  it('run at the start when asked to, and not past due', async () => {
    const calls = await seenBy('atStart');
    expect(calls).toHaveLength(1);
    expect(calls[0]?.input).toMatchObject({ isPastDue: false, scheduleStatus: { last: '0001-01-01T00:00:00.000Z' } });
    expect(await seenBy('yearly')).toHaveLength(0);
  });

  it('run past due when an occurrence passed while the host was down', async () => {
    await host.stop();
    const missed = '2026-01-01T00:00:00.000Z';
    const timers = { yearly: { schedule: '0 30 4 29 2 *', last: missed, next: missed, lastUpdated: missed } };
    writeFileSync(join(dir, 'state/timers.json'), JSON.stringify(timers));
    host = await start();
    const [call] = await vi.waitFor(async () => {
      const calls = await seenBy('yearly');
      expect(calls).toHaveLength(1);
      return calls;
    });
    expect(call?.input).toMatchObject({ isPastDue: true, scheduleStatus: { next: missed } });
  });
});

describe('the process', () => {
  it('finishes what runs before it stops', async () => {
    const answer = fetch(`${host.url}/api/slow`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await host.stop();
    expect(await (await answer).text()).toBe('finished');
    expect(await host.exited).toEqual({ code: 0, signal: null });
    host = await start();
  });

  it.each([
    {
      name: 'no build',
      args: ['--app', 'missing.cjs', '--state', dir],
      says: 'missing.cjs does not exist: run "npm run build" first',
    },
    {
      name: 'no setting',
      args: ['--app', appPath, '--state', dir],
      says: 'function "work" needs the app setting "WORK_STORAGE"',
    },
  ])('says in one line what is missing: $name', async ({ args, says }) => {
    await expect(startHostProcess({ args, env: workSettings })).rejects.toThrow(says);
  });
});

const fail = () => {
  throw new Error('not seen yet');
};
