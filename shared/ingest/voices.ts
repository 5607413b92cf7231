import type { LogRecord, RecordFlag } from '../model/record.ts';
import type { Second } from '../model/second.ts';
import type { Millis, Timestamp } from '../model/time.ts';
import { AccessCount, Accesses } from './access-count.ts';
import { copyOf } from './copy.ts';
import { type Asked, extractorsFor } from './facts/index.ts';
import { Presence, Sign } from './presence.ts';

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
const NOBODY: readonly Voice[] = [];

/**
 * Who writes in a source and how. What is remembered of each is found with one look-up, and most lines need no other. Of the first record
 * of each its listener is told at once, so that books are in the order of the input; of the others when a day is over, and at the end. So
 * a line costs a number raised, however many books there are.
 */
export class Voices {
  readonly presence = new Presence();
  readonly accesses = new AccessCount();
  readonly #listen: (heard: Heard) => void;
  readonly #byHost = new Map<string | undefined, Voice[]>();
  #size = 0;

  constructor(listen: (heard: Heard) => void) {
    this.#listen = listen;
  }

  /** Who wrote a record. */
  of({ hostname, format, flags }: LogRecord): Voice {
    for (const voice of this.#byHost.get(hostname) ?? NOBODY)
      if (voice.format === format && sameFlags(voice.flags, flags)) return voice;
    return this.#begin(hostname, format, flags);
  }

  /** Counts a record of a voice. */
  count(voice: Voice, timestamp: Timestamp | undefined, second: Second | undefined): void {
    if (voice.dayMs !== second?.dayMs) {
      this.#beginDay(voice, timestamp, second);
    } else {
      voice.count++;
      if (timestamp !== undefined && second !== undefined) voice.note(timestamp, second.ms);
    }
  }

  /** Tells of all that was not told yet. */
  tell(): void {
    for (const voices of this.#byHost.values()) for (const voice of voices) this.#tell(voice);
  }

  #begin(said: string | undefined, format: string, flags: readonly RecordFlag[]): Voice {
    if (this.#size >= MAX_VOICES) this.#forget();
    const hostname = said === undefined ? undefined : copyOf(said);
    const voice = new Voice(format, hostname, flags, this);
    const voices = this.#byHost.get(hostname);
    if (voices === undefined) this.#byHost.set(hostname, [voice]);
    else voices.push(voice);
    this.#size++;
    return voice;
  }

  #beginDay(voice: Voice, timestamp: Timestamp | undefined, second: Second | undefined): void {
    const { isNew } = voice;
    this.#tell(voice);
    voice.beginDay(timestamp, second);
    if (isNew) this.#tell(voice);
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

/** An extractor as it is asked about the records of one voice. */
interface Asking extends Pick<Asked, 'isSign' | 'extract'> {
  /** Of one that is asked for signs of presence only. */
  readonly sign: Sign | undefined;
}

/** Who writes records, and what is remembered of them. */
export class Voice implements Heard {
  readonly format: string;
  readonly hostname: string | undefined;
  readonly flags: readonly RecordFlag[];
  /** The extractors of its format. */
  readonly asked: readonly Asking[];
  /** Of one that writes access lines. */
  readonly accesses: Accesses | undefined;
  count = 0;
  first: Timestamp | undefined = undefined;
  last: Timestamp | undefined = undefined;
  /** No number before the first record; undefined of records without a time. */
  dayMs: Millis | undefined = Number.NaN;
  #firstMs: Millis = 0;
  #lastMs: Millis = 0;

  constructor(
    format: string,
    hostname: string | undefined,
    flags: readonly RecordFlag[],
    { presence, accesses }: Pick<Voices, 'presence' | 'accesses'>,
  ) {
    this.format = format;
    this.hostname = hostname;
    this.flags = flags;
    this.asked = extractorsFor(format).map(({ sign, isSign, extract }) => ({
      sign: sign === undefined ? undefined : new Sign(presence, sign, hostname),
      isSign,
      extract,
    }));
    this.accesses = format === 'ocserv-access' && hostname !== undefined ? new Accesses(accesses, hostname) : undefined;
  }

  /** Whether no record of it was counted yet. */
  get isNew(): boolean {
    return Number.isNaN(this.dayMs);
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
