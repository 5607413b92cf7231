import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesFor, Framer, type FramerState, Reader } from '../../shared/ingest/index.ts';
import { actionOf } from '../../shared/ingest/tmg/actions.ts';
import { civilOf, orderOf } from '../../shared/ingest/tmg/civil.ts';
import { isVpnFailure, RESULT_CODES, resultCodeOf } from '../../shared/ingest/tmg/result-codes.ts';
import type { Fact } from '../../shared/model/fact.ts';
import type { RawRecord, SourceContext } from '../../shared/model/record.ts';
import { HOUR } from '../../shared/model/time.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const CONTEXT: SourceContext = { zone: 'Asia/Tokyo', referenceMs: NOW, host: 'tmg-1' };

const recordsOf = (framed: readonly RawRecord[], context = CONTEXT) => {
  const reader = new Reader(context);
  return framed.map((raw) => reader.read(raw)).map((outcome) => (outcome.kind === 'record' ? outcome.record : outcome));
};
const frame = (text: string): RawRecord[] => {
  const framer = new Framer('source');
  return [...framer.push(Buffer.from(text)), ...framer.end()];
};
function factsOf(text: string, context = CONTEXT): Fact[] {
  const reader = new Reader(context);
  const outcomes = frame(text).map((raw) => reader.read(raw));
  return [...outcomes.flatMap((outcome) => (outcome.kind === 'record' ? outcome.facts : [])), ...reader.takeFacts()];
}

const HEADER = '#Software: Microsoft Forefront Threat Management Gateway\n#Version: 1.0\n#Date: 2026-11-22 08:00:00\n';
const columns = (...names: string[]): string => `${HEADER}#Fields: ${names.join('\t')}\n`;
const rows = (...lines: string[][]): string => lines.map((values) => `${values.join('\t')}\n`).join('');

describe('columns', () => {
  it('are told without a header by a row that has all of them', () => {
    const row = ['TMG-1', '2026-11-22', '09:00:00', ...new Array<string>(25).fill('-')];
    const formatOf = (values: string[], before = '') => recordsOf(frame(`${before}${values.join('\t')}\n`)).at(-1);
    expect(formatOf(row)).toMatchObject({ format: 'tmg-w3c', flags: ['best-effort'], hostname: 'TMG-1' });
    expect(formatOf(row.slice(0, 27))).toMatchObject({ format: 'plain-text' });
    expect(formatOf(row.with(1, '22/11/2026'))).toMatchObject({ format: 'plain-text' });
    expect(formatOf(row.map((value, i) => (i < 3 ? value : `v${i}`)))).toMatchObject({ format: 'plain-text' });
    expect(formatOf(row, '#Fields: date time s-ip\n')).toMatchObject({ format: 'plain-text' });
  });

  const log =
    columns('computer', 'date', 'time', 'source', 'action', 'status') +
    rows(['TMG-1', '2026-11-22', '09:00:00', '192.0.2.1:1', 'Establish', '0x0']) +
    columns('date', 'time', 'action', 'status', 'computer') +
    rows(['2026-11-22', '09:00:01', 'Denied', '0xc004000d', 'TMG-2'], ['2026-11-22', '09:00:02', '-', '-', '-']);

  it('are those of the last header, in this order or another', () => {
    expect(recordsOf(frame(log))).toMatchObject([
      { hostname: 'tmg-1' },
      { hostname: 'TMG-1', attributes: { action: 'Establish', sourcePort: 1 } },
      { timestamp: '2026-11-22T08:00:00.0000000Z' },
      { hostname: 'TMG-2', attributes: { action: 'Denied', status: '0xC004000D' } },
      { hostname: 'tmg-1', attributes: { action: null, status: null } },
    ]);
  });

  it('are kept when framing goes on from any byte of the file', () => {
    const bytes = Buffer.from(log);
    const whole = recordsOf(frame(log));
    for (let stop = 0; stop <= bytes.length; stop++) {
      const first = new Framer('source');
      const before = first.push(bytes.subarray(0, stop));
      const state: FramerState = JSON.parse(JSON.stringify(first.state));
      const second = new Framer('source', state);
      const after = [...second.push(bytes.subarray(state.nextByte)), ...second.end()];
      expect(recordsOf([...before, ...after])).toEqual(whole);
    }
  });

  it.each<[name: string, fields: string, row: string]>([
    ['of IIS', 'date time s-ip cs-method cs-uri-stem sc-status', '2026-11-22 09:00:00 192.0.2.1 GET / 200'],
    ['of something else behind tabs', 'alpha\tbeta\tdate\ttime', 'a\tb\t2026-11-22\t09:00:00'],
  ])('%s are left to others', (_name, fields, row) => {
    const [header, line] = recordsOf(frame(`#Fields: ${fields}\n${row}\n`));
    expect([header, line]).toMatchObject([{ format: 'plain-text' }, { format: 'plain-text' }]);
  });
});

