import { describe, expect, it } from 'vitest';
import { exportedColumns, exportedRow } from '../../shared/ingest/azure/exported-table.ts';
import { Framer } from '../../shared/ingest/index.ts';
import { parseTime } from '../../shared/model/time.ts';

describe('the header of an exported table', () => {
  it.each<[header: string, columns: string[] | undefined]>([
    ['TenantId,TimeGenerated', ['TenantId', 'TimeGenerated']],
    ['"TimeGenerated [UTC]","Remote IP",count_', ['TimeGenerated [UTC]', 'Remote IP', 'count_']],
    ['TimeGenerated [Local Time],Category', undefined],
    ['TimeGenerated', undefined],
    ['TenantId,TimeGeneratedBy', undefined],
    ['Nov 22 09:00:00 h app: columns,TimeGenerated,are', undefined],
    ['"a, ""b""",TimeGenerated', undefined],
    ['TimeGenerated,"Category', undefined],
    ['TimeGenerated,a"b', undefined],
    ['time,category', undefined],
    ['', undefined],
  ])('%s', (header, columns) => {
    expect(exportedColumns(header)).toEqual(columns);
  });
});

describe('a row', () => {
  const columns = ['TimeGenerated [UTC]', 'Start [Local Time]', 'a'];
  const time = '2026-11-22T09:00:00Z';

  it.each<[row: string, json: Record<string, string> | undefined]>([
    ['2026-11-22 09:00:00,y,z', { TimeGenerated: '2026-11-22 09:00:00 Z', Start: 'y', a: 'z' }],
    [`${time},,"p ""q"", r\ns"`, { TimeGenerated: time, Start: '', a: 'p "q", r\ns' }],
    [`${time},,`, { TimeGenerated: time, Start: '', a: '' }],
    ['"22/11/2026, 09:10:00.000",y,z', undefined],
    ['11/12/2026 09:10:00,y,z', undefined],
    ['yesterday,y,z', undefined],
    [',,', undefined],
    [`${time},y`, undefined],
    [`${time},y,z,`, undefined],
    [`${time},y,"z" `, undefined],
    ['', undefined],
  ])('%j', (row, json) => {
    expect(exportedRow(columns, row)).toEqual(json);
  });
});

describe('a table', () => {
  const rows = (text: string) =>
    new Framer('export.csv')
      .push(Buffer.from(text))
      .map(({ json, position, text: line }) => [position.line, json ?? line]);
  const header = 'TimeGenerated,a\r\n';
  const time = '2026-11-22T09:00:00Z';
  const row = (a: string) => ({ TimeGenerated: time, a });

  it.each<[name: string, text: string, expected: unknown[]]>([
    ['rows, and what is none', `${header}${time},2\r\nx,y\r\n${time},4\r\n`, [2, row('2'), 3, 'x,y', 4, row('4')]],
    ['a cell of several lines', `${header}${time},"2\r\n\r\n3"\r\n${time},5\n`, [2, row('2\r\n\r\n3'), 5, row('5')]],
    ['blank lines', `${header}\n${time},2\n\n${time},4\n`, [3, row('2'), 5, row('4')]],
    ['a byte order mark', `\ufeff${header}${time},€\n`, [2, row('€')]],
    ['JSON among the rows', `${header}{"b":1}\n${time},2\n`, [2, { b: 1 }, 3, row('2')]],
    ['a header further down is none', `x\n${header}${time},2\n`, [1, 'x', 2, 'TimeGenerated,a', 3, `${time},2`]],
    [
      'another table behind it',
      `${header}${time},2\n${header}${time},3\na,TimeGenerated\n4,${time}\n`,
      [2, row('2'), 4, row('3'), 6, row('4')],
    ],
  ])('%s', (_name, text, expected) => {
    expect(rows(text).flat()).toEqual(expected);
  });

  it('loses no row behind a quote that nobody closes', () => {
    const framer = new Framer('export.csv');
    const records = [...framer.push(Buffer.from(`${header}1,"2\n${time},4\n${time},6`)), ...framer.end()];
    expect(records.map(({ json, text }) => json ?? text)).toEqual(['1,"2', row('4'), row('6')]);
  });
});

describe('the times of the portal', () => {
  it.each<[text: string, timestamp: string | undefined, zoneStated: boolean]>([
    ['2/5/2026, 9:19:25.391 AM Z', '2026-02-05T09:19:25.3910000Z', true],
    ['2/5/2026, 12:19:25 AM', '2026-02-05T00:19:25.0000000Z', false],
    ['11/22/2026, 9:19:25.391\u202fPM', '2026-11-22T21:19:25.3910000Z', false],
    ['11/3/2020 9:06:42 AM +00:00', '2020-11-03T09:06:42.0000000Z', true],
  ])('%s', (text, timestamp, zoneStated) => {
    expect(parseTime(text)).toEqual({ timestamp, zoneStated });
  });

  it.each(['2/5/2026, 9:19:25', '2/5/2026, 9:19:25 am', '25/2/2026, 9:19:25 AM', '5.2.2026, 9:19:25'])(
    'does not guess which is the day: %s',
    (text) => {
      expect(parseTime(text)).toBeUndefined();
    },
  );
});
