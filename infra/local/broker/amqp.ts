import type { Socket } from 'node:net';
import type { Connection, Sender, Session, Typed } from 'rhea';
// biome-ignore lint/correctness/noUnresolvedImports: the exports of a CommonJS module are its default.
import rhea from 'rhea';

/**
 * What the broker needs from rhea beyond its typings, all in one place, so that a new version of rhea is checked in one place.
 * `Object(x)` is `x` itself, untyped.
 */

interface Reader {
  read(): Typed;
}
interface Writer {
  write(value: Typed): void;
  toBuffer(): Buffer;
}
/** rhea's own encoding, and its containers: connections made by one share settings with no other. */
export const { types, message, create_container: createContainer } = rhea;

const codec: { Reader: new (bytes: Buffer) => Reader; Writer: new () => Writer } = Object(types);

/** Decodes AMQP values from bytes. */
export const createReader = (bytes: Buffer): Reader => new codec.Reader(bytes);
/** Encodes AMQP values into bytes. */
export const createWriter = (): Writer => new codec.Writer();

interface Transfer {
  readonly performative: { message_format?: number | null };
}
interface SessionInternals {
  on_transfer(frame: Transfer): void;
  on_flow(frame: unknown): void;
  readonly outgoing: {
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
    available(): number;
  };
}
const internalsOf = (session: Session): SessionInternals => Object(session);

/**
 * Has a session hand over every delivery as bytes. rhea decodes those of format 0 by itself, which costs time and loses types;
 * a format that it does not know is left alone, and `undefined` is one.
 */
export function keepDeliveriesEncoded(session: Session): void {
  const internals = internalsOf(session);
  const onTransfer = internals.on_transfer.bind(session);
  internals.on_transfer = (frame) => {
    if (frame.performative.message_format === 0) frame.performative.message_format = null;
    onTransfer(frame);
  };
}

/** Calls back after each flow frame of a session: rhea raises no event when the peer's window opens again. */
export function onSessionFlow(session: Session, callback: () => void): void {
  const internals = internalsOf(session);
  const onFlow = internals.on_flow.bind(session);
  internals.on_flow = (frame) => {
    onFlow(frame);
    callback();
  };
}

/**
 * How many messages may be sent now. rhea lowers the credit only when it writes a frame, so what waits to be written counts too;
 * and its buffer of unwritten deliveries throws when it overflows.
 */
export function sendBudget(sender: Sender): number {
  const { outgoing } = internalsOf(sender.session);
  const { credit }: { credit: number } = Object(sender);
  return Math.min(credit - (outgoing.next_delivery_id - outgoing.next_pending_delivery), outgoing.available());
}

/** Serves AMQP on an accepted socket. rhea hears of a reset but not of every close, and would keep its heartbeat timers. */
export function serveSocket(connection: Connection, socket: Socket): void {
  connection['accept'](socket);
  socket.on('close', () => connection['_disconnected']());
}
