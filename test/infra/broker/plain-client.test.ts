import type { EventContext } from 'rhea';
import { describe, expect, it } from 'vitest';
import { message } from '../../../infra/local/broker/amqp.ts';
import { HUB, numbered, openBroker, openConsumer, openProducer, read } from './clients.ts';
import { connectPlain, next, plainLogin } from './plain-client.ts';

describe('a plain AMQP client', () => {
  it('logs in with the key, sends single messages and reads them', async () => {
    const broker = await openBroker();
    const connection = connectPlain(broker, plainLogin(broker));
    const sender = connection.open_sender(`${HUB}/Partitions/0`);
    await next(sender, 'sendable');
    sender.send({ body: message.data_section(Buffer.from('single')) });
    await next(sender, 'accepted');
    const receiver = connection.open_receiver(`${HUB}/ConsumerGroups/$Default/Partitions/0`);
    const received = await new Promise<EventContext>((resolve) => receiver.once('message', resolve));
    expect(received.message?.message_annotations).toMatchObject({ 'x-opt-sequence-number': 0 });
    const [event] = await read(openConsumer(broker.connectionString(HUB)), '0').has(1);
    expect(String(event?.body)).toBe('single');
  });

  it('has its rubbish rejected, and its next message taken', async () => {
    const broker = await openBroker();
    const sender = connectPlain(broker, plainLogin(broker)).open_sender(HUB);
    await next(sender, 'sendable');
    sender.send(Buffer.from('rubbish'), undefined, 0x80013700);
    const { delivery } = await next(sender, 'rejected');
    expect(delivery?.remote_state?.['error']).toMatchObject({ condition: 'amqp:decode-error' });
    sender.send({ body: message.data_section(Buffer.from('fine')) });
    await next(sender, 'accepted');
  });

  it('is refused with a wrong password', async () => {
    const broker = await openBroker();
    const connection = connectPlain(broker, { ...plainLogin(broker), password: 'wrong' });
    const { error } = await next(connection, 'connection_error');
    expect(error).toMatchObject({ condition: 'amqp:unauthorized-access' });
  });

  it('gets nothing without a token, whatever name it gives', async () => {
    const broker = await openBroker();
    const connection = connectPlain(broker, { username: 'RootManageSharedAccessKey' });
    connection.open_sender(HUB);
    const { sender } = await next(connection, 'sender_error');
    expect(sender?.error).toMatchObject({ condition: 'amqp:unauthorized-access' });
    connection.open_receiver(`${HUB}/Partitions/0`);
    const { receiver } = await next(connection, 'receiver_error');
    expect(receiver?.error).toMatchObject({ condition: 'amqp:unauthorized-access' });
  });

  it('reads over several links of one session, of which one gives no credit', async () => {
    const broker = await openBroker();
    const count = 3_000;
    const producer = openProducer(broker.connectionString(HUB));
    await producer.sendBatch(numbered(count), { partitionId: '0' });
    await producer.sendBatch(numbered(count), { partitionId: '1' });
    const connection = connectPlain(broker, plainLogin(broker));
    connection.open_receiver({ source: `${HUB}/Partitions/0`, credit_window: 0 });
    const readAll = async (partition: number) => {
      const receiver = connection.open_receiver({ source: `${HUB}/Partitions/${partition}`, credit_window: 100 });
      const numbers: number[] = [];
      const { promise: isDone, resolve } = Promise.withResolvers<void>();
      receiver.on('message', ({ message: event }: EventContext) => {
        numbers.push(event?.message_annotations?.['x-opt-sequence-number']);
        if (numbers.length === count) resolve();
      });
      await isDone;
      return numbers;
    };
    const inOrder = Array.from({ length: count }, (_, index) => index);
    expect(await Promise.all([readAll(0), readAll(1)])).toEqual([inOrder, inOrder]);
  });

  it('is told when the broker goes', async () => {
    const broker = await openBroker();
    const connection = connectPlain(broker, plainLogin(broker));
    await next(connection, 'connection_open');
    const error = next(connection, 'connection_error');
    await broker.stop();
    expect((await error).error).toMatchObject({ condition: 'amqp:connection:forced' });
    expect(broker.stats().connections).toBe(0);
  });

  it('that breaks the protocol loses its connection and nobody else does', async () => {
    const reports: string[] = [];
    const broker = await openBroker({ report: (line) => reports.push(line) });
    const connection = connectPlain(broker, plainLogin(broker));
    await next(connection, 'connection_open');
    connection['socket'].write(Buffer.from('ffffffffffffffff', 'hex'));
    connection['socket'].write(Buffer.from('0000000800000000', 'hex'));
    await openProducer(broker.connectionString(HUB)).sendBatch(numbered(1));
    expect(broker.stats().partitions.reduce((sum, { eventCount }) => sum + eventCount, 0)).toBe(1);
  });
});
