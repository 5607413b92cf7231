import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, it, vi } from 'vitest';
import { startChild } from '../../../infra/local/child.ts';
import { GROUP, HUB, openBroker, openConsumer, read } from '../broker/clients.ts';
import { repositoryDir, temporaryDir } from '../host-process.ts';

const dir = temporaryDir();
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Runs the command to its end. */
async function send(...args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const [output, errors]: [string[], string[]] = [[], []];
  const child = startChild({
    script: join(repositoryDir, 'infra/local/send/main.ts'),
    args,
    onOutput: (line) => output.push(line),
    onErrorOutput: (line) => errors.push(line),
  });
  const { code } = await child.exited;
  return { code, output: output.join('\n'), errors: errors.join('\n') };
}

/** The bodies that lie in a hub, partition by partition. */
async function bodiesIn(connectionString: string, count: number): Promise<Buffer[]> {
  const consumer = openConsumer(connectionString, GROUP);
  const readings = ['0', '1'].map((partition) => read(consumer, partition, { skipParsingBodyAsJson: true }));
  await vi.waitFor(() => expect(readings.flatMap(({ events }) => events)).toHaveLength(count), { timeout: 10_000 });
  return readings.flatMap(({ events }) => events).map(({ body }) => body as Buffer);
}

it('sends files, folders and archives to the running stack', async () => {
  const broker = await openBroker();
  const endpoints = {
    http: 'http://127.0.0.1:1',
    functionKey: 'key',
    storage: { connectionString: '', uploads: 'uploads', logs: 'logs' },
    eventHub: { connectionString: broker.connectionString(), name: HUB },
  };
  file('endpoints.json', JSON.stringify(endpoints));
  file('logs/a.log', 'one\ntwo\n');
  file('logs/b.log.gz', gzipSync('three\n'));
  const { code, output } = await send('--data', dir, join(dir, 'logs'));
  expect(output).toBe('2 files sent in 2 events');
  expect(code).toBe(0);
  expect((await bodiesIn(broker.connectionString(HUB), 2)).map(String)).toEqual(['one\ntwo\n', 'three\n']);
});

it('compresses, and takes a connection with its hub', async () => {
  const broker = await openBroker();
  const { errors } = await send('--connection', broker.connectionString(HUB), '--gzip', file('c.log', 'four\n'));
  expect(errors).toBe('');
  const [body] = await bodiesIn(broker.connectionString(HUB), 1);
  expect(String(gunzipSync(body!))).toBe('four\n');
});

it('says what it left out, and sends the rest', async () => {
  const broker = await openBroker();
  const path = file('long.log', `${'x'.repeat(1_100_000)}\nshort\n`);
  const { code, errors, output } = await send('--connection', broker.connectionString(), '--hub', HUB, path);
  expect(errors).toBe(`left out: ${path}, line 1: longer than an event may be`);
  expect(output).toBe('1 file sent in 1 event');
  expect(code).toBe(1);
});

it('says how far it came when nobody listens', async () => {
  const broker = await openBroker();
  const connection = broker.connectionString(HUB);
  await broker.stop();
  const { code, errors } = await send('--connection', connection, file('d.log', 'five\n'));
  expect(errors).toMatch(/^0 events sent, then: .*ECONNREFUSED/);
  expect(code).toBe(1);
});

it.each([
  { name: 'no stack', args: ['--data', join(dir, 'nowhere'), dir], says: 'tunnelwatch does not run here: start it' },
  { name: 'no file', args: [join(dir, 'missing.log')], says: 'missing.log: no such file or folder' },
  { name: 'no hub', args: ['--connection', 'Endpoint=sb://x', dir], says: 'name the hub with --hub NAME' },
])('says in one line what is missing: $name', async ({ args, says }) => {
  const { code, errors } = await send(...args);
  expect(errors).toContain(says);
  expect(errors.split('\n')).toHaveLength(1);
  expect(code).toBe(1);
});
