import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { EventHubConsumerClient, EventHubProducerClient, earliestEventPosition } from '@azure/event-hubs';
import { BlobServiceClient, type RestError } from '@azure/storage-blob';
import { eventHub, logContainers, uploadsContainer } from '../../infra/local/stack.ts';
import { between, type Random } from './random.ts';
import { gatewayId, gateways, type Unit } from './records.ts';

/** Something that is sent, and sent again until it is there. */
export interface Step {
  /** Units whose sending waits for a telling. */
  readonly ends?: Unit['ends'];
  send(): Promise<unknown>;
}

export interface Feed {
  /** Each route's steps, one after the other; the routes side by side. */
  readonly routes: Readonly<Record<'hub' | 'uploads' | 'archive', readonly Step[]>>;
  /** How often each unit has come in: once by a blob; as often as the hub has it, since its sender may not know that it was taken. */
  delivered(): Promise<readonly number[]>;
  /** Waits until a batch is on its way to the hub. False when `ending` is aborted first. */
  sending(ending: AbortSignal): Promise<boolean>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly random: Random;
  readonly units: readonly Unit[];
  readonly base: number;
  readonly hub: string;
  readonly storage: string;
}

/** Spreads the units over the event hub, uploads and growing archives, in portions, forms and orders that the seed decides. */
export function feedOf({ random, units, base, hub, storage }: FeedOptions): Feed {
  const blobs = BlobServiceClient.fromConnectionString(storage, {
    retryOptions: { maxTries: 1, tryTimeoutInMs: 5_000 },
  });
  const sender = hubSender(hub);
  const byHub: number[] = [];
  const byUpload: number[] = [];
  const byArchive: number[] = [];
  for (const [index, unit] of units.entries()) {
    const mayBeArchived = unit.gateway !== undefined && unit.ends === undefined;
    const chance = random();
    if (mayBeArchived && chance < 0.5) byArchive.push(index);
    else (chance < 0.7 ? byHub : byUpload).push(index);
  }
  const text = (index: number) => units[index]?.lines.map((line) => `${line}\n`).join('') ?? '';
  const endsOf = (index: number) => units[index]?.ends;

  const hubSteps = grouped(random, byHub, 5, endsOf).map((group): Step => {
    const events = group.map((index) => ({ body: packed(random, text(index)), properties: { unit: index } }));
    const partitionKey = random() < 0.5 ? `sender-${between(random, 0, 8)}` : undefined;
    return { ...endOf(group, endsOf), send: () => sender.send(events, partitionKey) };
  });
  const uploadSteps = grouped(random, byUpload, 4, endsOf).map((group, number): Step => {
    const bytes = packed(random, group.map(text).join(''));
    const blob = blobs.getContainerClient(uploadsContainer).getBlockBlobClient(`contoso/${number}.log`);
    return {
      ...endOf(group, endsOf),
      // Sent again it is not put again: another blob under the name would be another source.
      send: () =>
        blob.upload(bytes, bytes.length, { conditions: { ifNoneMatch: '*' } }).catch(unless('BlobAlreadyExists')),
    };
  });
  const archiveSteps = gateways.flatMap((gateway) => {
    const blob = blobs.getContainerClient(logContainers[0]).getAppendBlobClient(archiveName(gateway, base));
    const texts = byArchive.filter((index) => units[index]?.gateway === gateway).map(text);
    const create = () => blob.create({ conditions: { ifNoneMatch: '*' } }).catch(unless('BlobAlreadyExists'));
    return [
      { send: create },
      ...pieces(random, texts).map(
        ({ offset, bytes }): Step => ({
          send: () =>
            blob
              .appendBlock(bytes, bytes.length, { conditions: { appendPosition: offset } })
              // Ours alone: where it would begin is behind it already, so it is there.
              .catch(unless('AppendPositionConditionNotMet')),
        }),
      ),
    ];
  });

  return {
    routes: { hub: hubSteps, uploads: uploadSteps, archive: archiveSteps },
    delivered: async () => {
      const times = units.map(() => 0);
      for (const index of [...byUpload, ...byArchive]) times[index] = 1;
      for (const index of await unitsInHub(hub)) times[index] = (times[index] ?? 0) + 1;
      return times;
    },
    sending: sender.sending,
    close: sender.close,
  };
}

/** Some bodies come packed, as shippers send them. */
const packed = (random: Random, text: string): Buffer => (random() < 0.3 ? gzipSync(text) : Buffer.from(text));

/** Groups of one to `most`; what waits for a telling is alone, and last. */
function grouped(
  random: Random,
  indices: readonly number[],
  most: number,
  endsOf: (index: number) => unknown,
): number[][] {
  const free = indices.filter((index) => endsOf(index) === undefined);
  const groups: number[][] = [];
  while (free.length > 0) groups.push(free.splice(0, between(random, 1, most + 1)));
  for (const index of indices) if (endsOf(index) !== undefined) groups.push([index]);
  return groups;
}

