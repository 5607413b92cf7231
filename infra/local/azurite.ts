import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { startChild } from './child.ts';

/** Port 0 takes a free one. */
export interface StoragePorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

export interface AzuriteOptions {
  readonly ports?: StoragePorts;
  /** Folder the data is kept in; without it everything is in memory and gone on stop. */
  readonly dataDir?: string;
}

export interface Azurite {
  readonly connectionString: string;
  readonly ports: StoragePorts;
  readonly pid: number;
  /** Resolves when the emulator has saved its data and is gone. On disk a SIGKILL would lose the last writes. */
  stop(): Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<unknown>;
}

/** The emulator's account, the same on every machine and published by Microsoft: not a secret. */
const account = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

const anyFreePorts: StoragePorts = { blob: 0, queue: 0, table: 0 };
const startTimeoutMs = 60_000;

/**
 * Starts the real Azurite on loopback as a child process and resolves when blob, queue and table listen. It has no public API,
 * so its command line is used; it ends with this process.
 * @throws Error in one line, when a port is taken, the folder cannot be written or Azurite does not start.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const wanted = options.ports ?? anyFreePorts;
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true });
  const listening = new Map<string, number>();
  const complaints: string[] = [];
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  const child = startChild({
    script: azuriteScript(),
    args: commandLine(wanted, options.dataDir),
    onOutput: (line) => {
      const [, service, port] = /Azurite (\w+) service is successfully listening at \S+:(\d+)/.exec(line) ?? [];
      if (service === undefined) return;
      listening.set(service.toLowerCase(), Number(port));
      if (listening.size === 3) isReady();
    },
    onErrorOutput: (line) => complaints.push(line),
  });

  const late = new AbortController();
  const outcome = await Promise.race([
    ready.then(() => 'ready' as const),
    child.exited.then(() => 'exited' as const),
    setTimeout(startTimeoutMs, 'late' as const, { signal: late.signal }),
  ]);
  late.abort();
  if (outcome !== 'ready') {
    await child.stop();
    if (outcome === 'late') complaints.push(`not listening after ${startTimeoutMs / 1000} s`);
    throw new Error(explain(complaints, wanted));
  }
  const ports = {
    blob: listening.get('blob') ?? wanted.blob,
    queue: listening.get('queue') ?? wanted.queue,
    table: listening.get('table') ?? wanted.table,
  };
  return {
    connectionString: connectionString(ports),
    ports,
    pid: child.pid,
    stop: () => child.stop(),
    exited: child.exited,
  };
}

/** Connection string of the emulator's account on these ports. */
export function connectionString(ports: StoragePorts): string {
  const endpoint = (port: number) => `http://127.0.0.1:${port}/${account.name}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${account.name}`,
    `AccountKey=${account.key}`,
    `BlobEndpoint=${endpoint(ports.blob)}`,
    `QueueEndpoint=${endpoint(ports.queue)}`,
    `TableEndpoint=${endpoint(ports.table)}`,
  ].join(';');
}

function azuriteScript(): string {
  const require = createRequire(import.meta.url);
  const manifestPath = require.resolve('azurite/package.json');
  const manifest = z.object({ bin: z.object({ azurite: z.string() }) }).parse(require(manifestPath));
  return join(dirname(manifestPath), manifest.bin.azurite);
}

function commandLine(ports: StoragePorts, dataDir: string | undefined): string[] {
  return [
    '--silent',
    '--disableTelemetry',
    // The SDKs' service versions run ahead of the emulator's.
    '--skipApiVersionCheck',
    ...['--blobHost', '127.0.0.1', '--blobPort', String(ports.blob)],
    ...['--queueHost', '127.0.0.1', '--queuePort', String(ports.queue)],
    ...['--tableHost', '127.0.0.1', '--tablePort', String(ports.table)],
    ...(dataDir === undefined ? ['--inMemoryPersistence'] : ['--location', dataDir]),
  ];
}

function explain(complaints: readonly string[], wanted: StoragePorts): string {
  const text = complaints.join(' ').trim();
  const [, taken] = /EADDRINUSE[^\d]*[\d.]+:(\d+)/.exec(text) ?? [];
  const service = Object.entries(wanted).find(([, port]) => String(port) === taken)?.[0];
  if (service !== undefined)
    return `port ${taken} (${service} storage) is in use: stop what uses it, or choose another with --${service}-port`;
  return `Azurite did not start: ${text === '' ? 'no reason given' : text}`;
}
