import { exportedColumns, exportedRow } from '../azure/exported-table.ts';
import { lineWith } from '../raw-line.ts';
import { type Framing, MAX_COLUMNS_LENGTH, type Taken } from './framing.ts';

const CARRIAGE_RETURN = 0x0d;
const NEW_LINE = 0x0a;
const QUOTE = 0x22;

/** Rows of an exported table: lines, but for cells in quotes that hold some, and JSON by the names in the header. */
export class TableFraming {
  readonly #at: Framing;
  #header: string | undefined;
  #columns: readonly string[] | undefined;

  constructor(framing: Framing) {
    this.#at = framing;
  }

  /** A header, which is no record. */
  header(): boolean {
    const { units } = this.#at;
    const { at, lineEnd: end } = units;
    const isWhole = end < units.size;
    if (end - at > MAX_COLUMNS_LENGTH || (!isWhole && !this.#at.final)) return false;
    const text = units.text.slice(at, end).trimEnd();
    if (exportedColumns(text) === undefined) return false;
    this.#at.columns = text;
    units.advance(isWhole ? end + 1 : end);
    return true;
  }

  /** A row; `plain` when this is no table, or the line none of its rows. */
  row(): Taken {
    const columns = this.#columnsOf(this.#at.columns);
    if (columns === undefined) return 'plain';
    // That of another table behind the first.
    if (this.header()) return 'taken';
    const { units } = this.#at;
    const { at } = units;
    const end = this.#rowEnd();
    if (end === undefined) return this.#at.mayWait(at) ? 'wait' : 'plain';
    const stop = units.codeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    const next = Math.min(end + 1, units.size);
    const record = units.record(at, stop, next - at);
    const json = exportedRow(columns, record.text);
    if (json === undefined) return 'plain';
    this.#at.out.push(lineWith(record, { json }));
    units.advance(next);
    return 'taken';
  }

  /** The first line end outside of quotes; that of the source when it is final. */
  #rowEnd(): number | undefined {
    const { units, final, limit } = this.#at;
    const most = Math.min(units.size, units.at + limit);
    let isQuoted = false;
    for (let i = units.at; i < most; i++) {
      const code = units.codeAt(i);
      if (code === QUOTE) isQuoted = !isQuoted;
      else if (code === NEW_LINE && !isQuoted) return i;
    }
    return final && !isQuoted && most === units.size ? most : undefined;
  }

  #columnsOf(header: string | undefined): readonly string[] | undefined {
    if (header !== this.#header) {
      this.#header = header;
      this.#columns = header === undefined ? undefined : exportedColumns(header);
    }
    return this.#columns;
  }
}
