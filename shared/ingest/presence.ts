import type { LogRecord } from '../model/record.ts';
import { copyOf } from './copy.ts';

/** Server-minutes remembered, for lines that come out of order. */
const REMEMBERED_MINUTES = 4096;
const NONE: readonly Seen[] = [];

/** One minute of one server, in one way of being present; seconds as the first 19 characters of a timestamp. */
interface Minute {
  readonly minute: string;
  first: string;
  last: string;
  /** The record of the last second, while it is not told. */
  untold: Seen | undefined;
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
  #forgotten: Seen[] = [];

  /** Notes a record with a host and a timestamp. True when nothing earlier of its minute was told, so that it is to be told now. */
  note(kind: string, record: LogRecord): boolean {
    const { hostname = '', timestamp = '' } = record;
    const current = this.#currentOf(kind);
    let minute = current.get(hostname);
    if (minute?.last !== undefined && timestamp.startsWith(minute.last)) return false;
    if (minute === undefined || !timestamp.startsWith(minute.minute)) {
      const key = `${kind} ${timestamp.slice(0, 16)} ${hostname}`;
      minute = this.#minutes.get(key);
      if (minute === undefined) {
        current.set(hostname, this.#begin(key, timestamp));
        return true;
      }
      current.set(hostname, minute);
    }
    const second = timestamp.slice(0, 19);
    if (second > minute.last) {
      minute.last = copyOf(second);
      minute.untold = { kind, record: withoutText(record) };
    }
    if (second >= minute.first) return false;
    minute.first = copyOf(second);
    return true;
  }

  /** The last seconds that were not told so far. */
  take(): readonly Seen[] {
    const taken = [...this.takeForgotten()];
    for (const minute of this.#minutes.values()) {
      if (minute.untold !== undefined) taken.push(minute.untold);
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

  #currentOf(kind: string): Map<string, Minute> {
    const known = this.#current.get(kind);
    if (known !== undefined) return known;
    const current = new Map<string, Minute>();
    this.#current.set(kind, current);
    return current;
  }

  #begin(key: string, timestamp: string): Minute {
    const second = copyOf(timestamp.slice(0, 19));
    const minute: Minute = { minute: second.slice(0, 16), first: second, last: second, untold: undefined };
    this.#minutes.set(copyOf(key), minute);
    if (this.#minutes.size > REMEMBERED_MINUTES) this.#forgetOldest();
    return minute;
  }

  /** Forgetting only costs an equal fact. */
  #forgetOldest(): void {
    const [oldest] = this.#minutes;
    if (oldest === undefined) return;
    this.#minutes.delete(oldest[0]);
    if (oldest[1].untold !== undefined) this.#forgotten.push(oldest[1].untold);
  }
}

/** What is kept of a record must not keep its line alive. */
const withoutText = ({ format, position, flags, precision, severity, timestamp, hostname }: LogRecord): LogRecord => ({
  format,
  position,
  flags,
  precision,
  severity,
  timestamp: timestamp && copyOf(timestamp),
  hostname: hostname && copyOf(hostname),
  appName: undefined,
  procId: undefined,
  body: '',
  attributes: {},
});
