import type { SourceContext } from '../../model/record.ts';
import type { Timestamp } from '../../model/time.ts';
import { clockOf } from '../syslog/clock.ts';
import { civilOf, DAY_PATTERN, orderOf, TIME_PATTERN } from './civil.ts';

/** A file of the log queue. `ISALOG_<session>_<number>.LLQ`: both hexadecimal and growing. */
export interface QueueFile {
  readonly name: string;
  /** When it was last written; undefined when the listing does not say. */
  readonly writtenAt: Timestamp | undefined;
  readonly bytes: number | null;
}

export interface Listing {
  readonly directory: string | null;
  /** Oldest first, by the time last written and then by name. */
  readonly files: readonly QueueFile[];
  /** Whether it shows that there are no other queue files: a row on its own does not. */
  readonly complete: boolean;
}

/** No row of a listing is longer: patterns then cost little on whatever else is asked about. */
export const MAX_LINE = 400;
const ROW = new RegExp(`(?:^|[\\s,"])(${DAY_PATTERN})[\\s,]+(${TIME_PATTERN})`);
const QUEUE_NAME = /([^\s\\/",]+\.LLQ)"?\s*(?:$|[,\s])/i;
/** A name on a line of its own (`dir /b`), with or without its path. */
const BARE_NAME = /^\s*"?(?:[A-Za-z]:|\\\\)?[^"<>|*?\t]*\bISALOG_[0-9A-F]+_[0-9A-F]+\.LLQ"?\s*$/i;
const OTHER_NAME = /\.([A-Za-z0-9]{1,8})\s*$/;
const QUEUE_FOLDER = /(?:Threat Management Gateway|ISA Server)\\?(?:ISA)?Logs|\\ISALogs/i;
const HEAD = /^\s*(?:Directory(?: of |: )(.+?)|(?:ディレクトリ: (.+?))|(\S.*?) のディレクトリ)\s*$/;
const NOT_FOUND = /^\s*(?:File Not Found|ファイルが見つかりません)/i;

/** Whether a line lists a file: `dir` and PowerShell in any locale, in any order of name, size and time. */
export const isRow = (line: string): boolean => line.length <= MAX_LINE && ROW.test(line);
/** Whether a line is the row, or the name, of a queue file. */
export const isQueueRow = (line: string): boolean =>
  line.length <= MAX_LINE && QUEUE_NAME.test(line) && (ROW.test(line) || BARE_NAME.test(line));

/** The log queue as `dir` or PowerShell listed it; undefined when it lists something else. */
export function readListing(text: string, ctx: SourceContext): Listing | undefined {
  const lines = text.split(/\r?\n/);
  const directory = lines.map(folderIn).find((folder) => folder !== undefined);
  const rows = lines.filter(isQueueRow);
  const isOurs = directory !== undefined && QUEUE_FOLDER.test(directory);
  if (rows.length === 0 && !isOurs) return undefined;
  const order = orderOf(
    lines.flatMap((line) => ROW.exec(line)?.[1] ?? []),
    ctx.referenceMs,
  );
  const files = rows.map((row): QueueFile => {
    const [, day = '', time = ''] = ROW.exec(row) ?? [];
    return {
      name: (QUEUE_NAME.exec(row)?.[1] ?? '').toUpperCase(),
      writtenAt: clockOf(ctx).resolve(civilOf(day, time, order)).timestamp,
      bytes: bytesIn(row),
    };
  });
  files.sort((a, b) => compare(a.writtenAt ?? '', b.writtenAt ?? '') || compare(a.name, b.name));
  return {
    directory: directory ?? null,
    files,
    complete: directory !== undefined && (rows.length > 0 || showsAll(lines)),
  };
}

/** Whether a listing without queue files says that there are none, and not that it was asked for other files. */
function showsAll(lines: readonly string[]): boolean {
  if (lines.some((line) => NOT_FOUND.test(line) || /<DIR>\s+\.\.\s*$/i.test(line))) return true;
  const extensions = lines.filter(isRow).flatMap((line) => OTHER_NAME.exec(line)?.[1]?.toLowerCase() ?? []);
  return new Set(extensions).size > 1;
}

const folderIn = (line: string): string | undefined => {
  const [, english, powerShell, japanese] = HEAD.exec(line) ?? [];
  return english ?? powerShell ?? japanese;
};

/** The number between time and name, with the thousands separators of the locale. */
function bytesIn(row: string): number | null {
  const [, size] = /\s([\d.,\u00a0]+)\s+\S+\.LLQ\s*$/i.exec(row) ?? [];
  const digits = size?.replace(/\D/g, '') ?? '';
  return digits === '' || digits.length > 15 ? null : Number(digits);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
