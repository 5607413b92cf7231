import type { LogRecord } from '../model/record.ts';
import type { Second } from '../model/second.ts';
import type { Millis } from '../model/time.ts';
import { copyOf } from './copy.ts';

/** Server-minutes remembered, for lines that come out of order. */
const REMEMBERED_MINUTES = 4096;
const NONE: readonly Seen[] = [];

/** One minute of one server, in one way of being present. */
interface Minute {
  readonly kind: string;
  readonly hostname: string | undefined;
  readonly minuteMs: Millis;
  first: Second;
  last: Second;
  /** What is kept of the record of the last second, while it is not told. */
  untold: Pick<LogRecord, 'format' | 'position' | 'flags'> | undefined;
}

/** A record that shows a server present. */
export interface Seen {
  /** The kind of fact that it is. */
  readonly kind: string;
  readonly record: LogRecord;
}

/**
 * Which records say that a server was present: the first and the last second of each minute. What lies between decides
 * nothing, and without this a million access lines would make a million facts. The last one is known when more is read, so it
 * is told late, by `take`; a second told twice makes an equal fact.
 */
export class Presence {
  readonly #minutes = new Map<string, Minute>();
  /** The minute last used, by kind and host: what most lines need to look at. */
  readonly #current = new Map<string, Map<string, Minute>>();
  #kind = '';
  #ofKind = new Map<string, Minute>();
  #forgotten: Seen[] = [];

  /** Whether a record of this second would say nothing new: asked before all else, since it is so of nearly all. */
  isKnown(kind: string, hostname = '', second: Second): boolean {
    if (kind !== this.#kind) this.#turnTo(kind);
    return this.#ofKind.get(hostname)?.last === second;
  }

  /** Notes a record with a host and a timestamp. True when nothing earlier of its minute was told, so that it is to be told now. */
  note(kind: string, record: LogRecord, second: Second): boolean {
    const { hostname = '' } = record;
    if (kind !== this.#kind) this.#turnTo(kind);
    const current = this.#ofKind;
    let minute = current.get(hostname);
    if (minute === undefined || minute.minuteMs !== second.minuteMs) {
      const key = `${kind} ${second.minuteMs} ${hostname}`;
      minute = this.#minutes.get(key);
      if (minute === undefined) {
        current.set(copyOf(hostname), this.#begin(key, kind, record.hostname && copyOf(hostname), second));
        return true;
      }
      current.set(copyOf(hostname), minute);
    }
    if (second.ms > minute.last.ms) {
      minute.last = second;
      minute.untold = { format: record.format, position: record.position, flags: record.flags };
    }
    if (second.ms >= minute.first.ms) return false;
    minute.first = second;
    return true;
  }

  /** The last seconds that were not told so far. */
  take(): readonly Seen[] {
    const taken = [...this.takeForgotten()];
    for (const minute of this.#minutes.values()) {
      const seen = seenIn(minute);
      if (seen !== undefined) taken.push(seen);
      minute.untold = undefined;
    }
    return taken;
  }

  /** Those of minutes that had to make room. */
  takeForgotten(): readonly Seen[] {
    if (this.#forgotten.length === 0) return NONE;
    const taken = this.#forgotten;
    this.#forgotten = [];
    return taken;
  }

  #turnTo(kind: string): void {
    const known = this.#current.get(kind);
    this.#kind = kind;
    this.#ofKind = known ?? new Map<string, Minute>();
    if (known === undefined) this.#current.set(kind, this.#ofKind);
  }

  #begin(key: string, kind: string, hostname: string | undefined, second: Second): Minute {
    const { minuteMs } = second;
    const minute: Minute = { kind, hostname, minuteMs, first: second, last: second, untold: undefined };
    this.#minutes.set(copyOf(key), minute);
    if (this.#minutes.size > REMEMBERED_MINUTES) this.#forgetOldest();
    return minute;
  }

  /** Forgetting only costs an equal fact. */
  #forgetOldest(): void {
    const [oldest] = this.#minutes;
    if (oldest === undefined) return;
    const [key, minute] = oldest;
    this.#minutes.delete(key);
    const seen = seenIn(minute);
    if (seen !== undefined) this.#forgotten.push(seen);
  }
}

/** The last record of a minute as far as it is kept: what is kept of a record must not keep its line alive. */
function seenIn({ kind, hostname, last, untold }: Minute): Seen | undefined {
  if (untold === undefined) return undefined;
  const record: LogRecord = {
    ...untold,
    timestamp: `${last.text}.0000000Z`,
    precision: 0,
    severity: undefined,
    hostname,
    appName: undefined,
    procId: undefined,
    body: '',
    attributes: {},
  };
  return { kind, record };
}
