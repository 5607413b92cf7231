import { type Fact, type FactDraft, makeFact, type Scalar, StatedFact } from '../model/fact.ts';
import { type LogRecord, plainRecord, type RawRecord, type Rejection, type SourceContext } from '../model/record.ts';
import { type Second, secondOf } from '../model/second.ts';
import { type Timestamp, timestampOf } from '../model/time.ts';
import type { AccessCounter } from './access-count.ts';
import type { Books } from './books.ts';
import { type Candidates, candidatesFor } from './candidates.ts';
import { codesOfText } from './codes.ts';
import { copyOf } from './copy.ts';
import { extractorsFor } from './facts/index.ts';
import { MAX_RECORD_BYTES } from './frame.ts';
import { JsonRecord } from './json/json-record.ts';
import { beginsJson, scanValue, TOO_DEEP } from './json/scan.ts';
import type { Seen } from './presence.ts';
import { RawLine } from './raw-line.ts';
import { HeadedLine } from './syslog/headed-line.ts';
import { type Voice, Voices } from './voices.ts';

export type ReadOutcome =
  | { readonly kind: 'record'; readonly record: LogRecord; readonly facts: readonly Fact[] }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** What a record says, while its line is at hand. */
export type StatedOutcome =
  | { readonly kind: 'record'; readonly record: LogRecord; readonly facts: readonly StatedFact[] }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

const NO_FACTS: readonly StatedFact[] = [];

/**
 * Reads the records of one source: the first format asked that claims a record parses it, then its facts are taken.
 * Total: a format that throws makes a rejection `internal-error`, never an exception. Only counters are kept between records.
 *
 * Example: `const reader = new Reader({ zone: 'UTC', referenceMs }); reader.read(raw)`
 */
export class Reader {
  readonly #ctx: SourceContext;
  readonly #candidates: Candidates;
  readonly #referenceTime: Timestamp;
  readonly #voices = new Voices();
  readonly #books: Books | undefined;

  /** `books`: where records are counted. */
  constructor(ctx: SourceContext, books?: Books) {
    this.#ctx = ctx;
    this.#candidates = candidatesFor(ctx.formatHints);
    this.#referenceTime = timestampOf(ctx.referenceMs);
    this.#books = books;
  }

  /** With facts to be kept. */
  read(raw: RawRecord): ReadOutcome {
    const outcome = this.state(raw);
    if (outcome.kind === 'rejected' || outcome.facts.length === 0) return outcome;
    return { kind: 'record', record: outcome.record, facts: outcome.facts.map(keptFact) };
  }

  /** With facts as they are stated: for those who take of them what they need at once. */
  state(raw: RawRecord): StatedOutcome {
    try {
      return this.#read(raw);
    } catch (error) {
      // The name only: messages of engines quote their input.
      return rejected(raw, 'internal-error', error instanceof Error ? error.name : 'unknown error');
    }
  }

  /** Access lines counted since the last call; see `countedFact`. */
  takeCounters(): AccessCounter[] {
    return this.#voices.accesses.take();
  }

