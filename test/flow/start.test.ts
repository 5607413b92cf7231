import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Child, startChild } from '../../infra/local/child.ts';
import { repositoryDir, temporaryDir } from '../infra/host-process.ts';

/** What `npm start` runs, in a data folder and on ports of its own, and what it wrote. */
interface Started extends Child {
  readonly lines: readonly string[];
  /** `FIRING critical tunnel.down …`: the notifications that the terminal shows, with their summaries. */
  readonly told: () => string[];
}

const dataDir = temporaryDir();
const endpointsPath = join(dataDir, 'endpoints.json');
const running: Started[] = [];

function start(...args: string[]): Started {
  const lines: string[] = [];
  const child = startChild({
    script: join(repositoryDir, 'infra/local/main.ts'),
    args: [
      '--data',
      dataDir,
      ...['http', 'blob', 'queue', 'table', 'hub'].flatMap((port) => [`--${port}-port`, '0']),
      ...args,
    ],
    onOutput: (line) => lines.push(stripVTControlCharacters(line)),
    onErrorOutput: (line) => lines.push(line),
  });
  const told = () =>
    lines.flatMap((line, index) => {
      const [, what] = /^\d\d:\d\d:\d\d {2}(.*?) {2}signature verified, reason: \S+$/.exec(line) ?? [];
      return what === undefined ? [] : [`${what.replaceAll(/ {2}/g, ' ')}: ${lines[index + 1]?.trim()}`];
    });
  const started = { ...child, lines, told };
  running.push(started);
  return started;
}

const untilTold = (stack: Started, patienceMs: number, ...texts: readonly string[]) =>
  vi.waitFor(
    () => expect(stack.told()).toEqual(expect.arrayContaining(texts.map((text) => expect.stringContaining(text)))),
    {
      timeout: patienceMs,
      interval: 250,
    },
  );
const endpoints = () => JSON.parse(readFileSync(endpointsPath, 'utf8'));

async function get(path: string) {
  const response = await fetch(`${endpoints().http}/api/${path}`, {
    headers: { 'x-functions-key': endpoints().functionKey },
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

/** Does what a pasted `curl` line would do; a real shell reads it, so that quotes and `$(…)` count. */
async function paste(line: string): Promise<Response> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `curl() { printf '%s\\n' "$@"; }\n${line}`]);
  const init: { method: string; headers: Record<string, string>; body?: string } = { method: 'GET', headers: {} };
  const words = stdout.trimEnd().split('\n');
  const url = words.pop() ?? '';
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = words.shift() ?? '';
    if (word === '-X') init.method = value;
    else if (word === '-H') init.headers[value.slice(0, value.indexOf(':'))] = value.slice(value.indexOf(':') + 2);
    else if (word === '--data-binary') init.body = value;
    else throw new Error(`curl ${word} is not known here`);
  }
  return fetch(url, init);
}

afterAll(async () => {
  for (const stack of running) await stack.stop();
  rmSync(dataDir, { recursive: true });
});

