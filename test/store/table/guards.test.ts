import { describe, expect, it } from 'vitest';
import { checkRow, checkTransaction, LIMITS, type Row, rowBytes } from '../../../shared/store/table/guards.ts';
import { transactions } from '../../../shared/store/table/table.ts';

const row = (columns: Record<string, Row[string]> = {}, rowKey = 'r'): Row => ({
  partitionKey: 'p',
  rowKey,
  ...columns,
});
const columns = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, at]));
const refused = (status: number, words: RegExp) =>
  expect.objectContaining({ name: 'StoreRefused', status, message: expect.stringMatching(words) });

/** Binary columns that make a row of exactly so many bytes. */
function rowOf(bytes: number): Row {
  const names = Array.from({ length: Math.floor(bytes / 64_500) }, (_, at) => `c${String(at).padStart(2, '0')}`);
  const full = Object.fromEntries(names.map((name) => [name, new Uint8Array(64_500)]));
  const rest = bytes - rowBytes(row({ ...full, last: new Uint8Array() }));
  return row({ ...full, last: new Uint8Array(rest) });
}

describe('what Table Storage would refuse, and the emulator does not', () => {
  it.each<[string, Row, number, RegExp]>([
    ['253 properties', row(columns(253)), 400, /252 properties/],
    ['a string over 64 KiB of UTF-16', row({ text: 'x'.repeat(32 * 1024 + 1) }), 413, /text of at most 64 KiB/],
    ['a binary over 64 KiB', row({ bytes: new Uint8Array(64 * 1024 + 1) }), 413, /bytes of at most 64 KiB/],
    ['a date before 1601', row({ at: new Date(Date.UTC(1601, 0, 1) - 1) }), 400, /at not before 1601/],
    ['no date at all', row({ at: new Date(Number.NaN) }), 400, /at not before 1601/],
    ['a row over 1 MiB', rowOf(LIMITS.entityBytes + 1), 413, /row of at most 1 MiB/],
    ['a key of 1,025 characters', row({}, 'x'.repeat(1_025)), 400, /keys of at most 1024/],
    ['a slash in a key', row({}, 'a/b'), 400, /keys without slash/],
    ['a backslash in a key', row({}, 'a\\b'), 400, /keys without slash/],
    ['a C1 control in a key', row({}, 'a\u0085b'), 400, /keys without slash/],
  ])('refuses %s', (_, wrong, status, words) => {
    expect(() => checkRow(wrong)).toThrow(refused(status, words));
  });

  it.each<[string, Row]>([
    ['252 properties', row(columns(252))],
    ['undefined columns beyond them', row({ ...columns(252), none: undefined })],
    ['a string of 64 KiB', row({ text: 'x'.repeat(32 * 1024) })],
    ['a binary of 64 KiB', row({ bytes: new Uint8Array(64 * 1024) })],
    ['a date of 1601', row({ at: new Date(Date.UTC(1601, 0, 1)) })],
    ['a row of 1 MiB', rowOf(LIMITS.entityBytes)],
    ['a key of 1,024 characters', row({}, 'x'.repeat(1_024))],
  ])('takes %s', (_, right) => {
    expect(() => checkRow(right)).not.toThrow();
  });

  it.each<[string, Row[], number, RegExp]>([
    ['101 rows', Array.from({ length: 101 }, (_, at) => row({}, `${at}`)), 400, /100 rows/],
    ['two partitions', [row(), { ...row({}, 's'), partitionKey: 'q' }], 400, /one partition/],
    ['a row twice', [row(), row()], 400, /each row once/],
    [
      'more than 4 MiB',
      Array.from({ length: 4 }, (_, at) => ({ ...rowOf(900 * 1024), rowKey: `${at}` })),
      413,
      /4 MiB/,
    ],
  ])('refuses a transaction of %s', (_, rows, status, words) => {
    expect(() => checkTransaction(rows)).toThrow(refused(status, words));
  });
});

describe('cutting writes into transactions', () => {
  it('keeps the order, within both limits', () => {
    const small = Array.from({ length: 150 }, (_, at) => row({ text: 'x'.repeat(100) }, `a${at}`));
    const large = Array.from({ length: 12 }, (_, at) => ({ ...rowOf(800 * 1024), rowKey: `b${at}` }));
    const writes = [...small, ...large].map((one) => ({ act: 'upsert', row: one }) as const);
    const slices = transactions(writes);
    expect(slices.flat()).toEqual(writes);
    for (const slice of slices) expect(() => checkTransaction(slice.map((write) => write.row))).not.toThrow();
    expect(slices.length).toBeLessThan(9);
  });
});
