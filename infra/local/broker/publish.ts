import type { Delivery, Receiver } from 'rhea';
import { openDelivery, type SentEvents } from './event-encoding.ts';
import type { PartitionLog } from './partition-log.ts';
import { CONDITION } from './refusal.ts';
import { MalformedMessage } from './sections.ts';

/** Largest message of the standard tier, in bytes. Clients size their batches by it. */
export const maxMessageBytes = 1024 * 1024;

export interface PublishOptions {
  /** Which partition the events of a delivery go to. */
  readonly route: (sent: SentEvents) => PartitionLog;
  readonly nowMs: () => number;
  /** Told of failures that are not the sender's fault. */
  readonly report: (line: string) => void;
}

/** Takes events from a sender's link. What cannot be taken is rejected by delivery; the link stays. */
export function takeEvents(link: Receiver, { route, nowMs, report }: PublishOptions): void {
  link.on('message', ({ message, delivery }: { message: Buffer; delivery: Delivery }) => {
    const reject = (condition: string, description: string) => delivery.reject({ condition, description });
    if (message.length > maxMessageBytes)
      return reject(
        CONDITION.messageTooLarge,
        `the message has ${message.length} bytes, which is over the limit of ${maxMessageBytes}`,
      );
    try {
      const sent = openDelivery(message, delivery.format);
      if (sent.events.length > 0) route(sent).append(sent.events, sent.partitionKey, nowMs());
      return delivery.accept();
    } catch (error) {
      if (error instanceof MalformedMessage) return reject(CONDITION.decodeError, error.message);
      report(`events were not stored: ${error instanceof Error ? error.message : String(error)}`);
      return reject(CONDITION.internalError, 'the events could not be stored');
    }
  });
}
