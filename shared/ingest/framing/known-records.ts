import { JsonRecord } from '../json/json-record.ts';
import { headOf, recordWith, TIME, timeAt } from '../json/known-heads.ts';
import { parseJson } from '../json/records.ts';
import { KERNEL } from '../kernel/kernel.ts';
import { AT, BETWEEN, ELEMENT, END, HEAD, LENGTH, LINE, LINES, PROPERTIES, RECORD_NUMBERS } from '../kernel/layout.ts';
import type { Chunk } from '../raw-line.ts';
import type { Framing, Mode } from './framing.ts';

/** More than nearly all records have. */
const MAX_CUT = 2048;
const NEXT_ELEMENT = '},{"time":"';

const MODES: Readonly<Record<number, Mode>> = { [LINES]: 'lines', [ELEMENT]: 'element', [BETWEEN]: 'between' };

/**
 * Records that begin as others did, one right behind the other: nearly all of what Azure writes. The kernel finds them; of each only what
 * varies is looked at.
 *
 * Safe: what is known is the start of an object up to a value (see `learnHead`), and a record is taken when a look at the message or a
 * parse of the properties shows that the value is whole and the brace follows. Its end is where the brackets would have put it. What
 * is anything else is left where it is, to be framed step by step.
 */
export class KnownRecords {
  readonly #at: Framing;

  constructor(framing: Framing) {
    this.#at = framing;
  }

  /** Takes lines or elements as long as they are known, with the envelopes around them; true when it moved on. */
  read(): boolean {
    const { units, mode, envelope, out } = this.#at;
    const { at, line, chunk } = units;
    if (chunk === undefined) return false;
    const { from, to, next, lines, place } = KERNEL.readRecords(
      chunk.chars,
      at,
      mode === 'element' ? ELEMENT : LINES,
      envelope,
    );
    for (let row = from; row < to; row += RECORD_NUMBERS) {
      const record = recordOf(row, chunk, line);
      if (record === undefined) return this.#moveTo(numberOf(row, AT), line + numberOf(row, LINE), placeOf(row), at);
      out.push(record);
    }
    return this.#moveTo(next, line + lines, place, at);
  }

  #moveTo(to: number, line: number, place: number, from: number): boolean {
    // Whatever it went into from a line is an envelope.
    if (this.#at.mode === 'lines' && place !== LINES) this.#at.envelope = true;
    this.#at.mode = MODES[place] ?? this.#at.mode;
    this.#at.units.at = to;
    this.#at.units.line = line;
    return to > from;
  }
}

const numberOf = (row: number, index: number): number => KERNEL.numbers[row + index] ?? 0;

/** The record of a row; undefined when its properties are no JSON after all. */
function recordOf(row: number, chunk: Chunk, firstLine: number): JsonRecord | undefined {
  const at = numberOf(row, AT);
  const end = numberOf(row, END);
  const length = numberOf(row, LENGTH);
  const line = firstLine + numberOf(row, LINE);
  const head = headOf(numberOf(row, HEAD));
  const propertiesAt = numberOf(row, PROPERTIES);
  if (propertiesAt === 0) return JsonRecord.glanced(head.format, chunk, at, end, length, line);
  const properties = parseJson(chunk.chars.slice(at + propertiesAt, end - 1));
  if (properties === undefined) return undefined;
  return JsonRecord.parsed(recordWith(head, timeAt(chunk.chars, at), properties), chunk, at, end, length, line);
}

/** Lines are longer than their records by what ends them. */
const placeOf = (row: number): number =>
  numberOf(row, LENGTH) > numberOf(row, END) - numberOf(row, AT) ? LINES : ELEMENT;

/**
 * Whether the text seems to end inside the record at `at`: then it waits for more without being scanned. A wrong yes costs a wait, and
 * ends when the next record begins or there is much more text.
 */
export function isCut(text: string, at: number): boolean {
  if (text.length - at > MAX_CUT || !text.startsWith(TIME, at)) return false;
  const rest = text.slice(at);
  return !/[}\]]$/.test(rest) && !rest.includes('\n') && !rest.includes(NEXT_ELEMENT);
}
