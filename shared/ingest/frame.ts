import type { RawRecord } from '../model/record.ts';
import { type FramerState, Framing, START } from './framing/framing.ts';
import { JsonFraming } from './framing/json-framing.ts';
import { LineFraming } from './framing/line-framing.ts';

export { type FramerState, MAX_RECORD_BYTES } from './framing/framing.ts';

/**
 * Cuts bytes into records: lines, and the single records of JSON envelopes and arrays, even when they are pretty-printed or
 * on one endless line. Where the chunks were cut changes nothing. Memory is bounded by one chunk and one record.
 *
 * Example: `const framer = new Framer('app.log'); [...framer.push(bytes), ...framer.end()]`
 */
export class Framer {
  readonly #framing: Framing;
  readonly #json: JsonFraming;
  readonly #lines: LineFraming;

  constructor(source: string, resume: FramerState = START) {
    this.#framing = new Framing(source, resume);
    this.#json = new JsonFraming(this.#framing);
    this.#lines = new LineFraming(this.#framing, this.#json);
  }

  /** The records that these bytes complete. A last line without its line end waits. */
  push(chunk: Uint8Array): RawRecord[] {
    this.#framing.units.push(chunk);
    return this.#drain(false);
  }

  /** What is left when the source is final: the last line without line end, a value that was cut off. */
  end(): RawRecord[] {
    const out = this.#drain(true);
    this.#framing.units.finish();
    return out;
  }

  /** Where a new Framer would go on: the start of the first record that was not given out. */
  get state(): FramerState {
    return this.#framing.state;
  }

  #drain(final: boolean): RawRecord[] {
    const framing = this.#framing;
    const out: RawRecord[] = [];
    if (!framing.units.decode(final)) return out;
    framing.out = out;
    framing.final = final;
    while (this.#step());
    framing.units.drop();
    framing.out = [];
    return out;
  }

  /** Goes one step in the present mode; false when it needs more text. */
  #step(): boolean {
    const { mode } = this.#framing;
    switch (mode) {
      case 'lines':
        return this.#lines.lines();
      case 'skip-line':
        return this.#lines.skipLine();
      case 'skip-frame':
        return this.#lines.skipFrame();
      case 'element':
        return this.#json.element();
      case 'between':
        return this.#json.between();
      case 'tail':
        return this.#json.tail();
      case 'seek':
        return this.#json.seek();
      default:
        return mode satisfies never;
    }
  }
}
