import { parseTime } from '../../model/time.ts';

/** A cell, quoted or plain, and the comma behind it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(,|$)/y;
/** `TimeGenerated [UTC]`: the portal says the zone in the names of columns that hold times. */
const TIME_COLUMN = /^TimeGenerated(?: \[UTC\])?$/;
/** What a log line, which may hold that word too, is not made of. */
const COLUMN = /^[\w ().$-]{1,100}(?: \[[^\]]{1,50}\])?$/;
const ZONE = / \[([^\]]+)\]$/;
/** Where no AM or PM follows, the day may stand before the month. */
const IS_CLEAR = /^[^/]+$|[AP]M/;
const ENDS_IN_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/;

/**
 * The columns of a table of Log Analytics exported as CSV (portal, `Export-Csv` of PowerShell 7), when this line is its header; undefined when it is none:
 * one of them is `TimeGenerated`.
 */
export function exportedColumns(line: string): readonly string[] | undefined {
  if (!line.includes('TimeGenerated')) return undefined;
  const columns = cellsOf(line);
  if (columns === undefined || columns.length < 2 || !columns.every((name) => COLUMN.test(name))) return undefined;
  return columns.some((name) => TIME_COLUMN.test(name)) ? columns : undefined;
}

/**
 * A row of such a table as the JSON that a query answers, so that whatever reads the one reads the other; undefined when it has not as many
 * cells as there are columns, or a time that cannot be told.
 */
export function exportedRow(columns: readonly string[], text: string): Readonly<Record<string, string>> | undefined {
  const cells = cellsOf(text);
  if (cells?.length !== columns.length) return undefined;
  const row = Object.fromEntries(columns.map((column, i) => named(column, cells[i] ?? '')));
  const time = row['TimeGenerated'] ?? '';
  return IS_CLEAR.test(time) && parseTime(time) !== undefined ? row : undefined;
}

/** In a column of UTC times each names its zone; what another `[Local Time]` is, nobody says. */
function named(column: string, value: string): [name: string, value: string] {
  const zone = ZONE.exec(column);
  if (zone === null) return [column, value];
  const isUtc = zone[1] === 'UTC' && value !== '' && !ENDS_IN_ZONE.test(value);
  return [column.slice(0, zone.index), isUtc ? `${value} Z` : value];
}

/** Clause: RFC 4180, section 2. Undefined when quotes stand where none may. */
function cellsOf(row: string): readonly string[] | undefined {
  const cells: string[] = [];
  CELL.lastIndex = 0;
  for (;;) {
    const cell = CELL.exec(row);
    if (cell === null) return undefined;
    cells.push(cell[1]?.replaceAll('""', '"') ?? cell[2] ?? '');
    if (cell[3] === '') return cells;
  }
}
