import type { Position, RawRecord, RecordFlag } from '../../model/record.ts';
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
