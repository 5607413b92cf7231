import type { RecordFlag } from '../model/record.ts';
import type { Second } from '../model/second.ts';
import type { Millis, Timestamp } from '../model/time.ts';
import type { Voice } from './voices.ts';

/** Books that hold something; beyond that they are told once more, which costs time only. */
const MAX_OPEN = 4_096;

/** Records of one voice: all of one UTC day, or all without a time. */
export interface Heard extends Pick<Voice, 'format' | 'hostname' | 'flags'> {
  readonly count: number;
  /** The earliest and the latest time that they state; undefined when they state none. */
  readonly first: Timestamp | undefined;
  readonly last: Timestamp | undefined;
}

/**
 * Counts the records of a source by voice, for those who keep books of them. Of the first of each it tells at once, so that books are in
 * the order of the input; of the others when a day is over, and at the end. So a line costs a number raised, however many books there are.
 */
export class Books {
  readonly #listen: (heard: Heard) => void;
  /** Those that hold what was not told yet. */
  #open: Book[] = [];

  constructor(listen: (heard: Heard) => void) {
    this.#listen = listen;
  }

  /** Counts a record of a voice. */
  count(voice: Voice, timestamp: Timestamp | undefined, second: Second | undefined): void {
    const { book } = voice;
    if (book === undefined) {
      voice.book = new Book(voice);
      voice.book.begin(timestamp, second);
      voice.book.count = 1;
      this.#tell(voice.book);
      return;
    }
    if (book.dayMs !== second?.dayMs) {
      this.#tell(book);
      book.begin(timestamp, second);
    } else if (timestamp !== undefined && second !== undefined) {
      book.note(timestamp, second.ms);
    }
    if (book.count++ === 0) this.#opened(book);
  }

  /** Tells of all that was not told yet. */
  tell(): void {
    for (const book of this.#open) this.#tell(book);
    this.#open = [];
  }

  #opened(book: Book): void {
    this.#open.push(book);
    if (this.#open.length > MAX_OPEN) this.tell();
  }

  #tell(book: Book): void {
    if (book.count > 0) this.#listen(book);
    book.count = 0;
  }
}

/** What was counted of a voice since it was told last. */
export class Book implements Heard {
  readonly format: string;
  readonly hostname: string | undefined;
  readonly flags: readonly RecordFlag[];
  count = 0;
  first: Timestamp | undefined = undefined;
  last: Timestamp | undefined = undefined;
  dayMs: Millis | undefined = undefined;
  #firstMs: Millis = 0;
  #lastMs: Millis = 0;

  constructor({ format, hostname, flags }: Voice) {
    this.format = format;
    this.hostname = hostname;
    this.flags = flags;
  }

  /** By the first record of a day. */
  begin(timestamp: Timestamp | undefined, second: Second | undefined): void {
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
