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
import { startBrokerChild } from '../../infra/local/broker/broker-child.ts';
import { type HostChild, type HostChildOptions, startHostChild } from '../../infra/local/host-child.ts';
import { blobEventsQueue, eventHub, logContainers, uploadsContainer } from '../../infra/local/stack.ts';
import { parseEntityId } from '../../shared/model/entity.ts';
import { cursorSchema } from '../../shared/pipeline/cursor.ts';
import type { Store } from '../../shared/store/ports.ts';
import { tableStore } from '../../shared/store/table/store.ts';
import { repositoryDir, temporaryDir } from '../infra/host-process.ts';
import { type Incident, incidentOf } from './incident.ts';
import { between, type Random, randomFrom } from './random.ts';
import { type CountingReceiver, startCountingReceiver } from './receiver.ts';
import { type CrashPoint, startStorageProxy, WRITES } from './storage-proxy.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const keys = { functionKey: 'function-key', masterKey: 'master-key' };
/** A dead host's leases end by themselves, the longest after a minute; timers then come every half minute. */
const patienceMs = 150_000;
/** How long a kill waits for its point: nothing of that kind may be left to do. */
const reachMs = 20_000;

export interface FaultRun {
  /** Decides where the incident is cut into portions, and what it is about. */
  readonly seed: number;
  /** Where the host is killed, one after the other. */
  readonly points: readonly Moment[];
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
 * Plays a numbered incident into a real host on a real Azurite, kills the host with SIGKILL again and again at the given
 * points, and compares what is there in the end with `analyze` on the same files. Throws an AssertionError on any difference.
 */
export async function faultRun({ seed, points, print = () => {} }: FaultRun): Promise<FaultReport> {
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

    const proxy = await startStorageProxy(azurite);
    closing.push(proxy.stop);
    // The app has an event hub as well; nothing comes by it here.
    const hub = await startBrokerChild({ hubs: [eventHub] });
    closing.push(() => hub.stop());
    const connections = { storage: proxy.connectionString, hub: hub.connectionString() };
    const startHost = () => startHostChild(hostOptions(connections, appPath, dir, print));
    let host = await startHost();
    closing.push(() => host.stop());
    await register(host, receiver);
    const watcher = await startWatcher(azurite, dir);
    closing.push(watcher.stop);
    const portions = portionsOf(incident, points.length + 1, random);
    const killedDuring: string[] = [];
    for (const [kill, point] of points.entries()) {
      // Each start finds fresh work: what a dead host was at is leased to it for a while.
      const reached = point === 'delivery' ? receiver.next(reachMs) : proxy.reach(point, reachMs);
      await play(azurite, portions[kill]);
      const isReached = await reached;
      await host.kill();
      killedDuring.push(isReached ? nameOf(point) : 'rest');
      print(`killed during ${killedDuring.at(-1)}, ${receiver.received.length} notifications so far`);
      host = await startHost();
    }
    await play(azurite, portions.at(-1));
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

/** `delivery`: a receiver has the notification, and the host does not know it yet. */
export type Moment = CrashPoint | 'delivery';

/** Points at random: deliveries, and each kind of write before and after, none a second time before all had their turn. */
export function crashPoints(random: Random, kills: number): Moment[] {
  const all: Moment[] = ['delivery'];
  for (const { write, atLeast } of WRITES) {
    for (const when of ['before', 'after'] as const) all.push({ write, when, skip: between(random, 0, atLeast) });
  }
  const deck = all.map((point) => ({ point, at: random() })).toSorted((a, b) => a.at - b.at);
  return Array.from({ length: kills }, (_, kill) => deck[kill % deck.length]?.point ?? 'delivery');
}

const nameOf = (point: Moment): string =>
  point === 'delivery' ? point : `${point.when} write ${point.skip + 1} of ${point.write}`;

interface Connections {
  readonly storage: string;
  readonly hub: string;
}

const hostOptions = (
  { storage, hub }: Connections,
  appPath: string,
  dir: string,
  print: (line: string) => void,
): HostChildOptions => ({
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
    AzureWebJobsStorage: storage,
    TUNNELWATCH_STORAGE: storage,
    TUNNELWATCH_HUB: hub,
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

type Portion = (blobs: BlobServiceClient) => Promise<unknown>;

/** The incident in portions: some uploads, and a piece of each archive blob that ends anywhere, in the middle of a line as well. */
function portionsOf({ uploads, archives }: Incident, count: number, random: Random): Portion[][] {
  const portions: Portion[][] = Array.from({ length: count }, () => []);
  for (const [index, { name, bytes }] of uploads.entries()) {
    portions[index % count]?.push((blobs) =>
      blobs.getContainerClient(uploadsContainer).getBlockBlobClient(name).upload(bytes, bytes.length),
    );
  }
  for (const { name, text } of archives) {
    const bytes = Buffer.from(text);
    const cuts = [0, ...Array.from({ length: count - 1 }, () => between(random, 0, bytes.length)), bytes.length];
    cuts.sort((a, b) => a - b);
    for (const [index, portion] of portions.entries()) {
      const piece = bytes.subarray(cuts[index], cuts[index + 1]);
      if (piece.length === 0) continue;
      portion.push(async (blobs) => {
        const blob = blobs.getContainerClient(logContainers[0]).getAppendBlobClient(name);
        await blob.createIfNotExists();
        await blob.appendBlock(piece, piece.length);
      });
    }
  }
  return portions;
}

async function play({ connectionString }: Azurite, portions: readonly Portion[] = []): Promise<void> {
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for (const portion of portions) await portion(blobs);
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
