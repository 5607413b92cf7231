import type { Fact } from '../../model/fact.ts';

/** The log's name where the status was that of all. */
const ALL = '*';

/** Logs whose status text says that their queue is in use, after another status fact. */
export function logsInUse(before: readonly string[], { attributes }: Fact): string[] {
  const log = typeof attributes['log'] === 'string' ? attributes['log'] : ALL;
  if (attributes['status'] === 'in-use') return [...new Set([...before, log])];
  return log === ALL ? [] : before.filter((name) => name !== log && name !== ALL);
}

/** What a listing of the log queue shows. */
export interface QueueSeen {
  readonly files: number;
  readonly oldest: string | null;
  readonly next: string | null;
  /** When the oldest was last written, milliseconds; null when it was not said. */
  readonly oldestAt: number | null;
  readonly complete: boolean;
}

/** Reads a `tmg.log-queue` fact. */
export function queueSeen({ attributes }: Fact): QueueSeen {
  const text = (name: string): string | null => {
    const value = attributes[name];
    return typeof value === 'string' ? value : null;
  };
  const oldestAt = Date.parse(text('oldestAt')?.slice(0, 19).concat('Z') ?? '');
  return {
    files: Number(attributes['files']),
    oldest: text('oldest'),
    next: text('next'),
    oldestAt: Number.isNaN(oldestAt) ? null : oldestAt,
    complete: attributes['complete'] === true,
  };
}