describe('times', () => {
  it('of W3C logs are UTC, those of text logs local', () => {
    const native = ['TMG-1', '2026-11-22', '18:00:00', ...Array(25).fill('-')].join(', ');
    const w3c = columns('computer', 'date', 'time', 'action') + rows(['TMG-1', '2026-11-22', '09:00:00', '-']);
    const [, row] = recordsOf(frame(w3c));
    const [text] = recordsOf(frame(`${native}\n`));
    expect(row).toMatchObject({ format: 'tmg-w3c', timestamp: '2026-11-22T09:00:00.0000000Z', flags: [] });
    expect(text).toMatchObject({
      format: 'tmg-native',
      timestamp: '2026-11-22T09:00:00.0000000Z',
      flags: ['zone-assumed'],
    });
  });

  it.each([
    [['09/11/2026', '11/22/2026'], 'month-first', 'one cannot be read the other way'],
    [['09/11/2026', '21/11/2026'], 'day-first', 'one cannot be read the other way'],
    [['11/09/2026'], 'month-first', '9 November is nearer than 11 September'],
    [['09/11/2026'], 'day-first', '9 November is nearer than 11 September'],
    [['01/12/2026'], 'month-first', '1 December is still to come'],
    [['2026/11/22'], 'month-first', 'the year comes first: nothing to decide'],
  ] as const)('%j are %s: %s', (days, order, _why) => {
    expect(orderOf(days, NOW)).toBe(order);
  });

  it.each([
    ['22.11.2026', '9:03', [22, 9, 3, 0]],
    ['11/22/2026', '12:00:05 AM', [22, 0, 0, 5]],
    ['2026-11-22', '12:30 pm', [22, 12, 30, 0]],
    ['13/13/2026', '9:03', undefined],
    ['2026/02/30', '9:03', undefined],
    ['2026/11/22', '24:03', undefined],
    ['', '', undefined],
  ])('%s %s', (day, time, expected) => {
    const civil = civilOf(day, time, 'month-first');
    expect(civil && [civil.day, civil.hour, civil.minute, civil.second]).toEqual(expected);
  });
});

describe('codes', () => {
  it.each([
    ['0xc004001e', '0xC004001E'],
    ['0XC004001E', '0xC004001E'],
    ['-1073479650', '0xC004001E'],
    ['0x0', '0x0'],
    ['200', undefined],
    ['0x', undefined],
    ['-', undefined],
  ])('%s', (stated, code) => {
    expect(resultCodeOf(stated)).toBe(code);
  });

  it('of VPN failures are the nine that say so, and not the passing one', () => {
    const failures = Object.keys(RESULT_CODES).filter(isVpnFailure);
    expect(failures).toHaveLength(9);
    expect(failures).not.toContain('0xC004003F');
  });

  it.each([
    ['12', 'Successful_Connection'],
    ['Unsuccessful_Connection', 'Unsuccessful_Connection'],
    ['UNSUCCESSFUL CONNECTION', 'Unsuccessful_Connection'],
    ['Closed VPN Connection', 'Disconnection'],
    ['16', undefined],
    ['constructor', undefined],
  ])('action %s', (stated, action) => {
    expect(actionOf(stated)).toBe(action);
  });
});

describe('a busy log', () => {
  it('makes few facts: the first and last sign of each minute', () => {
    const lines = Array.from({ length: 6000 }, (_, i) => {
      const time = new Date(NOW - HOUR + i * 100).toISOString().slice(11, 19);
      return ['TMG-1', '2026-11-22', time, i % 2 === 0 ? 'Establish' : 'Denied', i % 2 === 0 ? '0x0' : '0xC004001E'];
    });
    const facts = factsOf(columns('computer', 'date', 'time', 'action', 'status') + rows(...lines));
    const count = Map.groupBy(facts, ({ kind }) => kind);
    expect([...count].map(([kind, { length }]) => [kind, length]).sort()).toEqual([
      ['tmg.allowed', 20],
      ['tmg.heard', 20],
      ['tmg.lockdown', 20],
    ]);
  });

  it('without a date says nothing about presence, and not a fact a row', () => {
    const log = columns('computer', 'time', 'action', 'status') + rows(['TMG-1', '09:00:00', 'Establish', '0x0']);
    expect(factsOf(log)).toEqual([]);
  });
});

