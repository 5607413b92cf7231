import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { startBlobWatcher } from '../../infra/local/blob-watcher.ts';
import { blobEventsQueue, logContainers, uploadsContainer } from '../../infra/local/stack.ts';
import { tableStore } from '../../shared/store/table/store.ts';
import { temporaryDir } from '../infra/host-process.ts';
import { type AlertAnswer, checkAnalysis, checkOutbox, checkRecords, type Outcome, outcomeOf, same } from './check.ts';
import { type Feed, feedOf, sendAll } from './feed.ts';
import { describeFault, type Fault } from './plan.ts';
import { keys, type Processes, startProcesses } from './processes.ts';
import { randomFrom } from './random.ts';
import { type CountingReceiver, startCountingReceiver } from './receiver.ts';
import { unitsOf } from './records.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
/** How long a fault waits for its write or delivery: nothing of that kind may be left to do. */
const reachMs = 6_000;
/** What a dead process was at is leased to it for up to a minute, and timers then come every half minute; a busy machine takes longer. */
const patienceMs = 300_000;
/** Long enough for what is told too much to come. */
const quietMs = 1_500;

export interface FaultRun {
  /** Decides portions, routes, forms and order. */
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly feedMs: number;
  readonly appPath: string;
  /** The undisturbed run's; without it this is one, and its alerts must be those of `analyze` on the same lines. */
  readonly expected?: Outcome | Promise<Outcome>;
  readonly print?: (line: string) => void;
}

export interface FaultReport {
  readonly outcome: Outcome;
  readonly records: number;
  /** Units that are in the hub more than once, since their sender did not know. */
  readonly sentAgain: number;
  /** Deliveries of an id that had come before. */
  readonly deliveredAgain: number;
  readonly durationMs: number;
}

/**
 * Plays the numbered incident into a stack of real processes of its own, with these faults, and waits until every record is a fact, a
 * count or a dead letter exactly once, and alerts and notifications are the expected ones. Nothing helps the stack to recover.
 * @throws AssertionError with the last difference when that does not come.
 */
