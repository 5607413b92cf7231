import { setTimeout } from 'node:timers/promises';
import {
  EventHubConsumerClient,
  earliestEventPosition,
  type PartitionContext,
  type ReceivedEventData,
} from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { BlobServiceClient } from '@azure/storage-blob';
import type { EventHubTrigger } from './bindings.ts';
import type { RegisteredFunction } from './core-module.ts';
import { eventHubTriggerMetadata } from './event-hub-metadata.ts';
import type { EventHubSettings } from './host-json.ts';
import type { Invoker, TriggerEvent } from './invoke.ts';
import type { Log } from './log.ts';
import { type RetryPolicy, readRetryPolicy, retryDelayMs } from './retry-policy.ts';

export interface EventHubListenerOptions {
  readonly hub: { readonly fn: RegisteredFunction; readonly trigger: EventHubTrigger };
  readonly connectionString: string;
  /** Storage of the host: checkpoints and who reads which partition. */
  readonly hostStorage: string;
  readonly settings: EventHubSettings;
  readonly invoker: Invoker;
  readonly log: Log;
}

export interface EventHubListener {
  /** Takes no more events and ends back-offs. */
  stop(): void;
  /** Resolves after a stop when no batch is at work and the partitions are given up. */
  settled(): Promise<void>;
}

/** Where the platform keeps its checkpoints. */
export const checkpointContainer = 'azure-webjobs-eventhub';
const startAgainMs = 2_000;
/**
 * How long a wait for events lasts before the client asks again. A client that waits does not notice that its connection is gone, so
 * this is also how soon it is back after the hub was away. Each time it gives the hub more credit, which a quiet hour makes a lot.
 */
const idleSeconds = 3;
const clientRetry = { maxRetries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 5_000, timeoutInMs: 10_000 };

/**
 * Reads an event hub as the platform does: partitions shared with other hosts through blobs, one batch of a partition at a time,
 * and the checkpoint after it **whether or not the function succeeded**. A retry policy runs before that, in memory, and holds the
 * partition; what was at work when the host stops, or when the partition went to another host, gets no checkpoint and comes again.
 */
export function startEventHubListener(options: EventHubListenerOptions): EventHubListener {
  const { settings, log } = options;
  const { eventHubName, consumerGroup } = options.hub.trigger;
  const policy = readRetryPolicy(options.hub.fn.metadata);
  const container = BlobServiceClient.fromConnectionString(options.hostStorage).getContainerClient(checkpointContainer);
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  /** The reading of a partition, aborted when it ends for whatever reason. */
  const readings = new WeakMap<PartitionContext, AbortController>();
  const warn = (what: string, error: unknown) => log('warning', `event hub ${eventHubName}${what}: ${oneLine(error)}`);

  const consumer = new EventHubConsumerClient(
    consumerGroup,
    options.connectionString,
    eventHubName,
    new BlobCheckpointStore(container),
    {
      retryOptions: clientRetry,
      loadBalancingOptions: {
        strategy: 'greedy',
        updateIntervalInMs: settings.loadBalancingUpdateInterval,
        partitionOwnershipExpirationIntervalInMs: settings.partitionOwnershipExpirationInterval,
      },
    },
  );

  async function processEvents(events: readonly ReceivedEventData[], partition: PartitionContext): Promise<void> {
    const last = events.at(-1);
    const reading = readings.get(partition);
    if (last === undefined || reading === undefined) return;
    const ending = AbortSignal.any([stopping.signal, reading.signal]);
    if (ending.aborted) return;
    await runBatch({ events, partition, policy, ending }, options);
    // What throws here ends the reading; the next one begins at the checkpoint that is there.
    if (!ending.aborted) await partition.updateCheckpoint(last);
  }

  async function listen(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await container.createIfNotExists();
        break;
      } catch (error) {
        warn(', host storage', error);
        await pause(startAgainMs, stopping.signal);
      }
    }
    if (stopping.signal.aborted) return;
    consumer.subscribe(
      {
        processInitialize: async (partition) => void readings.set(partition, new AbortController()),
        processClose: async (_reason, partition) => readings.get(partition)?.abort(),
        processError: async (error, { partitionId }) => {
          if (!stopping.signal.aborted) warn(partitionId === '' ? '' : `, partition ${partitionId}`, error);
        },
        processEvents: (events, partition) => {
          const work: Promise<void> = processEvents(events, partition).finally(() => working.delete(work));
          working.add(work);
          return work;
        },
      },
      {
        startPosition: earliestEventPosition,
        maxBatchSize: settings.maxEventBatchSize,
        prefetchCount: settings.prefetchCount,
        maxWaitTimeInSeconds: idleSeconds,
        // Exact bytes: the client would parse, and lose the digits of big numbers.
        skipParsingBodyAsJson: true,
      },
    );
  }

  const listening = listen();
  let closed: Promise<void> | undefined;
  return {
    stop: () => {
      stopping.abort();
      closed ??= listening.then(() => consumer.close()).catch((error: unknown) => warn(' at the stop', error));
    },
    settled: async () => {
      await closed;
      await Promise.allSettled(working);
    },
  };
}

interface Batch {
  readonly events: readonly ReceivedEventData[];
  readonly partition: PartitionContext;
  readonly policy: RetryPolicy | undefined;
  readonly ending: AbortSignal;
}

/** Runs the function on a batch until it succeeds, its retry policy has no more tries, or `ending` is aborted. Never rejects. */
async function runBatch(
  { events, partition, policy, ending }: Batch,
  { hub: { fn }, invoker, log }: EventHubListenerOptions,
): Promise<void> {
  const metadata = eventHubTriggerMetadata(events, partition);
  let failure: unknown;
  for (let retryCount = 0; ; ) {
    try {
      const event: TriggerEvent = {
        data: { collectionBytes: { bytes: events.map(bodyBytes) } },
        metadata,
        ...(policy && {
          retryContext: {
            retryCount,
            maxRetryCount: policy.maxRetryCount,
            ...(retryCount > 0 && { exception: { message: failure instanceof Error ? failure.message : '' } }),
          },
        }),
      };
      await invoker.invoke(fn, event);
      return;
    } catch (error) {
      failure = error;
    }
    if (!policy) return;
    retryCount += 1;
    const delayMs = retryDelayMs(policy, retryCount);
    if (delayMs === undefined) {
      log('error', `${fn.metadata.name}: all retries have failed`);
      return;
    }
    log(
      'information',
      `${fn.metadata.name}: waiting ${delayMs / 1000} s before retry ${retryCount} (max ${policy.maxRetryCount})`,
    );
    await pause(delayMs, ending);
    if (ending.aborted) {
      log('warning', `${fn.metadata.name}: invocation cancelled, exiting retry loop`);
      return;
    }
  }
}

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');

/** @throws Error on an event whose AMQP body is not data, which the platform's extension does not read either. */
function bodyBytes({ body, getRawAmqpMessage }: ReceivedEventData): Uint8Array {
  const { bodyType } = getRawAmqpMessage();
  if (!(body instanceof Uint8Array)) throw new Error(`an event has an AMQP ${bodyType} body: only data is read`);
  return body;
}

/** Waits, or less when it is aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal }).catch(() => {});
