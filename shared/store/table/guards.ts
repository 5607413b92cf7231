import { StoreRefused } from '../ports.ts';

/**
 * The limits of Table Storage, checked before a request goes out: the emulator does not enforce all of them, and the service's
 * own refusal comes after the whole payload was sent. Source: "Understanding the Table service data model", "Performing entity
 * group transactions".
 */
export const LIMITS = {
  entityBytes: 1024 * 1024,
  /** 255 with PartitionKey, RowKey and Timestamp. */
  properties: 252,
  /** Of a string (UTF-16) or binary value. */
  valueBytes: 64 * 1024,
  transactionEntities: 100,
  transactionBytes: 4 * 1024 * 1024,
  keyCharacters: 1024,
  earliest: Date.UTC(1601, 0, 1),
} as const;

export type Value = string | number | boolean | bigint | Date | Uint8Array | undefined;

/** A row as it is written: both keys and flat columns. */
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: Value;
}

// Forbidden in keys: the slashes, hash, question mark and control characters.
const forbidden = /[/\\#?\p{Cc}]/u;

/** @throws StoreRefused 400, naming the limit, when the service would refuse the row; 413 when it is too large. */
export function checkRow(row: Row): void {
  const columns = Object.entries(row).filter(([name, value]) => !isKey(name) && value !== undefined);
  if (columns.length > LIMITS.properties) refuse(400, `at most ${LIMITS.properties} properties, got ${columns.length}`);
  for (const key of [row.partitionKey, row.rowKey]) {
    if (key.length > LIMITS.keyCharacters) refuse(400, `keys of at most ${LIMITS.keyCharacters} characters`);
    if (forbidden.test(key)) refuse(400, 'keys without slash, backslash, #, ? and control characters');
  }
  for (const [name, value] of columns) {
    if (valueBytes(value) > LIMITS.valueBytes) refuse(413, `${name} of at most 64 KiB`);
    if (value instanceof Date && !(value.getTime() >= LIMITS.earliest)) refuse(400, `${name} not before 1601`);
  }
  if (rowBytes(row) > LIMITS.entityBytes) refuse(413, 'a row of at most 1 MiB');
}

/** @throws StoreRefused when the rows could not go in one transaction, whatever each of them is like. */
export function checkTransaction(rows: readonly Row[]): void {
  if (rows.length > LIMITS.transactionEntities)
    refuse(400, `at most ${LIMITS.transactionEntities} rows in a transaction`);
  if (new Set(rows.map((row) => row.partitionKey)).size > 1) refuse(400, 'one partition in a transaction');
  if (new Set(rows.map((row) => row.rowKey)).size < rows.length) refuse(400, 'each row once in a transaction');
  const bytes = rows.reduce((sum, row) => sum + payloadBytes(row), 0);
  if (bytes > LIMITS.transactionBytes) refuse(413, 'at most 4 MiB in a transaction');
}

/** What the service counts for a row: 4 + keys in UTF-16 + per property 8 + its name in UTF-16 + its value. */
export function rowBytes(row: Row): number {
  let bytes = 4 + 2 * (row.partitionKey.length + row.rowKey.length);
  for (const [name, value] of Object.entries(row)) {
    if (!isKey(name) && value !== undefined) bytes += 8 + 2 * name.length + valueBytes(value) + 4;
  }
  return bytes;
}

/** An upper estimate of a row's part in a transaction's body: JSON with base64, and about 600 bytes of multipart headers. */
export function payloadBytes(row: Row): number {
  let bytes = 600 + 3 * (row.partitionKey.length + row.rowKey.length);
  for (const [name, value] of Object.entries(row)) {
    if (isKey(name) || value === undefined) continue;
    bytes += 2 * name.length + 40;
    bytes +=
      value instanceof Uint8Array ? Math.ceil(value.length / 3) * 4 : Buffer.byteLength(JSON.stringify(String(value)));
  }
  return bytes;
}

function valueBytes(value: Value): number {
  if (typeof value === 'string') return 2 * value.length;
  return value instanceof Uint8Array ? value.length : 8;
}

const isKey = (name: string): boolean => name === 'partitionKey' || name === 'rowKey';

function refuse(status: number, limit: string): never {
  throw new StoreRefused(status, `expected ${limit}`);
}
