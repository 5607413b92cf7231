import type { LogRecord } from '../model/record.ts';
import type { Second } from '../model/second.ts';
import type { Millis } from '../model/time.ts';

/** Server-minutes remembered, for lines that come out of order. */
const REMEMBERED_MINUTES = 4096;

/** One minute of one server, in one way of being present. */
interface Minute {
  readonly kind: string;
  readonly hostname: string | undefined;
  readonly minuteMs: Millis;
  /** Undefined before a second is noted, and once it is forgotten: then none may be, since nobody would tell it. */
  first: Second | undefined;
  last: Second | undefined;
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
  #forgotten: Seen[] | undefined;

  /** The minute of a second, for `Sign`. */
  minuteOf(kind: string, hostname: string | undefined, { minuteMs }: Second): Minute {
    const key = `${kind} ${minuteMs} ${hostname ?? ''}`;
    const known = this.#minutes.get(key);
    if (known !== undefined) return known;
    const minute: Minute = { kind, hostname, minuteMs, first: undefined, last: undefined, untold: undefined };
    this.#minutes.set(key, minute);
    if (this.#minutes.size > REMEMBERED_MINUTES) this.#forgetOldest();
    return minute;
  }

  /** The last seconds that were not told so far. */
  take(): readonly Seen[] {
    const taken = [...(this.takeForgotten() ?? [])];
    for (const minute of this.#minutes.values()) {
      const seen = seenIn(minute);
      if (seen !== undefined) taken.push(seen);
      minute.untold = undefined;
    }
    return taken;
  }

  /** Those of minutes that had to make room; undefined when there are none. */
  takeForgotten(): readonly Seen[] | undefined {
    const taken = this.#forgotten;
    if (taken !== undefined) this.#forgotten = undefined;
    return taken;
  }

  /** Forgetting only costs an equal fact. */
  #forgetOldest(): void {
    const [oldest] = this.#minutes;
    if (oldest === undefined) return;
    const [key, minute] = oldest;
    this.#minutes.delete(key);
    const seen = seenIn(minute);
    if (seen !== undefined) this.#forgotten = [...(this.#forgotten ?? []), seen];
    minute.first = undefined;
  }
}

/** One way in which the records of one host show it present. It knows the minute last used: what most lines need to look at. */
export class Sign {
  readonly #presence: Presence;
  readonly #kind: string;
  readonly #hostname: string | undefined;
  #minute: Minute | undefined;

  /** `kind`: of the facts. `hostname`: no piece of a line. */
  constructor(presence: Presence, kind: string, hostname: string | undefined) {
    this.#presence = presence;
    this.#kind = kind;
    this.#hostname = hostname;
  }

  /** Whether a record of this second would say nothing new: asked before all else, since it is so of nearly all. */
  isKnown(second: Second): boolean {
    return this.#minute?.last === second;
  }

  /** Notes a record of a second. True when nothing earlier of its minute was told, so that it is to be told now. */
  note({ format, position, flags }: LogRecord, second: Second): boolean {
    let minute = this.#minute;
    if (minute?.minuteMs !== second.minuteMs || minute.first === undefined) {
      minute = this.#presence.minuteOf(this.#kind, this.#hostname, second);
      this.#minute = minute;
    }
    const { first, last } = minute;
    const isFirst = first === undefined || second.ms < first.ms;
    if (isFirst) minute.first = second;
    if (last === undefined || second.ms > last.ms) {
      minute.last = second;
      minute.untold = isFirst ? undefined : { format, position, flags };
    }
    return isFirst;
  }
}

/** The last record of a minute as far as it is kept: what is kept of a record must not keep its line alive. */
function seenIn({ kind, hostname, last, untold }: Minute): Seen | undefined {
  if (untold === undefined || last === undefined) return undefined;
  const record: LogRecord = {
    ...untold,
    timestamp: last.timestamp,
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
