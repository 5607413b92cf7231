import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ReceivedEventData } from '@azure/event-hubs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBroker } from '../../../infra/local/broker/broker.ts';
import { startBrokerChild } from '../../../infra/local/broker/broker-child.ts';
import { isRunning } from '../host-process.ts';
import { bodies, GROUP, HUB, numbered, openBroker, openConsumer, openProducer, read, temporaryDir } from './clients.ts';

const hubs = [{ name: HUB, partitions: 2, consumerGroups: [GROUP] }];
const brokerUrl = (file: string) => new URL(`../../../infra/local/broker/${file}`, import.meta.url).href;

/** Tries for longer than a restart takes. */
const patient = { retryOptions: { maxRetries: 50, retryDelayInMs: 100, maxRetryDelayInMs: 200, timeoutInMs: 5_000 } };

async function openChild(dataDir: string | undefined, port = 0) {
  const child = await startBrokerChild({ port, hubs, ...(dataDir === undefined ? {} : { dataDir }) });
  onTestFinished(() => child.stop());
  return child;
}

const numbersOf = (events: readonly ReceivedEventData[]) =>
  events.map(({ sequenceNumber, offset, enqueuedTimeUtc }) => ({ sequenceNumber, offset, enqueuedTimeUtc }));

describe('a broker that comes back', () => {
  it.each(['stop', 'kill'] as const)('keeps events, numbers, offsets and key after %s', async (end) => {
    const dataDir = temporaryDir();
    const first = await openChild(dataDir);
    await openProducer(first.connectionString(HUB)).sendBatch(numbered(20), { partitionId: '1' });
    const reading = read(openConsumer(first.connectionString(HUB)), '1');
    // Now, for this reader finds the broker again and reads on.
    const before = numbersOf(await reading.has(20));
    const created = (await openConsumer(first.connectionString(HUB)).getEventHubProperties()).createdOn;
    await first[end]();
    expect(isRunning(first.pid)).toBe(false);

    const second = await openChild(dataDir, first.port);
    expect(second.connectionString(HUB)).toBe(first.connectionString(HUB));
    const consumer = openConsumer(second.connectionString(HUB));
    await openProducer(second.connectionString(HUB)).sendBatch(numbered(1, 20), { partitionId: '1' });
    const after = await read(consumer, '1').has(21);
    expect(numbersOf(after).slice(0, 20)).toEqual(before);
    expect(after[20]).toMatchObject({ sequenceNumber: 20, body: 'event 20' });
    expect((await consumer.getEventHubProperties()).createdOn).toEqual(created);
  });

  it('is found again by a reader and a sender that were open all the time', async () => {
    const dataDir = temporaryDir();
    const first = await openChild(dataDir);
    const producer = openProducer(first.connectionString(HUB));
    await producer.sendBatch(numbered(3), { partitionId: '0' });
    const reading = read(openConsumer(first.connectionString(HUB), GROUP, patient), '0');
    await reading.has(3);
    await first.kill();
    await openChild(dataDir, first.port);
    await producer.sendBatch(numbered(3, 3), { partitionId: '0' });
    expect(bodies(await reading.has(6))).toEqual(numbered(6).map(({ body }) => body));
  });

  it('without a folder has forgotten all, so that an old position is an error', async () => {
    const first = await openBroker({ key: 'c3ludGhldGlj' });
    await openProducer(first.connectionString(HUB)).sendBatch(numbered(5), { partitionId: '0' });
    await first.stop();
    const second = await openBroker({ key: 'c3ludGhldGlj' });
    const reading = read(openConsumer(second.connectionString(HUB)), '0', { startPosition: { sequenceNumber: 4 } });
    expect(await reading.failed()).toMatchObject({ code: 'ArgumentError' });
  });

  it('may have more partitions than before, but not fewer', async () => {
    const dataDir = temporaryDir();
    await (await startBroker({ port: 0, dataDir, hubs })).stop();
    await expect(startBroker({ port: 0, dataDir, hubs: [{ name: HUB, partitions: 1 }] })).rejects.toThrow(
      /2 partitions/,
    );
    const wider = await openBroker({ dataDir, hubs: [{ name: HUB, partitions: 3 }] });
    expect(wider.stats().partitions).toHaveLength(3);
  });
});

describe('a broker that goes', () => {
  it('leaves its clients with an error that they may try again', async () => {
    const broker = await openBroker();
    const producer = openProducer(broker.connectionString(HUB));
    await producer.sendBatch(numbered(1));
    await broker.stop();
    const error: unknown = await producer.sendBatch(numbered(1)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ retryable: true });
  });

  it('leaves nothing that keeps the process alive', async () => {
    const script = `
      import { createContainer } from '${brokerUrl('amqp.ts')}';
      import { startBroker } from '${brokerUrl('broker.ts')}';
      const broker = await startBroker({ port: 0, hubs: [{ name: 'tunnels', partitions: 1 }] });
      const connection = createContainer().connect({ host: '127.0.0.1', port: broker.port, reconnect: false });
      connection.on('connection_error', () => {});
      connection.on('connection_open', () => broker.stop().then(() => console.log('stopped')));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      timeout: 20_000,
    });
    expect(stdout).toBe('stopped\n');
  });

  it('says in one line which port is taken', async () => {
    const first = await openChild(undefined);
    await expect(openChild(undefined, first.port)).rejects.toThrow(`port ${first.port} is in use`);
  });
});
