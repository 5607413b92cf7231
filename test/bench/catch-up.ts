import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { QueueServiceClient } from '@azure/storage-queue';
import { buildApp } from '../../infra/build.ts';
import { startAzurite } from '../../infra/local/azurite.ts';
import { startBrokerChild } from '../../infra/local/broker/broker-child.ts';
import { startHostChild } from '../../infra/local/host-child.ts';
import { eventBodies } from '../../infra/local/send/event-bodies.ts';
import { HubSender } from '../../infra/local/send/hub-sender.ts';
import { blobEventsQueue, eventHub } from '../../infra/local/stack.ts';
import { partitionSchema } from '../../shared/pipeline/partition.ts';
import { PROGRESS } from '../../shared/pipeline/watermark.ts';
import type { Store } from '../../shared/store/ports.ts';
import { tableStore } from '../../shared/store/table/store.ts';
import { corpusLines } from './corpus.ts';

const SEED = 20_261_122;
const LOOK_MS = 100;
const PATIENCE_MS = 10 * 60_000;
/** The backlog of an outage: lines of so many a second that end now. */
const LINES_PER_SECOND = 500;

/** How a backlog in the hub was drained by the local stack: broker, host, app and storage, each a process on this machine. */
export interface CatchUp {
  readonly lines: number;
  readonly bytes: number;
  /** From the host's answering to the last progress row. */
  readonly drainMs: number;
  /** CPU time of the host's process, the app included, up to then; null where the system does not tell. */
  readonly hostCpuMs: number | null;
}

async function catchUp(lines: number): Promise<CatchUp> {
  const folder = mkdtempSync(join(tmpdir(), 'tunnelwatch-bench-'));
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  try {
    const appPath = join(folder, 'main.cjs');
    await buildApp(appPath);
    const [storage, hostStorage, broker] = await Promise.all([
      startAzurite(),
      startAzurite(),
      startBrokerChild({ hubs: [eventHub] }),
    ]);
    closing.push(storage.stop, hostStorage.stop, () => broker.stop());
    const queues = QueueServiceClient.fromConnectionString(storage.connectionString);
    await queues.getQueueClient(blobEventsQueue).createIfNotExists();
    const bytes = await fill(broker.connectionString(), lines);
    const store = tableStore({ connectionString: storage.connectionString });
    const host = await startHostChild({
      appPath,
      hostJsonPath: fileURLToPath(new URL('../../host.json', import.meta.url)),
      stateDir: folder,
      httpPort: 0,
      keys: { functionKey: 'function-key', masterKey: 'master-key' },
      settings: {
        FUNCTIONS_WORKER_RUNTIME: 'node',
        AzureWebJobsStorage: hostStorage.connectionString,
        TUNNELWATCH_STORAGE: storage.connectionString,
        TUNNELWATCH_HUB: broker.connectionString(),
      },
      logLevel: 'warning',
      print: (line) => process.stderr.write(`${line}\n`),
    });
    closing.push(() => host.stop());
    const begin = performance.now();
    await drained(store, lines);
    return { lines, bytes, drainMs: performance.now() - begin, hostCpuMs: cpuMsOf(host.pid) };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Packed events of 64 KB, to all partitions in turn. */
async function fill(connectionString: string, lines: number): Promise<number> {
  const sender = new HubSender({ connectionString, hub: eventHub.name });
  let sent = 0;
  try {
    for await (const body of eventBodies(chunks(lines))) {
      if (body.kind !== 'body') throw new Error('expected lines that fit an event');
      await sender.add(body.bytes);
      sent += body.bytes.length;
    }
    await sender.flush();
  } finally {
    await sender.close();
  }
  return sent;
}

async function* chunks(lines: number): AsyncGenerator<Uint8Array> {
  const startMs = Date.now() - (lines / LINES_PER_SECOND) * 1_000;
  let text: string[] = [];
  for (const line of corpusLines({ lines, seed: SEED, linesPerSecond: LINES_PER_SECOND, startMs })) {
    text.push(line);
    if (text.length < 1_000) continue;
    yield Buffer.from(`${text.join('\n')}\n`);
    text = [];
  }
  if (text.length > 0) yield Buffer.from(`${text.join('\n')}\n`);
}

/** Resolves when every line is a record or a dead letter by the partitions' progress rows. */
async function drained(store: Pick<Store, 'documents'>, lines: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { items } = await store.documents.list(PROGRESS, { prefix: 'stream!' });
    const rows = items.flatMap(({ body }) => partitionSchema.safeParse(body).data ?? []);
    const taken = rows.reduce((sum, { records, deadLetters }) => sum + records + deadLetters, 0);
    if (taken >= lines) return;
    if (performance.now() > deadline) throw new Error(`${taken} of ${lines} lines were drained in ten minutes`);
    await setTimeout(LOOK_MS);
  }
}

/** User and system time in ticks of 10 ms, behind the name in brackets (proc(5)). */
function cpuMsOf(pid: number): number | null {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return null;
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Run as `node catch-up.ts LINES`: prints how it went as JSON. */
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(await catchUp(Number(process.argv[2]))));
}
