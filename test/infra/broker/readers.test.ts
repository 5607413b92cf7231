import { type CheckpointStore, EventHubConsumerClient, type ReceivedEventData } from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { uniqueName } from '../../unique-name.ts';
import { codeOf, GROUP, HUB, impatient, numbered, openBroker, openConsumer, openProducer, read } from './clients.ts';

describe('owners of a partition', () => {
  it('a higher epoch takes the partition, and a lower one is refused', async () => {
    const broker = await openBroker();
    const connectionString = broker.connectionString(HUB);
    const first = read(openConsumer(connectionString), '0', { ownerLevel: 1 });
    await openProducer(connectionString).sendBatch(numbered(1), { partitionId: '0' });
    await first.has(1);
    const second = read(openConsumer(connectionString), '0', { ownerLevel: 2 });
    expect(codeOf(await first.failed())).toBe('ReceiverDisconnectedError');
    await second.has(1);
    for (const options of [{ ownerLevel: 1 }, {}])
      expect(codeOf(await read(openConsumer(connectionString), '0', options).failed())).toBe(
        'ReceiverDisconnectedError',
      );
    expect(second.errors).toEqual([]);
  });

  it('readers in another consumer group and of another partition are left alone', async () => {
    const broker = await openBroker();
    const connectionString = broker.connectionString(HUB);
    const producer = openProducer(connectionString);
    const readings = [
      read(openConsumer(connectionString, '$Default'), '0'),
      read(openConsumer(connectionString), '1', { ownerLevel: 1 }),
      read(openConsumer(connectionString), '0', { ownerLevel: 5 }),
    ];
    await producer.sendBatch(numbered(1), { partitionId: '0' });
    await producer.sendBatch(numbered(1), { partitionId: '1' });
    for (const reading of readings) await reading.has(1);
    expect(readings.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('five readers without an epoch share a partition, a sixth is refused', async () => {
    const broker = await openBroker();
    const connectionString = broker.connectionString(HUB);
    await openProducer(connectionString).sendBatch(numbered(1), { partitionId: '0' });
    const five = Array.from({ length: 5 }, () => read(openConsumer(connectionString), '0'));
    await Promise.all(five.map((reading) => reading.has(1)));
    expect(broker.stats().partitions[0]).toMatchObject({ readers: 5 });
    expect(codeOf(await read(openConsumer(connectionString), '0').failed())).toBe('QuotaExceededError');
    await five[0]!.close();
    await vi.waitFor(() => expect(broker.stats().partitions[0]).toMatchObject({ readers: 4 }));
    await read(openConsumer(connectionString), '0').has(1);
  });

  it('a reader that vanishes leaves its seat', async () => {
    const broker = await openBroker();
    const consumer = openConsumer(broker.connectionString(HUB));
    read(consumer, '0', { ownerLevel: 1 });
    await vi.waitFor(() => expect(broker.stats().partitions[0]).toMatchObject({ readers: 1 }));
    await consumer.close();
    await vi.waitFor(() => expect(broker.stats()).toMatchObject({ connections: 0, partitions: [{ readers: 0 }, {}] }));
  });
});

describe('consumers that share a checkpoint store', () => {
  const partitions = 4;

  async function openStore(): Promise<CheckpointStore> {
    const container = new ContainerClient(inject('azurite'), uniqueName('checkpoints'));
    await container.create();
    return new BlobCheckpointStore(container);
  }

  /** Consumes all that its share of the partitions gives, with a checkpoint after each batch. */
  function consume(connectionString: string, store: CheckpointStore, seen: Map<string, number[]>) {
    const client = new EventHubConsumerClient(GROUP, connectionString, store, {
      ...impatient,
      loadBalancingOptions: {
        strategy: 'greedy',
        updateIntervalInMs: 100,
        partitionOwnershipExpirationIntervalInMs: 2_000,
      },
    });
    const owned = new Set<string>();
    const subscription = client.subscribe(
      {
        processInitialize: async ({ partitionId }) => void owned.add(partitionId),
        processClose: async (_reason, { partitionId }) => void owned.delete(partitionId),
        async processEvents(events: ReceivedEventData[], context) {
          const numbers = seen.get(context.partitionId) ?? [];
          seen.set(context.partitionId, [...numbers, ...events.map(({ sequenceNumber }) => sequenceNumber)]);
          const last = events.at(-1);
          if (last !== undefined) await context.updateCheckpoint(last);
        },
        processError: async () => {},
      },
      { maxBatchSize: 50, maxWaitTimeInSeconds: 0.2 },
    );
    const close = async () => {
      await subscription.close();
      await client.close();
    };
    onTestFinished(close);
    return { owned, close };
  }

  it('balance the partitions, take over, and go on where the checkpoints are', async () => {
    const broker = await openBroker({ hubs: [{ name: HUB, partitions, consumerGroups: [GROUP] }] });
    const connectionString = broker.connectionString(HUB);
    const producer = openProducer(connectionString);
    const store = await openStore();
    const seen = new Map<string, number[]>();
    const sendToAll = async (count: number) => {
      for (let partition = 0; partition < partitions; partition++)
        await producer.sendBatch(numbered(count), { partitionId: String(partition) });
    };
    const haveSeen = (count: number) =>
      vi.waitFor(
        () => expect([...seen.values()].map((numbers) => new Set(numbers).size)).toEqual(Array(partitions).fill(count)),
        { timeout: 20_000 },
      );

    const first = consume(connectionString, store, seen);
    await vi.waitFor(() => expect(first.owned.size).toBe(partitions), { timeout: 20_000 });
    await sendToAll(10);
    await haveSeen(10);

    const second = consume(connectionString, store, seen);
    await vi.waitFor(() => expect([first.owned.size, second.owned.size]).toEqual([2, 2]), { timeout: 20_000 });
    await sendToAll(10);
    await haveSeen(20);

    await first.close();
    await vi.waitFor(() => expect(second.owned.size).toBe(partitions), { timeout: 20_000 });
    await sendToAll(10);
    await haveSeen(30);
    for (const numbers of seen.values()) expect(Math.max(...numbers)).toBe(29);
    expect((await store.listCheckpoints('127.0.0.1', HUB, GROUP)).length).toBe(partitions);
  });
});
