import { type StampedMessage, stampEvent } from './event-encoding.ts';

/** An event as it is kept and sent. */
export interface StoredEvent extends StampedMessage {
  readonly sequenceNumber: number;
  /** Bytes of the partition before it; never equal to a sequence number, so that mix-ups show. */
  readonly offset: number;
  readonly enqueuedAtMs: number;
}

/** Where a partition's events outlive the process. */
export interface EventFiles {
  /** @throws when the disk refuses; nothing is kept then. */
  append(events: readonly StoredEvent[]): void;
  /** Events before this one are not needed any more. */
  dropBefore(sequenceNumber: number): void;
  close(): void;
}

/** How much a partition keeps; whichever is reached first. The newest event always stays. */
export interface Retention {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

const firstOffset = 4096;
const beforeTheFirst = { sequenceNumber: -1, offset: -1, enqueuedAtMs: 0 } as const;

/** One partition: an append-only list of events, the newest in memory, with the readers that wait for more. */
export class PartitionLog {
  readonly #retention: Retention;
  readonly #files: EventFiles | undefined;
  readonly #waiting = new Set<() => void>();
  #events: StoredEvent[];
  /** Events at the front of the array that are gone; cut off now and then, since moving the array costs. */
  #gone = 0;
  #bytes: number;

  constructor(retention: Retention, kept: readonly StoredEvent[] = [], files?: EventFiles) {
    this.#retention = retention;
    this.#files = files;
    this.#events = [...kept];
    this.#bytes = kept.reduce((sum, { message }) => sum + message.length, 0);
    this.#forget();
  }

  /** The newest event's numbers; -1 when there never was one. */
  get end(): Pick<StoredEvent, 'sequenceNumber' | 'offset' | 'enqueuedAtMs'> {
    return this.#events.at(-1) ?? beforeTheFirst;
  }

  get lastSequenceNumber(): number {
    return this.end.sequenceNumber;
  }

  get firstSequenceNumber(): number {
    return this.#events[this.#gone]?.sequenceNumber ?? 0;
  }

  get eventCount(): number {
    return this.#events.length - this.#gone;
  }

  get byteCount(): number {
    return this.#bytes;
  }

  /**
   * Appends encoded events, all or none.
   * @throws MalformedMessage, or what the disk says.
   */
  append(encoded: readonly Buffer[], partitionKey: string | undefined, nowMs: number): void {
    let { sequenceNumber, offset } = this.#next();
    // A clock set back must not put events out of order.
    const enqueuedAtMs = Math.max(nowMs, this.end.enqueuedAtMs);
    const added = encoded.map((bytes): StoredEvent => {
      const stamp = { sequenceNumber, offset, enqueuedAtMs, partitionKey };
      const event = { ...stampEvent(bytes, stamp), sequenceNumber, offset, enqueuedAtMs };
      sequenceNumber += 1;
      offset += event.message.length;
      return event;
    });
    this.#files?.append(added);
    for (const event of added) {
      this.#events.push(event);
      this.#bytes += event.message.length;
    }
    this.#forget();
    for (const wake of this.#waiting) wake();
  }

  /** The event with this number, or the first one after it that is still there. */
  at(sequenceNumber: number): StoredEvent | undefined {
    return this.#events[this.#gone + Math.max(0, sequenceNumber - this.firstSequenceNumber)];
  }

  /** Sequence number of the first event for which `isAfter` holds, which it must do for all later ones too; the next one's if none. */
  firstWhere(isAfter: (event: StoredEvent) => boolean): number {
    let [low, high] = [this.#gone, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const event = this.#events[middle];
      if (event !== undefined && isAfter(event)) high = middle;
      else low = middle + 1;
    }
    return this.#events[low]?.sequenceNumber ?? this.lastSequenceNumber + 1;
  }

  /** Calls `wake` after each append, until the returned function is called. */
  onAppend(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  close(): void {
    this.#files?.close();
  }

  #next(): { sequenceNumber: number; offset: number } {
    const last = this.#events.at(-1);
    return last === undefined
      ? { sequenceNumber: 0, offset: firstOffset }
      : { sequenceNumber: last.sequenceNumber + 1, offset: last.offset + last.message.length };
  }

  #forget(): void {
    const { maxEvents, maxBytes } = this.#retention;
    const before = this.#gone;
    while (this.eventCount > 1 && (this.eventCount > maxEvents || this.#bytes > maxBytes)) {
      this.#bytes -= this.#events[this.#gone]?.message.length ?? 0;
      this.#gone += 1;
    }
    if (this.#gone === before) return;
    this.#files?.dropBefore(this.firstSequenceNumber);
    if (this.#gone * 2 < this.#events.length) return;
    this.#events = this.#events.slice(this.#gone);
    this.#gone = 0;
  }
}
