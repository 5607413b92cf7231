import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BlobServiceClient } from '@azure/storage-blob';
import { buildApp } from '../../infra/build.ts';
import { type Azurite, startAzurite } from '../../infra/local/azurite.ts';
import { startBlobWatcher } from '../../infra/local/blob-watcher.ts';
import { type HostChild, startHostChild } from '../../infra/local/host-child.ts';
import { blobEventsQueue, logContainers, uploadsContainer } from '../../infra/local/stack.ts';
import { parseEntityId } from '../../shared/model/entity.ts';
import { cursorSchema } from '../../shared/pipeline/cursor.ts';
import type { Store } from '../../shared/store/ports.ts';
import { tableStore } from '../../shared/store/table/store.ts';
import { repositoryDir, temporaryDir } from '../infra/host-process.ts';
import { type Incident, incidentOf } from './incident.ts';
import { between, type Random, randomFrom } from './random.ts';
import { type CountingReceiver, startCountingReceiver } from './receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const keys = { functionKey: 'function-key', masterKey: 'master-key' };
/** A dead host's leases end by themselves, the longest after a minute; timers then come every half minute. */
const patienceMs = 150_000;

export interface FaultRun {
  readonly seed: number;
  /** How often the host is killed. */
  readonly kills: number;
  readonly print?: (line: string) => void;
}

export interface FaultReport {
  readonly killedDuring: readonly string[];
  readonly records: number;
  readonly alerts: number;
  readonly notifications: number;
  /** Deliveries of an id that had come before. */
  readonly repeated: number;
  readonly settledAfterMs: number;
}

/**
 * Plays a numbered incident into a real host on a real Azurite, kills the host with SIGKILL again and again at points that the
 * seed chooses, and compares what is there in the end with `analyze` on the same files. Throws an AssertionError on any difference.
 */
export async function faultRun({ seed, kills, print = () => {} }: FaultRun): Promise<FaultReport> {
  const random = randomFrom(seed);
  const dir = temporaryDir();
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(dir, { recursive: true })];
  try {
    const appPath = join(dir, 'app.cjs');
    await buildApp(appPath);
    const azurite = await startAzurite();
    closing.push(azurite.stop);
    const receiver = await startCountingReceiver(secret);
    closing.push(receiver.stop);
    const incident = incidentOf(random, Date.now());
    writeFiles(join(dir, 'files'), incident);

    const startHost = () => startHostChild(hostOptions(azurite, appPath, dir, print));
    let host = await startHost();
    closing.push(() => host.stop());
    await register(host, receiver);
    const watcher = await startWatcher(azurite, dir);
    closing.push(watcher.stop);
    const playing = play(azurite, incident, random);
    closing.push(() => playing);

    const killedDuring: string[] = [];
    for (let kill = 0; kill < kills; kill++) {
      // Every other one while a notification is on its way: after the receiver has it, before the host knows.
      const moment =
        kill % 2 === 0
          ? await setTimeout(between(random, 50, 2_500), 'work')
          : await Promise.race([receiver.next().then(() => 'delivery'), setTimeout(8_000, 'work', { ref: false })]);
      killedDuring.push(moment);
      await host.kill();
      print(`killed during ${moment}, ${receiver.received.length} notifications so far`);
      host = await startHost();
    }
    await playing;
    const settledFrom = Date.now();
    const store = tableStore({ connectionString: azurite.connectionString });
    const alerts = await eventually(
      () => compare({ host, store, incident, receiver, files: join(dir, 'files') }),
      print,
    );
    return {
      killedDuring,
      records: [...incident.uploads, ...incident.archives].reduce((sum, { lines }) => sum + lines, 0),
      alerts,
      notifications: new Set(receiver.received.map(({ id }) => id)).size,
      repeated: receiver.received.length - new Set(receiver.received.map(({ id }) => id)).size,
      settledAfterMs: Date.now() - settledFrom,
    };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

const hostOptions = (azurite: Azurite, appPath: string, dir: string, print: (line: string) => void) => ({
  appPath,
  hostJsonPath: join(repositoryDir, 'host.json'),
  stateDir: join(dir, 'host'),
  httpPort: 0,
  keys,
  logLevel: 'error',
  // The platform's ten minutes would only make this test long.
  queueLeaseSeconds: 15,
  print,
  settings: {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: azurite.connectionString,
    TUNNELWATCH_STORAGE: azurite.connectionString,
    TUNNELWATCH_ALLOW_LOCAL_RECEIVERS: 'true',
    TUNNELWATCH_SETTLE_SECONDS: '2',
    FAULTS_SECRET: secret,
  },
});

async function startWatcher({ connectionString }: Azurite, dir: string) {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for (const container of [uploadsContainer, ...logContainers]) await blobs.getContainerClient(container).create();
  return startBlobWatcher({
    connectionString,
    queueConnectionString: connectionString,
    queueName: blobEventsQueue,
    containers: [uploadsContainer, 'insights-logs-*'],
    statePath: join(dir, 'watcher.json'),
    intervalMs: 300,
  });
}

async function register(host: HostChild, receiver: CountingReceiver): Promise<void> {
  const body = JSON.stringify({ url: receiver.url, secrets: [{ setting: 'FAULTS_SECRET' }] });
  const response = await call(host, 'receivers/faults', { method: 'PUT', body });
  assert.equal(response.status, 200, await response.text());
}

const call = (host: HostChild, path: string, init: RequestInit = {}) =>
  fetch(`${host.url}/api/${path}`, {
    ...init,
    headers: { 'x-functions-key': keys.functionKey, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(20_000),
  });

/** The same bytes for `analyze`. */
function writeFiles(dir: string, { uploads, archives }: Incident): void {
  mkdirSync(dir);
  for (const [index, { text }] of archives.entries()) writeFileSync(join(dir, `PT1H-${index}.json`), text);
  for (const { name, bytes } of uploads) writeFileSync(join(dir, name.replace('/', '-')), bytes);
}

/** Uploads come one by one; archive blobs grow by pieces that end anywhere, in the middle of a line as well. */
async function play({ connectionString }: Azurite, { uploads, archives }: Incident, random: Random): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  const waiting = [...uploads];
  const growing = archives.map(({ name, text }) => ({
    blob: blobs.getContainerClient(logContainers[0]).getAppendBlobClient(name),
    rest: Buffer.from(text),
  }));
  for (const { blob } of growing) await blob.create();
  while (waiting.length > 0 || growing.some(({ rest }) => rest.length > 0)) {
    for (const archive of growing) {
      const piece = archive.rest.subarray(0, between(random, 1, 1_500));
      archive.rest = archive.rest.subarray(piece.length);
      if (piece.length > 0) await archive.blob.appendBlock(piece, piece.length);
    }
    const upload = waiting.shift();
    if (upload) {
      const blob = blobs.getContainerClient(uploadsContainer).getBlockBlobClient(upload.name);
      await blob.upload(upload.bytes, upload.bytes.length);
    }
    await setTimeout(between(random, 200, 900));
  }
}

/** Tries until nothing is thrown; the last failure when the patience is over. */
async function eventually<T>(check: () => Promise<T>, print: (line: string) => void): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let said = '';
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      if (String(error) !== said) print(String(error));
      said = String(error);
      await setTimeout(2_000);
    }
  }
}

