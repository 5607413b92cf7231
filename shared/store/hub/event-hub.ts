import type { EventHubConsumerClient, ReceivedEventData } from '@azure/event-hubs';
import { MINUTE, type Millis } from '../../model/time.ts';
import type { Hub, HubEvent, HubPartition } from '../../pipeline/hub.ts';
import { managedIdentity } from '../table/managed-identity.ts';

export type HubConnection =
  | { readonly connectionString: string }
  /** Reached by the app's managed identity. */
  | { readonly fullyQualifiedNamespace: string };

export interface HubOptions {
  readonly name: string;
  readonly consumerGroup: string;
  readonly now: () => Millis;
}

const CREATION_CACHE: Millis = MINUTE;
const BATCH = 200;
/** How long a gap's events are waited for: they are in the hub, or they have expired. */
const WAIT_SECONDS = 5;

/** The hub itself, by the Event Hubs SDK, which loads when the first question is asked. */
export function eventHubOf(connection: HubConnection, options: HubOptions): Hub {
  const { name, consumerGroup, now } = options;
  let client: Promise<EventHubConsumerClient> | undefined;
  let created: { readonly at: Millis; readonly createdAt: Millis } | undefined;
  const open = (): Promise<EventHubConsumerClient> => {
    client ??= connect(connection, name, consumerGroup).catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    return client;
  };
  return {
    name,
    async createdAt() {
      if (created && now() - created.at < CREATION_CACHE) return created.createdAt;
      const { createdOn } = await (await open()).getEventHubProperties();
      created = { at: now(), createdAt: createdOn.getTime() };
      return created.createdAt;
    },
    async partitions() {
      const hub = await open();
      const ids = await hub.getPartitionIds();
      return Promise.all(
        ids.map(async (partition): Promise<HubPartition> => {
          const seen = await hub.getPartitionProperties(partition);
          return {
            partition,
            lastSequenceNumber: seen.isEmpty ? -1 : seen.lastEnqueuedSequenceNumber,
            lastEnqueuedAt: seen.lastEnqueuedOnUtc.getTime(),
            firstSequenceNumber: seen.beginningSequenceNumber,
          };
        }),
      );
    },
    async *read(partition, from, to) {
      yield* readRange(await open(), partition, from, to);
    },
  };
}

async function connect(connection: HubConnection, name: string, group: string): Promise<EventHubConsumerClient> {
  const { EventHubConsumerClient: Client } = await import('@azure/event-hubs');
  const retryOptions = { timeoutInMs: 15_000, retryDelayInMs: 1_000, maxRetries: 2 };
  return 'connectionString' in connection
    ? new Client(group, connection.connectionString, name, { retryOptions })
    : new Client(group, connection.fullyQualifiedNamespace, name, managedIdentity(process.env), { retryOptions });
}

/** Events `from` to `to`, batch by batch, by a subscription that ends when the range, or what is left of it, is through. */
async function* readRange(
  client: EventHubConsumerClient,
  partition: string,
  from: number,
  to: number,
): AsyncGenerator<readonly HubEvent[]> {
  const waiting: (readonly ReceivedEventData[] | Error)[] = [];
  let wake = (): void => undefined;
  const put = (item: readonly ReceivedEventData[] | Error): void => {
    waiting.push(item);
    wake();
  };
  const subscription = client.subscribe(
    partition,
    { processEvents: async (events) => put(events), processError: async (error) => put(error) },
    {
      startPosition: { sequenceNumber: from, isInclusive: true },
      maxBatchSize: BATCH,
      maxWaitTimeInSeconds: WAIT_SECONDS,
      skipParsingBodyAsJson: true,
    },
  );
  try {
    for (;;) {
      const item = waiting.shift();
      if (item === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (item instanceof Error) throw item;
      const events = item.filter((event) => event.sequenceNumber <= to).map(hubEvent);
      if (events.length > 0) yield events;
      const last = item.at(-1);
      if (last === undefined || last.sequenceNumber >= to) return;
    }
  } finally {
    await subscription.close();
  }
}

const hubEvent = ({ body, sequenceNumber, enqueuedTimeUtc }: ReceivedEventData): HubEvent => ({
  body: body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null)),
  sequenceNumber,
  enqueuedAt: enqueuedTimeUtc.getTime(),
});
