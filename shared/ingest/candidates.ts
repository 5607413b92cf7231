import type { LogRecord, RawRecord, SourceContext } from '../model/record.ts';
import { ok, type Result } from '../model/result.ts';
import { envelopeOf } from './azure/envelope.ts';
import { copyOf } from './copy.ts';
import type { HeadedReader, LogFormat } from './formats/format.ts';
import { FORMATS } from './formats/index.ts';
import { ODD } from './kernel/layout.ts';
import { HEADED_KINDS } from './kernel/rows.ts';
import { HeadedLine } from './syslog/headed-line.ts';
import { headerOf } from './syslog/header.ts';
import { quotedLine } from './syslog/quoted.ts';

/** Tags and categories remembered of each kind of record; a source that invents more costs time only. */
const MAX_REMEMBERED = 1024;

/**
 * Which formats to ask about a record, in order: those that its source's settings name, then by what the record wears. A
 * category or a tag is looked up once, so a long list of formats costs a line nothing.
 */
export class Candidates {
  readonly #formats: readonly LogFormat[];
  readonly #bare: readonly LogFormat[];
  readonly #json: readonly LogFormat[];
  readonly #byCategory = new Map<string, readonly LogFormat[]>();
  readonly #byTag = new Map<string, readonly LogFormat[]>();
  readonly #byShippedTag = new Map<string, readonly LogFormat[]>();

  /** `hinted`: those to ask first. */
  constructor(hinted: readonly LogFormat[]) {
    this.#formats = [...hinted, ...FORMATS.filter((format) => !hinted.includes(format))];
    this.#bare = this.#formats.filter(({ asked }) => asked.bare);
    this.#json = this.#formats.filter(({ asked }) => asked.json);
  }

  /** The record as the first format reads it that claims it; undefined when none does. */
  parse(raw: RawRecord, ctx: SourceContext): Result<LogRecord> | undefined {
    if (!(raw instanceof HeadedLine)) return this.#search(raw, ctx);
    const { origin } = raw;
    if (origin.readersBy !== this) this.#findReaders(raw);
    const reader = origin.readers[raw.kind];
    return reader === undefined ? this.#search(raw, ctx) : ok(reader.read(raw, ctx));
  }

  #search(raw: RawRecord, ctx: SourceContext): Result<LogRecord> | undefined {
    const formats = this.of(raw);
    const quoted = formats === this.#bare ? quotedLine(raw) : undefined;
    if (quoted !== undefined) return this.parse(quoted, ctx);
    for (const format of formats) if (format.claims(raw)) return format.parse(raw, ctx);
    return undefined;
  }

  of(raw: RawRecord): readonly LogFormat[] {
    const envelope = envelopeOf(raw);
    if (envelope !== undefined) {
      const category = envelope.category.toLowerCase();
      return this.#remembered(this.#byCategory, category, ({ asked }) => asked.azure?.(category) === true);
    }
    const header = headerOf(raw);
    if (header === undefined) return raw.json === undefined ? this.#bare : this.#json;
    const tag = header.appName ?? '';
    return raw.json === undefined
      ? this.#remembered(this.#byTag, tag, ({ asked }) => asked.syslog?.(tag) === true)
      : this.#remembered(this.#byShippedTag, tag, ({ asked }) => asked.json === true || asked.syslog?.(tag) === true);
  }

  #findReaders(line: HeadedLine): void {
    const formats = this.of(line);
    line.origin.readers = HEADED_KINDS.map((kind) => firstReader(formats, kind));
    line.origin.readersBy = this;
  }

  #remembered(
    known: Map<string, readonly LogFormat[]>,
    key: string,
    isAsked: (format: LogFormat) => boolean,
  ): readonly LogFormat[] {
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const asked = this.#formats.filter(isAsked);
    if (known.size >= MAX_REMEMBERED) known.clear();
    // A copy: these live as long as the process, and a piece of a line would keep its chunk alive.
    known.set(copyOf(key), asked);
    return asked;
  }
}

const byHints = new Map<string, Candidates>();

/**
 * Those that ask the formats with these names first. The same for all sources with the same settings, so that what was found out about
 * a tag holds for all of them.
 */
export function candidatesFor(hints: readonly string[] = []): Candidates {
  const hinted = FORMATS.filter(({ name }) => hints.includes(name));
  const key = hinted.map(({ name }) => name).join();
  const candidates = byHints.get(key) ?? new Candidates(hinted);
  byHints.set(key, candidates);
  return candidates;
}

/** What reads such lines, if it is sure that no format asked before would claim one. */
function firstReader(formats: readonly LogFormat[], kind: number): HeadedReader | undefined {
  for (const { headed } of formats) {
    if (headed?.kinds.includes(kind)) return headed;
    if (headed === undefined || kind === ODD || headed.unsure?.includes(kind)) return undefined;
  }
  return undefined;
}
