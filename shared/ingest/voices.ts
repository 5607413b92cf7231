import type { LogRecord, RecordFlag } from '../model/record.ts';
import { type Second, secondOf } from '../model/second.ts';
import type { Millis, Timestamp } from '../model/time.ts';
import { copyOf } from './copy.ts';

/** Records that one host wrote in one format and that have the same flags: all of one UTC day, or all without a time. */
export interface Heard {
  readonly format: string;
  readonly hostname: string | undefined;
  readonly flags: readonly RecordFlag[];
  readonly count: number;
  /** The earliest and the latest time that they state; undefined when they state none. */
  readonly first: Timestamp | undefined;
  readonly last: Timestamp | undefined;
}

/** Who is forgotten is told of once more: that costs time only. */
const MAX_VOICES = 4_096;

/**
 * Counts the records of a source by who wrote them and how, for those who keep books of them. Of the first of each it tells at once, so
 * that books are in the order of the input; of the others when a day is over, and at the end. So a line costs a number raised, however
 * many books there are.
 */
export class Voices {
  readonly #listen: (heard: Heard) => void;
  readonly #byHost = new Map<string | undefined, Voice[]>();
  #size = 0;

  constructor(listen: (heard: Heard) => void) {
    this.#listen = listen;
  }

  /** Counts a record. */
  note(record: LogRecord): void {
    const { timestamp } = record;
    const second = timestamp === undefined ? undefined : secondOf(timestamp);
    const voice = this.#voiceOf(record);
    if (voice === undefined) {
      this.#tell(this.#begin(record, second));
    } else if (voice.dayMs !== second?.dayMs) {
      this.#tell(voice);
      voice.beginDay(timestamp, second);
    } else {
      voice.count++;
      if (timestamp !== undefined && second !== undefined) voice.note(timestamp, second.ms);
    }
  }

  /** Tells of all that was not told yet. */
  tell(): void {
    for (const voices of this.#byHost.values()) for (const voice of voices) this.#tell(voice);
  }

  #voiceOf({ hostname, format, flags }: LogRecord): Voice | undefined {
    const voices = this.#byHost.get(hostname);
    if (voices === undefined) return undefined;
    for (const voice of voices) if (voice.format === format && sameFlags(voice.flags, flags)) return voice;
    return undefined;
  }

  #begin(record: LogRecord, second: Second | undefined): Voice {
    if (this.#size >= MAX_VOICES) this.#forget();
    const hostname = record.hostname === undefined ? undefined : copyOf(record.hostname);
    const voice = new Voice(record.format, hostname, record.flags);
    voice.beginDay(record.timestamp, second);
    const voices = this.#byHost.get(hostname);
    if (voices === undefined) this.#byHost.set(hostname, [voice]);
    else voices.push(voice);
    this.#size++;
    return voice;
  }

  #forget(): void {
    this.tell();
    this.#byHost.clear();
    this.#size = 0;
  }

  #tell(voice: Voice): void {
    if (voice.count > 0) this.#listen(voice);
    voice.count = 0;
  }
}

class Voice implements Heard {
  readonly format: string;
  readonly hostname: string | undefined;
  readonly flags: readonly RecordFlag[];
  count = 0;
  first: Timestamp | undefined = undefined;
  last: Timestamp | undefined = undefined;
  dayMs: Millis | undefined = undefined;
  #firstMs: Millis = 0;
  #lastMs: Millis = 0;

  constructor(format: string, hostname: string | undefined, flags: readonly RecordFlag[]) {
    this.format = format;
    this.hostname = hostname;
    this.flags = flags;
  }

  /** The first record of a day. */
  beginDay(timestamp: Timestamp | undefined, second: Second | undefined): void {
    this.count = 1;
    this.first = timestamp;
    this.last = timestamp;
    this.dayMs = second?.dayMs;
    this.#firstMs = second?.ms ?? 0;
    this.#lastMs = this.#firstMs;
  }

  /** A time of the same day. Texts are compared within a second only. */
  note(timestamp: Timestamp, ms: Millis): void {
    if (ms > this.#lastMs || (ms === this.#lastMs && timestamp > (this.last ?? ''))) {
      this.last = timestamp;
      this.#lastMs = ms;
    }
    if (ms < this.#firstMs || (ms === this.#firstMs && timestamp < (this.first ?? ''))) {
      this.first = timestamp;
      this.#firstMs = ms;
    }
  }
}

/** Mostly it is the same list. */
const sameFlags = (a: readonly RecordFlag[], b: readonly RecordFlag[]): boolean =>
  a === b || (a.length === b.length && a.every((flag, index) => flag === b[index]));
