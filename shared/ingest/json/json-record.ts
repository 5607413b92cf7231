import type { LogRecord, Position, RawRecord, RecordFlag } from '../../model/record.ts';
import { glanceAt } from '../glance.ts';
import { parseJson } from './records.ts';

/**
 * A record of JSON text that is parsed when it is first asked for: most records of the largest logs are told by a look at their
 * text. `json` is undefined when the text is none after all.
 */
export class JsonRecord implements RawRecord {
  readonly text: string;
  readonly codes: Uint8Array | undefined;
  readonly codesAt: number;
  readonly position: Position;
  readonly length: number;
  readonly flags: readonly RecordFlag[];
  #looked = false;
  #glanced: LogRecord | undefined;
  #parsed = false;
  #json: unknown;

  constructor(raw: RawRecord, position = raw.position) {
    this.text = raw.text;
    this.codes = raw.codes;
    this.codesAt = raw.codesAt ?? 0;
    this.position = position;
    this.length = raw.length;
    this.flags = raw.flags;
  }

  /** What it is, when a glance tells that it can only count. */
  get glanced(): LogRecord | undefined {
    if (!this.#looked) {
      this.#glanced = glanceAt(this);
      this.#looked = true;
    }
    return this.#glanced;
  }

  /** Whether its text is one JSON value: known at a glance, or from the parse. */
  get isWhole(): boolean {
    return this.glanced !== undefined || this.json !== undefined;
  }

  get json(): unknown {
    if (!this.#parsed) {
      this.#json = parseJson(this.text);
      this.#parsed = true;
    }
    return this.#json;
  }
}

/** The same record at another place. */
export const movedTo = (raw: RawRecord, position: Position): RawRecord =>
  raw instanceof JsonRecord ? new JsonRecord(raw, position) : { ...raw, position };
