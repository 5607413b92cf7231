import type { Position } from '../../model/record.ts';
import {
  AT,
  BODY_AT,
  END,
  FIELD_COUNT,
  FIELDS,
  ISO_5424,
  KIND,
  LENGTH,
  ORIGIN,
  PRIORITY,
  STAMP_AT,
  STAMP_DIGITS,
  STAMP_NUMBER,
} from '../kernel/layout.ts';
import { type Chunk, RawLine } from '../raw-line.ts';
import type { SyslogHeader } from './header.ts';
import { knownCivil, knownOrigin } from './known-headers.ts';
import type { KnownOrigin } from './origin.ts';
import { readKnownIso, type Stamp } from './stamp.ts';

/** The stamp read last: lines of one second come in runs. The same object for all of them, which the clock recognises. */
let lastStamp: Stamp | undefined;
let lastStampNumber = 0;

/** A line whose header the kernel knew, and mostly its fields: numbers in a row, of which texts are cut out when they are asked for. */
export class HeadedLine extends RawLine implements SyslogHeader {
  declare readonly origin: KnownOrigin;
  declare readonly rows: Int32Array;
  declare readonly row: number;
  declare private cutBody: string | undefined;

  /** The row's origin is looked up at once: its number may soon be another's. */
  constructor(chunk: Chunk, rows: Int32Array, row: number, line: number, moved?: Position, origin?: KnownOrigin) {
    super(chunk, line, moved);
    this.rows = rows;
    this.row = row;
    this.origin = origin ?? knownOrigin(rows[row + ORIGIN] ?? 0);
    this.cutBody = undefined;
  }

  movedTo(position: Position): HeadedLine {
    return new HeadedLine(this.chunk, this.rows, this.row, this.line, position, this.origin);
  }

  get at(): number {
    return this.#number(AT);
  }

  get end(): number {
    return this.#number(END);
  }

  get length(): number {
    return this.#number(LENGTH);
  }

  get text(): string {
    return this.chars.slice(this.at, this.end);
  }

  /** What the kernel found out: `MESSAGE`, or the kind of its fields. */
  get kind(): number {
    return this.#number(KIND);
  }

  get dress(): 'rfc5424' | 'rfc3164' {
    return this.#number(STAMP_NUMBER) === ISO_5424 ? 'rfc5424' : 'rfc3164';
  }

  get priority(): number | undefined {
    const priority = this.#number(PRIORITY);
    return priority < 0 ? undefined : priority;
  }

  get stamp(): Stamp | undefined {
    const number = this.#number(STAMP_NUMBER);
    if (number <= ISO_5424) return readKnownIso(this, this.#number(STAMP_AT), this.#number(STAMP_DIGITS));
    if (number !== lastStampNumber) {
      lastStamp = knownCivil(number);
      lastStampNumber = number;
    }
    return lastStamp;
  }

  get hostname(): string | undefined {
    return this.origin.hostname;
  }

  get appName(): string | undefined {
    return this.origin.appName;
  }

  get procId(): string | undefined {
    return this.origin.procId;
  }

  get msgId(): string | undefined {
    return this.origin.msgId;
  }

  get structuredData(): undefined {
    return undefined;
  }

  get wellFormed(): true {
    return true;
  }

  get bodyAt(): number {
    return this.#number(BODY_AT);
  }

  get body(): string {
    this.cutBody ??= this.chars.slice(this.bodyAt, this.end);
    return this.cutBody;
  }

  get rawLine(): RawLine {
    return this;
  }

  /** Of lines of fields: how many there are, and where in `rows` their beginnings are, with one behind the end of the last. */
  get fieldCount(): number {
    return this.#number(FIELD_COUNT);
  }

  get fieldsAt(): number {
    return this.row + FIELDS;
  }

  /** One of the numbers that stand behind the fields, as `layout.ts` says by kind. */
  numberBehind(index: number): number {
    return this.rows[this.fieldsAt + this.fieldCount + 1 + index] ?? 0;
  }

  #number(index: number): number {
    return this.rows[this.row + index] ?? 0;
  }
}
