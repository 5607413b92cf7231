import { tunnelServerEntity } from '../model/entity.ts';
import { StatedFact } from '../model/fact.ts';
import type { LogRecord, Position } from '../model/record.ts';
import type { Second } from '../model/second.ts';
import { type Millis, timestampOf } from '../model/time.ts';
import { copyOf } from './copy.ts';
import { Access } from './formats/ocserv-access.ts';
import { LineRecord } from './syslog/record.ts';

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
  readonly #counters = new Map<string, Counting>();

  /** The counter of a host's hour, for `Accesses`. `evidence`: its first line, where it is new. */
  counterOf(hostname: string, hourMs: Millis, { position: evidence }: LogRecord): Counting {
    const server = copyOf(tunnelServerEntity(hostname).key);
    const key = `${hourMs} ${server}`;
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    const counting = { server, hourMs, lines: 0, dns: 0, evidence };
    this.#counters.set(key, counting);
    return counting;
  }

  /** What was counted since the last call. */
  take(): AccessCounter[] {
    const taken = Array.from(this.#counters.values(), closed);
    this.#counters.clear();
    return taken;
  }
}

/** The access lines of one host. They come nearly in order, so it knows the counter last used. */
export class Accesses {
  readonly #count: AccessCount;
  readonly #hostname: string;
  #counting: Counting | undefined;

  constructor(count: AccessCount, hostname: string) {
    this.#count = count;
    this.#hostname = hostname;
  }

  /** `second`: that of the record's timestamp. */
  add(record: LogRecord, { hourMs }: Second): void {
    let counting = this.#counting;
    if (counting?.hourMs !== hourMs || counting.lines === 0) {
      counting = this.#count.counterOf(this.#hostname, hourMs, record);
      this.#counting = counting;
    }
    counting.lines++;
    if (isDns(record)) counting.dns++;
  }
}

/** Whether a connection went to a DNS port. Asked of every access line: nothing else of its fields is made for it. */
function isDns(record: LogRecord): boolean {
  const fields = record instanceof LineRecord ? record.fields : undefined;
  const port = fields instanceof Access ? fields.destinationPort : record.attributes['destinationPort'];
  return port === DNS_PORT;
}

/** A counter at work. */
type Counting = AccessCounter & { lines: number; dns: number };

/** What it counted. It is empty then, by which those who have it see that they must not go on with it. */
function closed(counting: Counting): AccessCounter {
  const counter = { ...counting };
  counting.lines = 0;
  return counter;
}

/**
 * The fact `access.counted` of a server's hour: attributes `lines` and `dns`. Its id is that of the server and the hour, so
 * counts of one hour from several sources are added up before, with `addCounters`.
 */
export const countedFact = ({ server, hourMs, lines, dns, evidence }: AccessCounter): StatedFact =>
  new StatedFact(
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
