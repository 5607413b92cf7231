import type { LogRecord, RecordFlag } from '../model/record.ts';
import { AccessCount, Accesses } from './access-count.ts';
import type { Book } from './books.ts';
import { copyOf } from './copy.ts';
import { type Asked, extractorsFor } from './facts/index.ts';
import { Presence, Sign } from './presence.ts';

/** Who is forgotten begins anew: that costs time only. */
const MAX_VOICES = 4_096;
const NOBODY: readonly Voice[] = [];

/** Who writes in a source and how. What is remembered of each is found with one look-up, and most lines need no other. */
export class Voices {
  readonly presence = new Presence();
  readonly accesses = new AccessCount();
  readonly #byHost = new Map<string | undefined, Voice[]>();
  #size = 0;

  /** Who wrote a record. */
  of({ hostname, format, flags }: LogRecord): Voice {
    for (const voice of this.#byHost.get(hostname) ?? NOBODY)
      if (voice.format === format && sameFlags(voice.flags, flags)) return voice;
    return this.#begin(hostname, format, flags);
  }

  #begin(said: string | undefined, format: string, flags: readonly RecordFlag[]): Voice {
    if (this.#size++ >= MAX_VOICES) {
      this.#byHost.clear();
      this.#size = 1;
    }
    const hostname = said === undefined ? undefined : copyOf(said);
    const voice = new Voice(format, hostname, flags, this);
    const voices = this.#byHost.get(hostname);
    if (voices === undefined) this.#byHost.set(hostname, [voice]);
    else voices.push(voice);
    return voice;
  }
}

/** An extractor as it is asked about the records of one voice. */
interface Asking extends Pick<Asked, 'isSign' | 'extract'> {
  /** Of one that is asked for signs of presence only. */
  readonly sign: Sign | undefined;
}

/** One host that writes records of one format and with the same flags. */
export class Voice {
  readonly format: string;
  readonly hostname: string | undefined;
  readonly flags: readonly RecordFlag[];
  /** The extractors of its format. */
  readonly asked: readonly Asking[];
  /** Of one that writes access lines. */
  readonly accesses: Accesses | undefined;
  /** Where `Books` counts its records. */
  book: Book | undefined;

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
}

/** Mostly it is the same list. */
const sameFlags = (a: readonly RecordFlag[], b: readonly RecordFlag[]): boolean =>
  a === b || (a.length === b.length && a.every((flag, index) => flag === b[index]));
