import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventHubConsumerClient,
  type EventHubConsumerClientOptions,
  EventHubProducerClient,
  earliestEventPosition,
  type MessagingError,
  type ReceivedEventData,
  type SubscribeOptions,
} from '@azure/event-hubs';
import { onTestFinished } from 'vitest';
import { type Broker, type BrokerOptions, startBroker } from '../../../infra/local/broker/broker.ts';

export const HUB = 'tunnels';
export const GROUP = 'tunnelwatch';

/** The defaults are 60 s and 30 s: a test would hang instead of fail. */
export const impatient = {
  retryOptions: { maxRetries: 1, retryDelayInMs: 50, maxRetryDelayInMs: 200, timeoutInMs: 8_000 },
};

/** A broker for one test, on a free port. */
export async function openBroker(options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const broker = await startBroker({
    port: 0,
    hubs: [{ name: HUB, partitions: 2, consumerGroups: [GROUP] }],
    ...options,
  });
  onTestFinished(() => broker.stop());
  return broker;
}

export function openProducer(connectionString: string): EventHubProducerClient {
  const producer = new EventHubProducerClient(connectionString, impatient);
  onTestFinished(() => producer.close());
  return producer;
}

export function openConsumer(
  connectionString: string,
  group = GROUP,
  options: EventHubConsumerClientOptions = impatient,
): EventHubConsumerClient {
  const consumer = new EventHubConsumerClient(group, connectionString, options);
  onTestFinished(() => consumer.close());
  return consumer;
}

export interface Reading {
  readonly events: ReceivedEventData[];
  readonly errors: (Error | MessagingError)[];
  /** Resolves when so many events have come. */
  has(count: number): Promise<ReceivedEventData[]>;
  /** Resolves with the first error. */
  failed(): Promise<Error | MessagingError>;
  close(): Promise<void>;
}

/** Reads one partition in the background, from the first event unless told otherwise. */
export function read(
  consumer: EventHubConsumerClient,
  partitionId: string,
  options: SubscribeOptions = {},
  onBatch: (lastEnqueued: number | undefined) => void = () => {},
): Reading {
  const events: ReceivedEventData[] = [];
  const errors: (Error | MessagingError)[] = [];
  const waiting: { readonly isDone: () => boolean; readonly resolve: () => void }[] = [];
  const check = () => {
    for (const { isDone, resolve } of waiting) if (isDone()) resolve();
  };
  const until = (isDone: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting.push({ isDone, resolve });
      check();
    });
  const subscription = consumer.subscribe(
    partitionId,
    {
      async processEvents(batch, context) {
        events.push(...batch);
        onBatch(context.lastEnqueuedEventProperties?.sequenceNumber);
        check();
      },
      async processError(error) {
        errors.push(error);
        check();
      },
    },
    { startPosition: earliestEventPosition, maxBatchSize: 100, maxWaitTimeInSeconds: 1, ...options },
  );
  return {
    events,
    errors,
    has: (count) => until(() => events.length >= count).then(() => events),
    failed: () => until(() => errors.length > 0).then(() => errors[0]!),
    close: () => subscription.close(),
  };
}

/** The SDK's code of an error; of the first, where it gives one for each attempt. */
export const codeOf = (error: unknown): unknown => {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? error.code : error;
};

export const bodies = (events: readonly ReceivedEventData[]): unknown[] => events.map(({ body }) => body);

/** A folder that is gone after the test. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tunnelwatch-broker-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** `count` numbered events. */
export const numbered = (count: number, from = 0): { body: string }[] =>
  Array.from({ length: count }, (_, index) => ({ body: `event ${from + index}` }));
