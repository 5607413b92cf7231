import { EventHubBufferedProducerClient, latestEventPosition } from '@azure/event-hubs';
import { describe, expect, it } from 'vitest';
import { partitionOfKey } from '../../../infra/local/broker/partition-key.ts';
import { bodies, codeOf, HUB, impatient, numbered, openBroker, openConsumer, openProducer, read } from './clients.ts';

const lastNumbers = (broker: Awaited<ReturnType<typeof openBroker>>) =>
  broker.stats().partitions.map(({ lastSequenceNumber }) => lastSequenceNumber);

describe('sending', () => {
  it("to a partition: numbers, offsets, times and the sender's own properties arrive", async () => {
    const broker = await openBroker({ now: () => 1_795_000_000_123 });
    const producer = openProducer(broker.connectionString(HUB));
    const sent = {
      body: { text: 'Grüße' },
      properties: { source: 'contoso' },
      messageId: 'm-1',
      contentType: 'application/json',
    };
    await producer.sendBatch([sent, { body: Buffer.from([0, 255, 10]) }], { partitionId: '1' });
    const [first, second] = await read(openConsumer(broker.connectionString(HUB)), '1').has(2);
    expect(first).toMatchObject({
      ...sent,
      sequenceNumber: 0,
      offset: '4096',
      enqueuedTimeUtc: new Date(1_795_000_000_123),
    });
    expect(second).toMatchObject({ body: Buffer.from([0, 255, 10]), sequenceNumber: 1 });
    expect(Number(second!.offset)).toBeGreaterThan(4096);
    expect(lastNumbers(broker)).toEqual([-1, 1]);
  });

  it('by key: to the partition that the SDK itself would choose', async () => {
    const broker = await openBroker({ hubs: [{ name: HUB, partitions: 8 }] });
    const producer = openProducer(broker.connectionString(HUB));
    await producer.sendBatch(numbered(3), { partitionKey: 'contoso-gw-1' });
    const buffered = new EventHubBufferedProducerClient(broker.connectionString(HUB), {
      ...impatient,
      maxWaitTimeInMs: 100,
      onSendEventsErrorHandler: async ({ error }) => Promise.reject(error),
    });
    await buffered.enqueueEvents(numbered(3, 3), { partitionKey: 'contoso-gw-1' });
    await buffered.close({ flush: true });
    const chosen = partitionOfKey('contoso-gw-1', 8);
    expect(lastNumbers(broker)).toEqual(Array.from({ length: 8 }, (_, index) => (index === chosen ? 5 : -1)));
    const events = await read(openConsumer(broker.connectionString(HUB), '$Default'), String(chosen)).has(6);
    expect(events.slice(0, 3).map(({ partitionKey }) => partitionKey)).toEqual(Array(3).fill('contoso-gw-1'));
  });

  it('without either: each batch to the next partition', async () => {
    const broker = await openBroker();
    const producer = openProducer(broker.connectionString(HUB));
    for (let count = 0; count < 4; count++) await producer.sendBatch(numbered(2));
    expect(lastNumbers(broker)).toEqual([3, 3]);
  });

  it('in full batches: they fill to the size that the broker tells', async () => {
    const broker = await openBroker();
    const producer = openProducer(broker.connectionString(HUB));
    const batch = await producer.createBatch({ partitionId: '0' });
    expect(batch.maxSizeInBytes).toBe(1024 * 1024);
    const body = Buffer.alloc(10_000, 'x');
    while (batch.tryAdd({ body }));
    expect(batch.count).toBeGreaterThan(100);
    await producer.sendBatch(batch);
    expect(lastNumbers(broker)).toEqual([batch.count - 1, -1]);
  });

  it('of too much: refused, and the link goes on', async () => {
    const broker = await openBroker();
    const producer = openProducer(broker.connectionString(HUB));
    const tooLarge = producer.sendBatch([{ body: Buffer.alloc(1024 * 1024, 'x') }], { partitionId: '0' });
    expect(codeOf(await tooLarge.catch((error: unknown) => error))).toBe('MessageTooLargeError');
    await producer.sendBatch(numbered(1), { partitionId: '0' });
    expect(lastNumbers(broker)).toEqual([0, -1]);
  });
});

