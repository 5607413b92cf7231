import type { Millis } from '../model/time.ts';

/** One event of a partition, as it came. */
export interface HubEvent {
  readonly body: Uint8Array;
  readonly sequenceNumber: number;
  readonly enqueuedAt: Millis;
}

export interface HubPartition {
  readonly partition: string;
  /** -1 while the partition is empty. */
  readonly lastSequenceNumber: number;
  readonly lastEnqueuedAt: Millis;
  /** The oldest event that can still be read. */
  readonly firstSequenceNumber: number;
}

/** What the pipeline asks of the hub itself, beside the events that the platform hands over. */
export interface Hub {
  readonly name: string;
  /** When the hub was created: sequence numbers mean nothing beyond it. */
  createdAt(): Promise<Millis>;
  partitions(): Promise<readonly HubPartition[]>;
  /** Reads events `from` to `to` (sequence numbers, both included) again; what has expired is left out. */
  read(partition: string, from: number, to: number): AsyncIterable<readonly HubEvent[]>;
}
