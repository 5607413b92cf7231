import type { Millis } from '../model/time.ts';
import type { Cursor } from './cursor.ts';
import type { Partition } from './partition.ts';

/**
 * What this process read or wrote last, and when: all that it can say of its input while storage is away. Shown, and never
 * decided by: another process may be further.
 */
export interface LastSeen {
  /** By partition id. */
  readonly partitions: Map<string, Seen<Partition>>;
  /** Blobs that were not ready. */
  blobs: Seen<readonly Cursor[]> | null;
}

export interface Seen<T> {
  readonly value: T;
  readonly at: Millis;
}