describe('npm start', () => {
  let stack: Started;
  let alertIds: string[];

  it('shows the first notification of its demo within a minute', { timeout: 70_000 }, async () => {
    stack = start();
    await vi.waitFor(() => expect(stack.told()).not.toEqual([]), { timeout: 60_000, interval: 250 });
  });

  it('says to programs where it is, for this user only', async () => {
    expect(endpoints()).toEqual({
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      functionKey: expect.stringMatching(/^[\w-]{20,}$/),
      eventHub: { connectionString: expect.stringContaining('Endpoint=sb://127.0.0.1:'), name: 'logs' },
      storage: {
        connectionString: expect.stringContaining('BlobEndpoint=http://127.0.0.1:'),
        uploads: 'uploads',
        logs: 'insights-logs-tunneldiagnosticlog',
      },
    });
    expect(statSync(endpointsPath).mode & 0o077).toBe(0);
    expect(stack.lines.join('\n')).toContain(endpoints().functionKey);
  });

  it('prints curl lines that work when pasted: two bad check-ins are an alert', { timeout: 60_000 }, async () => {
    const lines = stack.lines.filter((line) => line.startsWith('curl '));
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      const response = await paste(line);
      expect([line, response.status]).toEqual([line, line.includes('-X PUT') ? 201 : 200]);
    }
    // The line's time has whole seconds, and the same check-in twice is one.
    await setTimeout(1_100);
    expect((await paste(lines[0]!)).status).toBe(201);
    await untilTold(stack, 45_000, 'FIRING critical server.health: Tunnel server tunnel-try is not healthy');
  });

  it('prints a line that sends through the hub', { timeout: 60_000 }, async () => {
    const [line = ''] = stack.lines.filter((text) => text.endsWith('| npm run send -- -'));
    const send = `node infra/local/send/main.ts --data '${dataDir}' -`;
    const { stdout } = await promisify(execFile)('sh', ['-c', line.replace('npm run send -- -', send)], {
      cwd: repositoryDir,
    });
    expect(stdout).toBe('1 file sent in 1 event\n');
    const hosts = async () => (await get('servers')).body.items.map(({ id }: { id: string }) => id);
    await vi.waitFor(async () => expect(await hosts()).toContain('tunnel-try-hub'), { timeout: 45_000, interval: 500 });
  });

  it('tells the whole incident, what is appended live included, and every signature fits', {
    timeout: 120_000,
  }, async () => {
    await untilTold(
      stack,
      110_000,
      'FIRING warning certificate.expiring: The TLS certificate of mstunnel-02',
      'FIRING critical server.health: Tunnel server mstunnel-03',
      'EVENT informational tunnel.failover: Tunnel to 203.0.113.10',
      'EVENT warning tunnel.network-fault: Tunnel to 203.0.113.22',
      'FIRING critical tunnel.down: Tunnel to 203.0.113.38',
      'FIRING critical tunnel.flapping: Tunnel to 203.0.113.46',
      'RESOLVED critical tunnel.down: Tunnel to 203.0.113.54',
    );
    expect(stack.lines.filter((line) => /REFUSED|^demo: /.test(line))).toEqual([]);
    expect(stack.lines).toContainEqual(expect.stringMatching(/^cause +maintenance: HostMaintenanceEvent/));
    const { body } = await get('alerts?limit=1000');
    alertIds = body.items.map(({ id }: { id: string }) => id);
    expect(alertIds.length).toBeGreaterThanOrEqual(8);
    expect((await get('dead-letters')).body.items).toEqual([]);
    // The tunnel log, and the line that was sent above.
    const streamed = async () => {
      const { items } = (await get('status')).body.partitions;
      return items.reduce((sum: number, { records }: { records: number }) => sum + records, 0);
    };
    await vi.waitFor(async () => expect(await streamed()).toBe(25), { timeout: 20_000, interval: 500 });
  });

  it('stops at Ctrl-C and leaves nothing running', { timeout: 30_000 }, async () => {
    const { http, storage } = endpoints();
    const [, blobs = ''] = /BlobEndpoint=([^;]+)/.exec(storage.connectionString) ?? [];
    process.kill(stack.pid, 'SIGINT');
    expect(await stack.exited).toEqual({ code: 0, signal: null });
    for (const url of [http, blobs]) await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(existsSync(endpointsPath)).toBe(false);
  });

  it('finds its data again, does not play the incident twice, and goes without the demo when told', {
    timeout: 60_000,
  }, async () => {
    stack = start('--no-demo');
    await vi.waitFor(() => expect(stack.lines.join('\n')).toContain('No demo'), { timeout: 50_000, interval: 250 });
    const { body } = await get('alerts?limit=1000');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(alertIds));
    expect((await get('receivers/demo')).status).toBe(200);
    process.kill(stack.pid, 'SIGINT');
    expect((await stack.exited).code).toBe(0);
  });
});