interface Compared {
  readonly host: HostChild;
  readonly store: Store;
  readonly incident: Incident;
  readonly receiver: CountingReceiver;
  readonly files: string;
}

/** Throws unless everything came in once, the alerts are those of `analyze`, and each was told as it is. */
async function compare({ host, store, incident, receiver, files }: Compared): Promise<number> {
  await compareRecords(store, incident);
  const now = new Date().toISOString();
  const told = await alertsOf(host);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(repositoryDir, 'shared/analyze/main.ts'), 'analyze', '--json', '--now', now, files],
    { maxBuffer: 2 ** 26 },
  );
  const expected = JSON.parse(stdout);
  assert.deepEqual(
    told
      .filter(({ endedBy }) => endedBy !== 'disproved')
      .map(plain)
      .sort(),
    expected.alerts.map(plain).sort(),
  );

  let facts = 0;
  for (const { kind, id } of expected.entities) {
    const entity = parseEntityId(`${kind}!${id}`);
    assert(entity, `${kind}!${id}`);
    facts += (await store.facts.read(entity, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).length;
  }
  assert.equal(facts, expected.summary.facts, 'facts in the store');
  await compareNotifications(host, receiver, told);
  return told.length;
}

/** Each blob's cursor counts exactly its lines, and nothing became a dead letter. */
async function compareRecords(store: Store, { uploads, archives }: Incident): Promise<void> {
  const { items } = await store.documents.list('cursors', { limit: 1_000 });
  const cursors = items.map(({ body }) => cursorSchema.parse(body));
  const counted = cursors.map(({ blob, records, deadLetters }) => `${blob}: ${records} records, ${deadLetters} dead`);
  const lines = [...uploads, ...archives].map((blob) => `${blob.name}: ${blob.lines} records, 0 dead`);
  assert.deepEqual(counted.sort(), lines.sort());
}

interface AlertAnswer {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly state: string;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly endedBy: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

async function alertsOf(host: HostChild): Promise<AlertAnswer[]> {
  const response = await call(host, 'alerts?limit=1000');
  const body = JSON.parse(await response.text());
  assert.equal(body.next, null, 'alerts fit one page');
  return body.items;
}

/** An alert as both homes tell it. */
const plain = ({ rule, severity, state, startsAt, endsAt, labels }: AlertAnswer): string =>
  [startsAt, rule, JSON.stringify(Object.entries(labels).sort()), severity, state, endsAt ?? 'lasts'].join(' ');

/**
 * Every owed notification came under its id, none came that nobody owes, no news has two ids, and what was said last of an
 * alert is how it stands. Nobody hears the end of what another alert took over, nor of what was disproved before it was told.
 */
async function compareNotifications(
  host: HostChild,
  receiver: CountingReceiver,
  alerts: readonly AlertAnswer[],
): Promise<void> {
  const owed: string[] = [];
  for (const alert of alerts) {
    const response = await call(host, `alerts/${alert.id}`);
    const { notifications } = JSON.parse(await response.text());
    for (const { id, state } of notifications) owed.push(`${id} ${state}`);
    const heard = receiver.received.filter(({ alertId }) => alertId === alert.id);
    const ids = new Map(heard.map(({ id, state, severity, reason }) => [id, `${reason} ${state} ${severity}`]));
    assert.equal(new Set(ids.values()).size, ids.size, `one id for each news of ${alert.rule}: ${[...ids]}`);
    const last = heard.toSorted((a, b) => a.ordinal - b.ordinal).at(-1);
    if (alert.endedBy === 'superseded' || (!last && alert.endedBy === 'disproved')) continue;
    assert.equal(`${last?.state} ${last?.severity}`, `${alert.state} ${alert.severity}`, `${alert.rule} was told`);
  }
  const received = new Set(receiver.received.map(({ id }) => `${id}-faults sent`));
  assert.deepEqual([...received].sort(), owed.sort());
  assert.deepEqual(receiver.refused, []);
}