describe('receiving', () => {
  async function tenEvents() {
    let clock = 1_795_000_000_000;
    const broker = await openBroker({ now: () => clock });
    const producer = openProducer(broker.connectionString(HUB));
    for (const event of numbered(10)) {
      await producer.sendBatch([event], { partitionId: '0' });
      clock += 1_000;
    }
    const consumer = openConsumer(broker.connectionString(HUB));
    const reading = read(consumer, '0');
    const events = await reading.has(10);
    await reading.close();
    return { producer, consumer, events };
  }

  it('starts at the first event, after an offset, after or at a number, after a time', async () => {
    const { consumer, events } = await tenEvents();
    expect(bodies(events)).toEqual(numbered(10).map(({ body }) => body));
    const { offset, sequenceNumber, enqueuedTimeUtc } = events[6]!;
    const starts = [
      { startPosition: { offset }, first: 7 },
      { startPosition: { sequenceNumber }, first: 7 },
      { startPosition: { sequenceNumber, isInclusive: true }, first: 6 },
      { startPosition: { enqueuedOn: enqueuedTimeUtc }, first: 7 },
    ];
    for (const { startPosition, first } of starts) {
      const reading = read(consumer, '0', { startPosition });
      expect(bodies(await reading.has(10 - first))).toEqual(numbered(10 - first, first).map(({ body }) => body));
      await reading.close();
    }
  });

  it('starts at what comes next', async () => {
    const { producer, consumer } = await tenEvents();
    const { promise: isIdle, resolve } = Promise.withResolvers<void>();
    const reading = read(consumer, '0', { startPosition: latestEventPosition, maxWaitTimeInSeconds: 0.2 }, () =>
      resolve(),
    );
    await isIdle;
    await producer.sendBatch(numbered(2, 10), { partitionId: '0' });
    expect(bodies(await reading.has(2))).toEqual(['event 10', 'event 11']);
  });

  it.each([
    { name: 'a sequence number', startPosition: { sequenceNumber: 99 } },
    { name: 'an offset', startPosition: { offset: '999999' } },
  ])('refuses $name past the end', async ({ startPosition }) => {
    const broker = await openBroker();
    const reading = read(openConsumer(broker.connectionString(HUB)), '0', { startPosition });
    expect(codeOf(await reading.failed())).toBe('ArgumentError');
  });

  it('tells how far the partition reaches', async () => {
    const { consumer } = await tenEvents();
    const told: (number | undefined)[] = [];
    await read(consumer, '0', { trackLastEnqueuedEventProperties: true, maxBatchSize: 3 }, (last) =>
      told.push(last),
    ).has(10);
    expect(new Set(told)).toEqual(new Set([9]));
    expect(await consumer.getPartitionProperties('0')).toMatchObject({
      beginningSequenceNumber: 0,
      lastEnqueuedSequenceNumber: 9,
      lastEnqueuedOnUtc: new Date(1_795_000_009_000),
      isEmpty: false,
    });
  });

  it('gives all events in order when they come faster than they are read', async () => {
    const broker = await openBroker();
    const producer = openProducer(broker.connectionString(HUB));
    const reading = read(openConsumer(broker.connectionString(HUB)), '0', { maxBatchSize: 300 });
    const count = 6_000;
    for (let from = 0; from < count; from += 1_000)
      await producer.sendBatch(numbered(1_000, from), { partitionId: '0' });
    expect(bodies(await reading.has(count))).toEqual(numbered(count).map(({ body }) => body));
  });

  it('gives events larger than a frame, and more of them than a socket holds', async () => {
    const broker = await openBroker();
    const producer = openProducer(broker.connectionString(HUB));
    const body = Buffer.alloc(900_000, 'x');
    for (let count = 0; count < 12; count++) await producer.sendBatch([{ body }], { partitionId: '0' });
    const events = await read(openConsumer(broker.connectionString(HUB)), '0', { maxBatchSize: 12 }).has(12);
    expect(events.every((event) => body.equals(event.body))).toBe(true);
  });
});
