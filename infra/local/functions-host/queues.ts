import { setTimeout } from 'node:timers/promises';
import { type DequeuedMessageItem, type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { QueueTrigger } from './bindings.ts';
import type { RegisteredFunction } from './core-module.ts';
import type { QueueSettings } from './host-json.ts';
import type { Invoker } from './invoke.ts';
import { queueTriggerMetadata } from './queue-metadata.ts';
import type { LogLevel } from './rpc.ts';

export interface QueueFunction {
  readonly fn: RegisteredFunction;
  readonly trigger: QueueTrigger;
}

export interface QueueListener {
  /** Takes no more messages. */
  stop(): void;
  /** Resolves after a stop when the messages at work are deleted or given back. */
  settled(): Promise<void>;
}

export interface QueueListenerOptions {
  readonly queue: QueueFunction;
  readonly connectionString: string;
  readonly settings: QueueSettings;
  /** How long a message stays hidden while its function runs; prolonged at half of it for as long as the host lives. */
  readonly leaseSeconds: number;
  readonly invoker: Invoker;
  readonly log: (level: LogLevel, message: string) => void;
}

const minPollingMs = 100;

/**
 * Works a storage queue as the platform does: up to `batchSize` messages at once and the next batch when no more than
 * `newBatchThreshold` are at work; a failed message is visible again after `visibilityTimeout`; after `maxDequeueCount` tries, or
 * when its text cannot be decoded, it moves to `<queue>-poison`. A killed host leaves its messages hidden until the lease ends.
 */
export function startQueueListener(options: QueueListenerOptions): QueueListener {
  const { queue, settings, leaseSeconds, log } = options;
  const service = QueueServiceClient.fromConnectionString(options.connectionString);
  const client = service.getQueueClient(queue.trigger.queueName);
  const poison = service.getQueueClient(`${queue.trigger.queueName}-poison`);
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  const newBatchThreshold = settings.newBatchThreshold ?? Math.floor(settings.batchSize / 2);

  async function poll(): Promise<void> {
    await client.createIfNotExists();
    let idleMs = minPollingMs;
    while (!stopping.signal.aborted) {
      const { receivedMessageItems } = await client.receiveMessages({
        numberOfMessages: settings.batchSize,
        visibilityTimeout: leaseSeconds,
        abortSignal: stopping.signal,
      });
      for (const message of receivedMessageItems) {
        const work: Promise<void> = processMessage({ client, poison }, message, options).finally(() =>
          working.delete(work),
        );
        working.add(work);
      }
      if (receivedMessageItems.length > 0) {
        idleMs = minPollingMs;
        while (working.size > newBatchThreshold && !stopping.signal.aborted) await Promise.race(working);
      } else {
        await pause(idleMs, stopping.signal);
        idleMs = Math.min(idleMs * 2, settings.maxPollingInterval);
      }
    }
  }

  async function pollForEver(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await poll();
      } catch (error) {
        if (stopping.signal.aborted) return;
        log('warning', `queue ${queue.trigger.queueName}: ${error instanceof Error ? error.message : String(error)}`);
        await pause(settings.maxPollingInterval, stopping.signal);
      }
    }
  }

  const polling = pollForEver();
  return {
    stop: () => stopping.abort(),
    settled: async () => {
      await polling;
      await Promise.allSettled(working);
    },
  };
}

interface Queues {
  readonly client: QueueClient;
  readonly poison: QueueClient;
}

/** Never rejects: what storage refuses is logged, and the message's lease brings it back. */
async function processMessage(
  queues: Queues,
  message: DequeuedMessageItem,
  options: QueueListenerOptions,
): Promise<void> {
  const { queue, settings, leaseSeconds, invoker, log } = options;
  const { client, poison } = queues;
  let receipt = message.popReceipt;
  const update = async (hiddenSeconds: number) => {
    const { popReceipt } = await client.updateMessage(message.messageId, receipt, message.messageText, hiddenSeconds);
    receipt = popReceipt ?? receipt;
  };
  const complain = (error: unknown) =>
    log('warning', `queue ${client.name}, message ${message.messageId}: ${String(error)}`);
  const prolonging = setInterval(() => update(leaseSeconds).catch(complain), leaseSeconds * 500);

  async function moveToPoison(why: string): Promise<void> {
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText);
    await client.deleteMessage(message.messageId, receipt);
    log('error', `queue ${client.name}, message ${message.messageId}: ${why}, moved to ${poison.name}`);
  }

  try {
    const text = decodeText(message.messageText, settings.messageEncoding);
    if (text === undefined) return await moveToPoison('not base64');
    if (message.dequeueCount > settings.maxDequeueCount) return await moveToPoison(`${settings.maxDequeueCount} tries`);
    const event = { data: { string: text }, metadata: queueTriggerMetadata(message, text) };
    const succeeded = await invoker.invoke(queue.fn, event).then(
      () => true,
      () => false,
    );
    if (succeeded) await client.deleteMessage(message.messageId, receipt);
    else if (message.dequeueCount === settings.maxDequeueCount) await moveToPoison(`${settings.maxDequeueCount} tries`);
    else await update(Math.round(settings.visibilityTimeout / 1000));
  } catch (error) {
    complain(error);
  } finally {
    clearInterval(prolonging);
  }
}

function decodeText(text: string, encoding: QueueSettings['messageEncoding']): string | undefined {
  if (encoding === 'none') return text;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Buffer.from(text, 'base64').toString('utf8');
}

/** Waits, or less when the host stops. */
const pause = (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal }).catch(() => {});
