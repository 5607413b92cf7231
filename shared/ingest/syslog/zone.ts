import { DAY, MINUTE, type Millis } from '../../model/time.ts';

const BUCKET = 15 * MINUTE;
const MAX_BUCKETS = 50_000;
/** Date.UTC takes the years 0 to 99 for 1900 to 1999; no zone changed before the year 100 either. */
const FIRST_MEASURED = Date.UTC(100, 0, 2);

/** True when this JavaScript knows the IANA zone name. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Local times of one IANA zone as instants. Offsets are kept per quarter of an hour, the finest step zones change at. */
export class Zone {
  /** None for UTC, which nearly all servers keep: to make one takes as long as reading thousands of lines. */
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #offsets = new Map<number, Millis>();

  /** Throws a RangeError for a name that is no zone: a wrong setting, not wrong input. */
  constructor(name: string) {
    this.#format = name === 'UTC' ? undefined : civilFormat(name);
  }

  /**
   * The instant of a civil time, given as if it were UTC. Of a time that happens twice, the first; one that a clock skipped is
   * read with the offset from before the change.
   */
  instantOf(civil: Millis): Millis {
    const format = this.#format;
    if (format === undefined) return civil;
    const before = this.#offsetAt(civil - DAY, format);
    const first = civil - before;
    if (this.#offsetAt(first, format) === before) return first;
    const after = this.#offsetAt(civil + DAY, format);
    const second = civil - after;
    return this.#offsetAt(second, format) === after ? second : first;
  }

  #offsetAt(instant: Millis, format: Intl.DateTimeFormat): Millis {
    const bucket = Math.floor(instant / BUCKET);
    const known = this.#offsets.get(bucket);
    if (known !== undefined) return known;
    if (this.#offsets.size >= MAX_BUCKETS) this.#offsets.clear();
    const offset = measure(format, Math.max(bucket * BUCKET, FIRST_MEASURED));
    this.#offsets.set(bucket, offset);
    return offset;
  }
}

const civilFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

function measure(format: Intl.DateTimeFormat, instant: Millis): Millis {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
}
