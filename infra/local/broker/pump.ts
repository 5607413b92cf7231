import type { Socket } from 'node:net';
import type { Sender } from 'rhea';
import { sendBudget } from './amqp.ts';
import { withPartitionEnd } from './event-encoding.ts';
import type { PartitionLog } from './partition-log.ts';

/** Bytes that may wait in a socket before a reader is left alone until it has drained. */
const maxWaitingBytes = 1024 * 1024;
/** Bytes and events sent before other readers and senders get their turn. */
const maxRoundBytes = 512 * 1024;
const maxRoundEvents = 512;

export interface PumpOptions {
  readonly link: Sender;
  readonly socket: Socket;
  readonly log: PartitionLog;
  /** Sequence number of the first event to send. */
  readonly from: number;
  /** Whether each event also tells the partition's end. */
  readonly tellsEnd: boolean;
  readonly nowMs: () => number;
}

/** Moves events from a partition to a reader's link. */
export interface Pump {
  /** There may be something to do: new events, credit, a wider window, a drained socket. Calls in a row make one round. */
  wake(): void;
  stop(): void;
}

/** Starts a pump. Events are sent settled (the link is attached so): a reader's progress is its checkpoints, not its dispositions. */
export function startPump({ link, socket, log, from, tellsEnd, nowMs }: PumpOptions): Pump {
  let next = from;
  let scheduled: NodeJS.Immediate | undefined;

  function round(): void {
    scheduled = undefined;
    if (!link.is_open() || socket.writableLength > maxWaitingBytes) return;
    let budget = Math.min(sendBudget(link), maxRoundEvents);
    let bytes = 0;
    socket.cork();
    for (let event = log.at(next); event !== undefined && budget > 0 && bytes < maxRoundBytes; event = log.at(next)) {
      const message = tellsEnd ? withPartitionEnd(event, log.end, nowMs()) : event.message;
      link.send(message, undefined, 0);
      bytes += message.length;
      budget -= 1;
      next = event.sequenceNumber + 1;
    }
    // rhea writes its frames on the next tick; this comes after it, and all of them leave in one write.
    process.nextTick(() => socket.uncork());
    if (bytes > 0) wake();
  }

  function wake(): void {
    scheduled ??= setImmediate(round);
  }

  const stopListening = log.onAppend(wake);
  wake();
  return {
    wake,
    stop() {
      stopListening();
      if (scheduled !== undefined) clearImmediate(scheduled);
    },
  };
}