function endOf(group: readonly number[], endsOf: (index: number) => Unit['ends']): Pick<Step, 'ends'> {
  const ends = endsOf(group[0] ?? -1);
  return ends === undefined ? {} : { ends };
}

function archiveName(gateway: string, base: number): string {
  const [, y, m, d, h] = /^(\d+)-(\d+)-(\d+)T(\d+)/.exec(new Date(base).toISOString()) ?? [];
  return `resourceId=${gatewayId(gateway)}/y=${y}/m=${m}/d=${d}/h=${h}/m=00/PT1H.json`;
}

/** Pieces of an archive, which may end anywhere in the first line of a unit: whole units, and a line that is not one yet. */
function pieces(random: Random, texts: readonly string[]): { offset: number; bytes: Buffer }[] {
  const all = Buffer.from(texts.join(''));
  const cuts = [0];
  let start = 0;
  for (const text of texts) {
    const cut = start + between(random, 0, text.indexOf('\n'));
    if (cut > (cuts.at(-1) ?? 0) && random() < 0.8) cuts.push(cut);
    start += Buffer.byteLength(text);
  }
  return cuts
    .map((offset, index) => ({ offset, bytes: all.subarray(offset, cuts[index + 1] ?? all.length) }))
    .filter(({ bytes }) => bytes.length > 0);
}

/** Takes the answer that says that an earlier try has done it. */
const unless = (code: string) => (error: RestError) => {
  if (error.code !== code) throw error;
};

interface HubEvent {
  readonly body: Buffer;
  readonly properties: { readonly unit: number };
}

/** The real client; after a failure a new one, as a shipper that is started again. */
function hubSender(connectionString: string) {
  const retryOptions = { maxRetries: 1, retryDelayInMs: 300, timeoutInMs: 4_000 };
  const connect = () => new EventHubProducerClient(connectionString, eventHub.name, { retryOptions });
  let producer = connect();
  const close = () => producer.close().catch(() => {});
  let waiting: (() => void)[] = [];
  return {
    send: async (events: HubEvent[], partitionKey: string | undefined) => {
      for (const resolve of waiting) resolve();
      waiting = [];
      try {
        await producer.sendBatch(events, partitionKey === undefined ? {} : { partitionKey });
      } catch (error) {
        await close();
        producer = connect();
        throw error;
      }
    },
    sending: (ending: AbortSignal) =>
      new Promise<boolean>((resolve) => {
        waiting.push(() => resolve(true));
        ending.addEventListener('abort', () => resolve(false));
      }),
    close,
  };
}

/** The unit of every event that the hub has taken, by the hub's own log. */
async function unitsInHub(connectionString: string): Promise<number[]> {
  const consumer = new EventHubConsumerClient('$Default', connectionString, eventHub.name);
  try {
    const partitions = await consumer.getPartitionIds();
    return (await Promise.all(partitions.map((partition) => unitsInPartition(consumer, partition)))).flat();
  } finally {
    await consumer.close();
  }
}

async function unitsInPartition(consumer: EventHubConsumerClient, partition: string): Promise<number[]> {
  const { isEmpty, lastEnqueuedSequenceNumber } = await consumer.getPartitionProperties(partition);
  if (isEmpty) return [];
  const units: number[] = [];
  const { promise: isRead, resolve, reject } = Promise.withResolvers<void>();
  const subscription = consumer.subscribe(
    partition,
    {
      processEvents: async (events) => {
        units.push(...events.map(({ properties }) => Number(properties?.['unit'])));
        if (events.at(-1)?.sequenceNumber === lastEnqueuedSequenceNumber) resolve();
      },
      processError: async (error) => reject(error),
    },
    { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1 },
  );
  await isRead.finally(() => subscription.close());
  return units;
}

/**
 * Sends a route's steps over `feedMs`, each until it is through, and those that end an alert once `isTold`. `waits` is told what
 * it is at.
 */
export async function sendAll(
  steps: readonly Step[],
  feedMs: number,
  isTold: (alert: NonNullable<Unit['ends']>) => boolean,
  stopping: AbortSignal,
  waits: (what: string) => void,
): Promise<void> {
  const pauseMs = feedMs / Math.max(1, steps.length);
  for (const [index, { ends, send }] of steps.entries()) {
    if (ends) waits(`the telling of ${ends.rule} ${ends.about}`);
    while (ends !== undefined && !isTold(ends)) await setTimeout(100, undefined, { signal: stopping });
    waits(`step ${index + 1} of ${steps.length}`);
    await setTimeout(pauseMs, undefined, { signal: stopping });
    while (!(await isSent(send))) await setTimeout(300, undefined, { signal: stopping });
  }
  waits('nothing');
}

const isSent = (send: Step['send']): Promise<boolean> =>
  send().then(
    () => true,
    () => false,
  );