const LOGS = 'C:\\Program Files\\Microsoft Forefront Threat Management Gateway\\Logs';

describe('listings', () => {
  const listing = (...lines: string[]) =>
    factsOf(`    Directory: ${LOGS}\n\n\nMode  LastWriteTime  Length Name\n${lines.join('\n')}\n`);

  it('of one source stand in the order they were made', () => {
    const one = `    Directory: ${LOGS}\n-a---  2026/11/22  9:03  100 ISALOG_00000A01_00000001.LLQ\n`;
    const two = `    Directory: ${LOGS}\n-a---  2026/11/22  9:05  100 ISALOG_00000A01_00000002.LLQ\n`;
    const facts = factsOf(one + two);
    expect(facts.map(({ attributes }) => attributes['oldest'])).toEqual([
      'ISALOG_00000A01_00000001.LLQ',
      'ISALOG_00000A01_00000002.LLQ',
    ]);
    expect(facts[0]!.time < facts[1]!.time).toBe(true);
    expect(facts[0]!.attributes['oldestAt']).toBe('2026-11-22T00:03:00.0000000Z');
  });

  it.each<[name: string, lines: string[], files: number[]]>([
    [
      'queue files among others',
      [
        '-a---  2026/11/22  9:03  100 ISALOG_20261122_FWS_000.w3c',
        '-a---  2026/11/22  9:03  100 ISALOG_00000A01_00000001.LLQ',
      ],
      [1],
    ],
    [
      'files of two kinds and no queue file: empty',
      ['-a---  2026/11/22  9:03  100 a.w3c', '-a---  2026/11/22  9:03  100 b.mdf'],
      [0],
    ],
    [
      'files of one kind: it was asked for those',
      ['-a---  2026/11/22  9:03  100 a.w3c', '-a---  2026/11/22  9:03  100 b.w3c'],
      [],
    ],
  ])('%s', (_name, lines, files) => {
    expect(listing(...lines).map(({ attributes }) => attributes['files'])).toEqual(files);
  });

  it('without a known server make no fact, and are still read', () => {
    const text = `    Directory: ${LOGS}\n-a---  2026/11/22  9:03  100 ISALOG_00000A01_00000001.LLQ\n`;
    const { host: _, ...nobody } = CONTEXT;
    expect(factsOf(text, nobody)).toEqual([]);
    expect(recordsOf(frame(text), nobody)).toMatchObject([{ format: 'tmg-llq', hostname: undefined }]);
  });
});

describe('status texts', () => {
  it.each(['Ready', '準備完了', 'The log queue is in use, said the printer: Queue in use today', 'status: Ready'])(
    '%s is none',
    (text) => {
      expect(recordsOf(frame(`${text}\n`))).toMatchObject([{ format: 'plain-text' }]);
    },
  );
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      '\t',
      '-',
      ', ',
      '2026-11-22',
      '09:00:00',
      '11/22/2026',
      'ISALOG_1_2.LLQ',
      '192.0.2.1:1',
      '#Fields: computer\tdate\ttime\taction\n',
      '    Directory: x\n',
      ' Volume in drive C\n',
      'ログの状態',
      'Ready',
      '\n',
      ' '.repeat(300),
    ),
  );

  it('is read without an exception, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const record of recordsOf(frame(pieces.join(''))))
          expect(record).not.toHaveProperty('rejection.reason', 'internal-error');
      }),
      { numRuns: 300 },
    );
  });

  it.each(['a.', ' ', '1/1/2026 ', 'A, ', 'ISALOG_', '-', '.LLQ', '\t', 'Log '])(
    'takes bounded time on a megabyte of %j',
    (unit) => {
      const candidates = candidatesFor();
      const [raw] = frame(`x${unit.repeat(1_000_000 / unit.length)}x\n`);
      const begun = performance.now();
      candidates.parse(raw!, CONTEXT);
      expect(performance.now() - begun).toBeLessThan(3000);
    },
  );
});