  #read(raw: RawRecord): StatedOutcome {
    if (raw.length > MAX_RECORD_BYTES) return rejected(raw, 'too-long', `expected at most ${MAX_RECORD_BYTES} bytes`);
    const glanced = raw instanceof JsonRecord ? raw.glanced : undefined;
    if (glanced !== undefined) return { kind: 'record', record: glanced, facts: this.#hear(glanced, false) };
    if (raw.json === undefined && looksLikeJson(raw)) return brokenJson(raw);
    const result = this.#candidates.parse(raw, this.#ctx);
    if (result === undefined) return rejected(raw, 'not-text', 'expected text');
    if (!result.ok) return rejected(raw, result.error.code, result.error.message);
    return { kind: 'record', record: result.value, facts: this.#hear(result.value, true) };
  }

  /** Facts that only what came after them completed: the last sign of each server in each minute. At the end of input, or of a part. */
  takeFacts(): Fact[] {
    return this.takeStated().map(keptFact);
  }

  /** The same as they are stated. */
  takeStated(): StatedFact[] {
    return this.#voices.presence.take().flatMap(factsSeen);
  }

  /**
   * A record that states no time (what a command printed, a line without a stamp) holds when its source was written, and is
   * known by its place: two equal lines are two facts. The flag `no-time` goes along.
   */
  #timelessFacts(record: LogRecord): readonly StatedFact[] {
    const dated = { ...plainRecord(record), timestamp: timeOfLine(this.#referenceTime, record.position.line) };
    return extractorsFor(record.format)
      .filter((extractor) => extractor.isSign?.(record) !== false)
      .flatMap((extractor) => extractor.extract(dated))
      .filter(isNamed)
      .map((draft) => timelessFactOf(draft, record));
  }

  /** Takes the facts of a record, if it may have some, and counts it. */
  #hear(record: LogRecord, mayTell: boolean): readonly StatedFact[] {
    const { timestamp } = record;
    const second = timestamp === undefined ? undefined : secondOf(timestamp);
    const voice = this.#voices.of(record);
    const facts = mayTell ? this.#factsOf(record, voice, second) : NO_FACTS;
    this.#books?.count(voice, timestamp, second);
    const forgotten = this.#voices.presence.takeForgotten();
    return forgotten === undefined ? facts : [...facts, ...forgotten.flatMap(factsSeen)];
  }

  #factsOf(record: LogRecord, { asked, accesses }: Voice, second: Second | undefined): readonly StatedFact[] {
    if (second === undefined) return this.#timelessFacts(record);
    accesses?.add(record, second);
    let facts: StatedFact[] | undefined;
    for (const { sign, isSign, extract } of asked) {
      if (sign?.isKnown(second)) continue;
      if (isSign !== undefined && !isSign(record)) continue;
      if (sign !== undefined && !sign.note(record, second)) continue;
      const drafts = extract(record);
      if (drafts.length === 0) continue;
      for (const draft of drafts) {
        if (!isNamed(draft)) continue;
        const fact = factOf(draft, record);
        if (facts === undefined) facts = [fact];
        else facts.push(fact);
      }
    }
    return facts ?? NO_FACTS;
  }
}

/** What one source prints in turn was so in turn: a tick of 100 ns for each line, as far as the millisecond has room. */
const timeOfLine = (reference: Timestamp, line: number): Timestamp =>
  `${reference.slice(0, 23)}${String(Math.min(Math.max(line - 1, 0), 9999)).padStart(4, '0')}Z`;

const timelessFactOf = (draft: FactDraft, record: LogRecord): StatedFact => {
  const { source, line, byte } = record.position;
  return factOf({ ...draft, identity: [...draft.identity, source, line, byte] }, record);
};

/** A machine that a record names with blanks is none. */
const isNamed = ({ entity: { key } }: FactDraft): boolean => key.trim() !== '' && !key.startsWith('|');

const factOf = (draft: FactDraft, { position, flags }: LogRecord): StatedFact => new StatedFact(draft, position, flags);

const keptFact = (fact: StatedFact): Fact => makeFact(detached(fact), fact.evidence, fact.flags);

const factsSeen = ({ kind, record }: Seen): StatedFact[] =>
  extractorsFor(record.format)
    .filter((extractor) => extractor.kinds.includes(kind))
    .flatMap((extractor) => extractor.extract(record))
    .filter(isNamed)
    .map((draft) => factOf(draft, record));

function rejected({ position }: RawRecord, reason: string, detail: string): StatedOutcome & ReadOutcome {
  return { kind: 'rejected', rejection: { position, reason, detail } };
}

const BLANK = 0x20;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** No line whose header the kernel knew is, and most others tell by their first character that they are none. They are not cut out for it. */
function looksLikeJson(raw: RawRecord): boolean {
  if (raw instanceof HeadedLine) return false;
  const first = raw instanceof RawLine ? raw.chars.charCodeAt(raw.at) : BLANK;
  if (first > BLANK && first !== OPEN_BRACE && first !== OPEN_BRACKET) return false;
  return beginsJson(raw.text) === true;
}

const brokenJson = (raw: RawRecord): StatedOutcome =>
  scanValue(codesOfText(raw.text), 0) === TOO_DEEP
    ? rejected(raw, 'too-deep', 'expected JSON of reasonable depth')
    : rejected(raw, 'invalid-json', 'expected a whole JSON value');

/** Facts that outlive their line: copies of its parts, or each would keep the chunk alive that it was cut from. */
function detached({ kind, entity, time, identity, attributes }: FactDraft): FactDraft {
  return {
    kind,
    entity: { kind: entity.kind, key: copyOf(entity.key) },
    time: copyOf(time),
    identity,
    attributes: detachedAttributes(attributes),
  };
}

function detachedAttributes(attributes: FactDraft['attributes']): FactDraft['attributes'] {
  const own: Record<string, Scalar> = { ...attributes };
  for (const name of Object.keys(own)) {
    const value = own[name];
    if (typeof value === 'string') own[name] = copyOf(value);
  }
  return own;
}
