import type { Connection, EventContext, Sender } from 'rhea';
import { onTestFinished } from 'vitest';
import { createContainer } from '../../../infra/local/broker/amqp.ts';
import type { Broker } from '../../../infra/local/broker/broker.ts';

/** Name and password that stand for all rights. */
export const plainLogin = (broker: Broker) => ({
  username: 'RootManageSharedAccessKey',
  password: /SharedAccessKey=([^;]+)/.exec(broker.connectionString())![1]!,
});

/** An AMQP client that is not the SDK, and does what the SDK does not. */
export function connectPlain(broker: Broker, login: { username: string; password?: string }): Connection {
  const container = createContainer();
  container.on('error', () => {});
  container.on('disconnected', () => {});
  const connection = container.connect({ host: '127.0.0.1', port: broker.port, reconnect: false, ...login });
  onTestFinished(() => connection.close());
  return connection;
}

/** The next event of a name. */
export const next = (emitter: Connection | Sender, event: string) =>
  new Promise<EventContext>((resolve) => emitter.once(event, resolve));
