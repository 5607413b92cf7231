import { tunnelServerEntity } from '../model/entity.ts';
import { type Fact, makeFact } from '../model/fact.ts';
import type { LogRecord, Position } from '../model/record.ts';
import { HOUR, type Millis, millisOf, timestampOf } from '../model/time.ts';
import { copyOf } from './copy.ts';

const DNS_PORT = 53;

/** A tunnel server's access lines in one hour (UTC), and how many of them went to a DNS port. */
export interface AccessCounter {
  readonly server: string;
  readonly hourMs: Millis;
  readonly lines: number;
  readonly dns: number;
  /** The first of the lines. */
  readonly evidence: Position;
}

/** Counts access lines instead of making a fact of each: they are most of what a tunnel server writes. */
export class AccessCount {
  #counters = new Map<string, { -readonly [K in keyof AccessCounter]: AccessCounter[K] }>();
  #lastKey = '';
  #last: { lines: number; dns: number } | undefined;

  add(record: LogRecord): void {
    if (record.timestamp === undefined || record.hostname === undefined) return;
    const counter = this.#counterOf(record.hostname, record.timestamp, record.position);
    counter.lines++;
    if (record.attributes['destinationPort'] === DNS_PORT) counter.dns++;
  }

  /** What was counted since the last call. */
  take(): AccessCounter[] {
    const taken = [...this.#counters.values()];
    this.#counters = new Map();
    this.#last = undefined;
    return taken;
  }

  #counterOf(hostname: string, timestamp: string, evidence: Position): { lines: number; dns: number } {
    const key = `${timestamp.slice(0, 13)} ${hostname}`;
    if (this.#last !== undefined && key === this.#lastKey) return this.#last;
    const counter = this.#counters.get(key) ?? {
      server: copyOf(tunnelServerEntity(hostname).key),
      hourMs: Math.floor(millisOf(timestamp) / HOUR) * HOUR,
      lines: 0,
      dns: 0,
      evidence,
    };
    this.#counters.set(copyOf(key), counter);
    this.#lastKey = key;
    this.#last = counter;
    return counter;
  }
}

/**
 * The fact `access.counted` of a server's hour: attributes `lines` and `dns`. Its id is that of the server and the hour, so
 * counts of one hour from several sources are added up before, with `addCounters`.
 */
export const countedFact = ({ server, hourMs, lines, dns, evidence }: AccessCounter): Fact =>
  makeFact(
    {
      kind: 'access.counted',
      entity: tunnelServerEntity(server),
      time: timestampOf(hourMs),
      identity: [],
      attributes: { lines, dns },
    },
    evidence,
    [],
  );

/** One counter for each server and hour. */
export function addCounters(counters: Iterable<AccessCounter>): AccessCounter[] {
  const sums = new Map<string, AccessCounter>();
  for (const counter of counters) {
    const key = `${counter.hourMs} ${counter.server}`;
    const sum = sums.get(key);
    sums.set(
      key,
      sum === undefined ? counter : { ...sum, lines: sum.lines + counter.lines, dns: sum.dns + counter.dns },
    );
  }
  return [...sums.values()];
}
