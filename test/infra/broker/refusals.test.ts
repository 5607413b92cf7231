import { describe, expect, it } from 'vitest';
import { codeOf, GROUP, HUB, numbered, openBroker, openConsumer, openProducer, read } from './clients.ts';

describe('the SDK is refused', () => {
  const failureOf = async (work: Promise<unknown>) =>
    codeOf(
      await work.then(
        () => 'success',
        (error: unknown) => error,
      ),
    );

  it('a hub that does not exist', async () => {
    const broker = await openBroker();
    const producer = openProducer(broker.connectionString('elsewhere'));
    expect(await failureOf(producer.sendBatch(numbered(1)))).toBe('MessagingEntityNotFoundError');
    expect(await failureOf(producer.getPartitionIds())).toBe('MessagingEntityNotFoundError');
    const reading = read(openConsumer(broker.connectionString('elsewhere')), '0');
    expect(codeOf(await reading.failed())).toBe('MessagingEntityNotFoundError');
  });

  it('everything with another key', async () => {
    const broker = await openBroker();
    const wrong = broker.connectionString(HUB).replace(/SharedAccessKey=[^;]+/, 'SharedAccessKey=d3Jvbmc=');
    expect(await failureOf(openProducer(wrong).sendBatch(numbered(1)))).toBe('UnauthorizedError');
    expect(await failureOf(openProducer(wrong).getEventHubProperties())).toBe('UnauthorizedError');
    expect(codeOf(await read(openConsumer(wrong), '0').failed())).toBe('UnauthorizedError');
  });

  it('a consumer group or a partition that does not exist', async () => {
    const broker = await openBroker();
    const connectionString = broker.connectionString(HUB);
    const inOtherGroup = read(openConsumer(connectionString, 'elsewhere'), '0');
    expect(codeOf(await inOtherGroup.failed())).toBe('MessagingEntityNotFoundError');
    const ofOtherPartition = read(openConsumer(connectionString), '2');
    expect(codeOf(await ofOtherPartition.failed())).toBe('ArgumentOutOfRangeError');
    expect(await failureOf(openConsumer(connectionString).getPartitionProperties('2'))).toBe('ArgumentOutOfRangeError');
  });

  it('names are the same in upper and lower case', async () => {
    const broker = await openBroker();
    const connectionString = broker.connectionString(HUB.toUpperCase());
    await openProducer(connectionString).sendBatch(numbered(1), { partitionId: '0' });
    await read(openConsumer(connectionString, GROUP.toUpperCase()), '0').has(1);
  });
});