export async function faultRun(options: FaultRun): Promise<FaultReport> {
  const startedAt = Date.now();
  const { seed, faults, feedMs, appPath, expected, print = () => {} } = options;
  const dir = temporaryDir();
  const closing: (() => Promise<unknown>)[] = [async () => rmSync(dir, { recursive: true, force: true })];
  const stopping = new AbortController();
  try {
    const receiver = await startCountingReceiver(secret);
    closing.push(receiver.stop);
    const settings = {
      TUNNELWATCH_ALLOW_LOCAL_RECEIVERS: 'true',
      TUNNELWATCH_SETTLE_SECONDS: '2',
      FAULTS_SECRET: secret,
    };
    const processes = await startProcesses({ dir, appPath, settings, print });
    closing.push(processes.stop);
    await register(processes, receiver);
    const watcher = await startWatcher(processes, dir);
    closing.push(watcher.stop);

    const base = Date.now() - 1_000;
    const random = randomFrom(seed);
    const units = unitsOf(random, base);
    const storage = processes.storage.proxy.connectionString;
    const feed = feedOf({ random, units, base, hub: processes.hub.connectionString, storage });
    closing.push(feed.close);
    const inflicted = Promise.all(faults.map((fault) => inflict(fault, { processes, receiver, feed, print })));
    // On whatever fails the rest is waited for: nobody may restart a process after the end.
    closing.push(() => Promise.allSettled([inflicted]));
    const fed = sendEverything(feed, feedMs, receiver, stopping.signal);
    closing.push(async () => {
      stopping.abort();
      await Promise.allSettled([fed]);
    });
    await Promise.all([inflicted, fed]);
    print('sent, and all processes are back');

    const delivered = await feed.delivered();
    const store = tableStore({ connectionString: storage });
    const undisturbed = await expected;
    const check = async () => {
      const alerts = await alertsOf(processes);
      const outcome = outcomeOf(alerts, receiver, base);
      if (undisturbed) {
        same(outcome.alerts, undisturbed.alerts, 'alerts');
        same(outcome.notifications, undisturbed.notifications, 'notifications');
      } else await checkAnalysis(alerts, units);
      const { records, repeated } = await checkRecords(store, units, delivered);
      await checkOutbox(store, receiver);
      return { outcome, records, sentAgain: repeated };
    };
    await eventually(check, print);
    await setTimeout(quietMs);
    const checked = await check();
    return {
      ...checked,
      deliveredAgain: receiver.received.length - new Set(receiver.received.map(({ id }) => id)).size,
      durationMs: Date.now() - startedAt,
    };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

interface Scene {
  readonly processes: Processes;
  readonly receiver: CountingReceiver;
  readonly feed: Feed;
  readonly print: (line: string) => void;
}

async function inflict(fault: Fault, { processes, receiver, feed, print }: Scene): Promise<void> {
  const { victim, kind, moment, afterMs, forMs } = fault;
  await setTimeout(afterMs);
  const late = AbortSignal.timeout(reachMs);
  let goOn: (() => void) | undefined;
  let reached = true;
  if (moment === 'delivery') reached = await receiver.next(late);
  else if (moment === 'sending') reached = await feed.sending(late);
  else if (moment !== 'at once') {
    goOn = await processes.storage.proxy.hold(moment, late);
    reached = goOn !== undefined;
  }
  print(`${describeFault(fault)}${reached ? '' : ', which did not come'}`);
  const done = processes.inflict(victim, kind, forMs);
  // The write goes on once the fault has struck; how the process comes back it does not wait for.
  await Promise.race([done, setTimeout(500)]);
  goOn?.();
  await done;
  print(`${victim} is back`);
}

async function register({ host }: Processes, receiver: CountingReceiver): Promise<void> {
  const body = JSON.stringify({ url: receiver.url, secrets: [{ setting: 'FAULTS_SECRET' }] });
  const response = await call(host.url, 'receivers/faults', { method: 'PUT', body });
  assert.equal(response.status, 200, await response.text());
}

const call = (url: string, path: string, init: RequestInit = {}) =>
  fetch(`${url}/api/${path}`, {
    ...init,
    headers: { 'x-functions-key': keys.functionKey, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(20_000),
  });

async function startWatcher({ storage }: Processes, dir: string) {
  const { connectionString } = storage.proxy;
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for (const container of [uploadsContainer, ...logContainers]) await blobs.getContainerClient(container).create();
  return startBlobWatcher({
    connectionString,
    queueConnectionString: connectionString,
    queueName: blobEventsQueue,
    containers: [uploadsContainer, 'insights-logs-*'],
    statePath: join(dir, 'watcher.json'),
    intervalMs: 500,
  });
}

/** Every route at once, as senders that know nothing of each other. @throws Error that says what each waits for, when they do not get through. */
async function sendEverything(
  { routes }: Feed,
  feedMs: number,
  receiver: CountingReceiver,
  stopping: AbortSignal,
): Promise<void> {
  const isTold = ({ rule, about }: { readonly rule: string; readonly about: string }) =>
    receiver.received.some((one) => one.rule === rule && one.entity.split(/[ |]/).at(-1) === about);
  const waiting: Record<string, string> = {};
  const sent = Object.entries(routes).map(([route, steps]) =>
    sendAll(steps, feedMs, isTold, stopping, (what) => {
      waiting[route] = what;
    }),
  );
  const over = new AbortController();
  const late = setTimeout(feedMs + patienceMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not everything could be sent, it waits for ${JSON.stringify(waiting)}`);
  });
  late.catch(() => {});
  await Promise.race([Promise.all(sent), late]).finally(() => over.abort());
}

/** Tries until nothing is thrown; the last failure when the patience is over. */
async function eventually(check: () => Promise<unknown>, print: (line: string) => void): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let said = '';
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      if (String(error) !== said) print(String(error));
      said = String(error);
      await setTimeout(2_000);
    }
  }
}

async function alertsOf({ host }: Processes): Promise<AlertAnswer[]> {
  const response = await call(host.url, 'alerts?limit=1000');
  const body = JSON.parse(await response.text());
  assert.equal(body.next, null, 'alerts fit one page');
  return body.items;
}
