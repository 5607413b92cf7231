import type { Socket } from 'node:net';
import type { EventContext, Sender, Session } from 'rhea';
import { keepDeliveriesEncoded, onSessionFlow, serveSocket } from './amqp.ts';
import { attachReceiver, attachSender, type OpenReader } from './attach.ts';
import type { Namespace } from './namespace.ts';
import { maxMessageBytes } from './publish.ts';
import { CONDITION } from './refusal.ts';
import { createRights } from './rights.ts';

/** A client's connection. */
export interface BrokerConnection {
  /** Tells the client that the broker goes; the client then closes the socket. */
  close(): void;
}

const options = {
  // rhea's typings want it, and a connection that is accepted has no use for it.
  port: 0,
  max_frame_size: 64 * 1024,
  // A client that is silent for twice this long is gone, and its partitions are free for others.
  idle_time_out: 60_000,
  // Without a size the client's batches never fill. Little credit costs the client pauses of a second.
  receiver_options: { autoaccept: false, credit_window: 1000, max_message_size: maxMessageBytes },
  sender_options: { snd_settle_mode: 1 },
} as const;

/** Serves a client until its socket closes. */
export function serveConnection(socket: Socket, namespace: Namespace): BrokerConnection {
  const connection = namespace.container.create_connection(options);
  const rights = createRights(() => namespace.isTrusted(connection));
  const readers = new Map<Sender, OpenReader>();
  const wake = (isMeant: (link: Sender) => boolean) => {
    for (const [link, { pump }] of readers) if (isMeant(link)) pump.wake();
  };
  const leave = (isMeant: (link: Sender) => boolean) => {
    for (const [link, reader] of readers)
      if (isMeant(link)) {
        reader.leave();
        readers.delete(link);
      }
  };
  const isIn = (session: Session | undefined) => (link: Sender) => link.session === session;
  const all = () => true;

  connection.on('session_open', ({ session }: EventContext) => {
    if (session === undefined) return;
    keepDeliveriesEncoded(session);
    onSessionFlow(session, () => wake(isIn(session)));
  });
  connection.on('receiver_open', ({ receiver }: EventContext) => {
    if (receiver !== undefined) attachReceiver(receiver, namespace, rights);
  });
  connection.on('sender_open', ({ sender }: EventContext) => {
    const reader = sender && attachSender(sender, namespace, rights, socket);
    if (sender !== undefined && reader !== undefined) readers.set(sender, reader);
  });
  connection.on('sender_close', ({ sender }: EventContext) => leave((link) => link === sender));
  connection.on('session_close', ({ session }: EventContext) => leave(isIn(session)));
  // Without a listener rhea throws a client's errors, and prints that it has gone.
  for (const event of ['connection_error', 'session_error', 'sender_error', 'receiver_error', 'disconnected'])
    connection.on(event, () => {});
  for (const event of ['error', 'protocol_error'])
    connection.on(event, (error: unknown) => namespace.report(`connection ended: ${String(error)}`));
  socket.on('drain', () => wake(all));
  socket.on('close', () => leave(all));
  serveSocket(connection, socket);
  return {
    close: () => connection.close({ condition: CONDITION.connectionForced, description: 'the broker is stopping' }),
  };
}
