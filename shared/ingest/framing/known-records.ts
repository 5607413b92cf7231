import type { RawRecord } from '../../model/record.ts';
import { ChatterRecord, TellingRecord } from '../json/json-record.ts';
import { knownHeads, TIME } from '../json/known-heads.ts';
import { jsonAt, type KnownRows } from '../json/known-rows.ts';
import { KERNEL } from '../kernel/kernel.ts';
import { AT, BETWEEN, ELEMENT, END, LENGTH, LINE, LINES, NOTHING, RECORD_NUMBERS, SAYS } from '../kernel/layout.ts';
import type { Framing, Mode } from './framing.ts';
import type { Units } from './units.ts';

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
    const { at, line, source } = units;
    if (!units.isBytes) return false;
    const reading = KERNEL.readRecords(units.bytes, at, mode === 'element' ? ELEMENT : LINES, envelope);
    const { rows, kept } = reading;
    const row = takeRows({ rows, kept, heads: knownHeads(), source, line, byte: units.byteOf(0) }, out);
    return row === rows.length
      ? this.#moveTo(reading.next, line + reading.lines, reading.place, at)
      : this.#moveTo(rows[row + AT] ?? 0, line + (rows[row + LINE] ?? 0), placeOf(rows, row), at);
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

/** Gives out the record of each row up to one whose properties are no JSON after all: its index, or that behind all. */
function takeRows(known: KnownRows, out: RawRecord[]): number {
  const { rows } = known;
  for (let row = 0; row < rows.length; row += RECORD_NUMBERS) {
    if (rows[row + SAYS] === NOTHING) {
      out.push(new ChatterRecord(known, row, undefined));
      continue;
    }
    const json = jsonAt(known, row);
    if (json === undefined) return row;
    out.push(new TellingRecord(known, row, json, undefined));
  }
  return rows.length;
}

/** Lines are longer than their records by what ends them. */
const placeOf = (rows: Int32Array, row: number): number =>
  (rows[row + LENGTH] ?? 0) > (rows[row + END] ?? 0) - (rows[row + AT] ?? 0) ? LINES : ELEMENT;

/**
 * Whether the units seem to end inside the record at hand: then it waits for more without being scanned. A wrong yes costs a wait, and
 * ends when the next record begins or there is much more text.
 */
export function isCut(units: Units): boolean {
  const rest = units.rest(MAX_CUT);
  if (rest === undefined || !(rest.startsWith(TIME) || TIME.startsWith(rest))) return false;
  return !/[}\]]$/.test(rest) && !rest.includes('\n') && !rest.includes(NEXT_ELEMENT);
}
