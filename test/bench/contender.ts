import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { analyze } from '../../shared/analyze/analyze.ts';
import { documentOf } from '../../shared/analyze/document.ts';
import { findInputs } from '../../shared/analyze/inputs.ts';
import { readThresholdsFile } from '../../shared/health/thresholds-file.ts';
import { candidatesFor, Framer } from '../../shared/ingest/index.ts';
import { JsonRecord } from '../../shared/ingest/json/json-record.ts';
import { type LogRecord, plainRecord, type RawRecord, type SourceContext } from '../../shared/model/record.ts';
import { type OracleRecord, oracle } from './oracle.ts';

/** What one contender did in a process of its own. */
export interface Performance {
  readonly lines: number;
  /** CPU time, all threads: on a busy machine the clock on the wall measures the others. */
  readonly ms: number;
  readonly maxRssBytes: number;
}

const WALL_CLOCK = Date.UTC(2026, 11, 1);
const CONTEXT: SourceContext = { zone: 'UTC', referenceMs: WALL_CLOCK };

const candidates = candidatesFor();

/** The product's own parse to typed records, no facts: framing, then the first format that claims the line. */
function parse(raw: RawRecord): LogRecord | undefined {
  const result = candidates.parse(raw, CONTEXT);
  return result?.ok ? result.value : undefined;
}

/** `take`: what is done with each record. */
function parsed(path: string, take: (record: LogRecord) => unknown): number {
  const framer = new Framer(path);
  let count = 0;
  const read = (records: readonly RawRecord[]): void => {
    for (const raw of records) {
      const record = parse(raw);
      if (record !== undefined && take(record) !== undefined) count++;
    }
  };
  for (const piece of piecesOf(path)) read(framer.push(piece));
  read(framer.end());
  return count;
}

const PIECE_BYTES = 65_536;

/** A file piece by piece, without a stream: that takes as long as parsing all of its JSON, and is no contender's doing. */
function* piecesOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(PIECE_BYTES);
  const read = (): number => readSync(file, buffer, 0, PIECE_BYTES, null);
  for (let size = read(); size > 0; size = read()) yield buffer.subarray(0, size);
  closeSync(file);
}

/** Lines as the other contenders get them: split text, no positions. */
function eachLine(path: string, take: (line: string) => unknown): number {
  let count = 0;
  let rest = '';
  for (const piece of piecesOf(path)) {
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (take(line) !== undefined) count++;
  }
  return count;
}

async function wholeAnalysis(path: string): Promise<number> {
  const files = await findInputs([path]);
  const thresholds = readThresholdsFile({});
  if (!files.ok || !thresholds.ok) throw new Error('expected a readable corpus');
  const input = { files: files.value, thresholds: thresholds.value, zone: 'UTC', wallClock: WALL_CLOCK };
  return JSON.parse(JSON.stringify(documentOf(await analyze(input)))).summary.records;
}

function nsyslog(path: string): number {
  // CommonJS without types, and not a part of the bundle that this runs in.
  const parser: (line: string) => unknown = createRequire(`${process.cwd()}/`)('nsyslog-parser');
  return eachLine(path, parser);
}

/** Compares the product's parse with the plain one on every line; throws at the first that differs. */
function compareWithOracle(path: string): number {
  const framer = new Framer(path);
  let count = 0;
  const check = (records: readonly RawRecord[]): void => {
    for (const raw of records) {
      const ours = parse(raw);
      const { position: _, flags: __, ...rest } = ours === undefined ? { position: 0, flags: 0 } : plainRecord(ours);
      const [got, expected] = [sorted(rest), sorted(oracle(raw.text, WALL_CLOCK) ?? {})];
      if (got !== expected)
        throw new Error(`line ${raw.position.line}: ${raw.text}\ngot      ${got}\nexpected ${expected}`);
      count++;
    }
  };
  for (const piece of piecesOf(path)) check(framer.push(piece));
  check(framer.end());
  return count;
}

/** JSON with keys in order, so that only content is compared. */
function sorted(record: Partial<OracleRecord>): string {
  const inOrder = (value: object): object =>
    Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(inOrder({ ...record, attributes: inOrder(record.attributes ?? {}) }));
}

/** Every envelope or line through JSON.parse, which is what most forwarders do. */
function parsedJson(path: string): number {
  let count = 0;
  eachLine(path, (line) => {
    const json: unknown = JSON.parse(line);
    const records: unknown = json && typeof json === 'object' && 'records' in json ? json.records : undefined;
    count += Array.isArray(records) ? records.length : 1;
  });
  return count;
}

/** The same records: those that say something parsed, the chatter of the IKE log known at a glance. */
function azureRecords(path: string): number {
  const framer = new Framer(path);
  let count = 0;
  const take = (records: readonly RawRecord[]): void => {
    for (const raw of records) if ((raw instanceof JsonRecord && raw.glanced) || raw.json !== undefined) count++;
  };
  for (const piece of piecesOf(path)) take(framer.push(piece));
  take(framer.end());
  return count;
}

export const CONTENDERS = {
  'JSON.parse': parsedJson,
  'azure-records': azureRecords,
  parse: (path: string) => parsed(path, (record) => record),
  'parse-in-full': (path: string) => parsed(path, plainRecord),
  'nsyslog-parser': nsyslog,
  regex: (path: string) => eachLine(path, (line) => oracle(line, WALL_CLOCK)),
  analyze: wholeAnalysis,
  compare: compareWithOracle,
} as const;

export type ContenderName = keyof typeof CONTENDERS;

async function perform(name: string, path: string, warmUp: string): Promise<Performance> {
  const contender = Object.entries(CONTENDERS).find(([known]) => known === name)?.[1];
  if (!contender) throw new Error(`expected one of ${Object.keys(CONTENDERS).join(', ')}`);
  if (warmUp !== '') await contender(warmUp);
  const begin = process.cpuUsage();
  const lines = await contender(path);
  const { user, system } = process.cpuUsage(begin);
  const ms = (user + system) / 1_000;
  return { lines, ms, maxRssBytes: process.resourceUsage().maxRSS * 1_024 };
}

/** Run as `node contender.ts NAME FILE [WARM-UP]`: prints its performance as JSON, of the file alone. */
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , name = '', path = '', warmUp = ''] = process.argv;
  void perform(name, path, warmUp).then((performance) => console.log(JSON.stringify(performance)));
}
