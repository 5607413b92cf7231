import { describe, expect, it } from 'vitest';
import {
  byteSize,
  counted,
  duration,
  grouped,
  printable,
  shortened,
  table,
  wrap,
} from '../../shared/analyze/report/layout.ts';
import { EntityNames } from '../../shared/analyze/report/names.ts';
import { gatewayEntity, tunnelServerEntity } from '../../shared/model/entity.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/model/time.ts';
import { GATEWAY, tunnel } from './facts.ts';

describe('layout', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [SECOND, '1 s'],
    [5 * MINUTE + 3 * SECOND, '5 min 3 s'],
    [HOUR, '1 h'],
    [HOUR + SECOND, '1 h'],
    [3 * DAY + 2 * HOUR + MINUTE, '3 d 2 h'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_530_000, '1.5 MB'],
    [212_000_000, '212 MB'],
    [5e15, '5000 TB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(byteSize(bytes)).toBe(text);
  });

  it('groups digits and counts nouns', () => {
    expect([grouped(0), grouped(999), grouped(1_000), grouped(1_234_567)]).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([counted(1, 'line'), counted(0, 'line'), counted(2_000, 'line')]).toEqual([
      '1 line',
      '0 lines',
      '2,000 lines',
    ]);
  });

  it('wraps at blanks and leaves longer words whole', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('uninterrupted a b', 5)).toEqual(['uninterrupted', 'a b']);
    expect(wrap('', 5)).toEqual(['']);
  });

  it('shortens in the middle', () => {
    expect(shortened('abcdefghij', 10)).toBe('abcdefghij');
    expect(shortened('abcdefghij', 7)).toBe('ab…ghij');
  });

  it('lines up columns, colours apart, and wraps the last one', () => {
    const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
    const columns = [{ title: 'A' }, { title: 'N', align: 'right' }, { title: 'TEXT' }] as const;
    expect(
      table(
        columns,
        [
          [red('abc'), '1', 'x'],
          ['d', '22', 'long words that need a second line'],
        ],
        42,
      ),
    ).toEqual(['A     N  TEXT', `${red('abc')}   1  x`, 'd    22  long words that need a second', '         line']);
  });

  it('puts a long last cell below its row where too little is left, so that no line is wider than the page', () => {
    const columns = [{ title: 'A' }, { title: 'TEXT' }];
    const rows = [
      ['abcdefgh', 'short'],
      ['d', 'long words that need a line of their own'],
    ];
    expect(table(columns, rows, 30)).toEqual([
      'A         TEXT',
      'abcdefgh  short',
      'd',
      '    long words that need a',
      '    line of their own',
    ]);
  });

  it('lets no log line speak to the terminal', () => {
    expect(printable('a\u001b[2Jb\r\n\u202ec\u009bd é漢')).toBe('a·[2Jb···c·d é漢');
  });
});

describe('names', () => {
  const twin = gatewayEntity(GATEWAY.replace('contoso', 'fabrikam'));

  it('of a gateway and its tunnels are short', () => {
    const names = new EntityNames([gatewayEntity(GATEWAY), tunnel(), tunnelServerEntity('vpn-1')]);
    expect([gatewayEntity(GATEWAY), tunnel(), tunnelServerEntity('vpn-1')].map((entity) => names.of(entity))).toEqual([
      'gw-hub',
      'gw-hub 203.0.113.9',
      'vpn-1',
    ]);
  });

  it('of two gateways that share one are told apart', () => {
    const names = new EntityNames([gatewayEntity(GATEWAY), twin]);
    expect([names.of(twin), names.of(tunnel())]).toEqual(['fabrikam/gw-hub', 'contoso/gw-hub 203.0.113.9']);
  });

  it('of two gateways that share their group too are whole ids', () => {
    const other = gatewayEntity(GATEWAY.replace('0001', '0002'));
    expect(new EntityNames([gatewayEntity(GATEWAY), other]).of(other)).toBe(other.key);
  });
});
