import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesOfText } from '../../../shared/ingest/codes.ts';
import { Reader } from '../../../shared/ingest/index.ts';
import { faultIn } from '../../../shared/ingest/syslog/rfc5424-fault.ts';
import { structuredElements } from '../../../shared/ingest/syslog/structured-data.ts';
import type { LogRecord } from '../../../shared/model/record.ts';
import { CONTEXT } from '../../fixtures/golden.ts';

const faultOf = (text: string) => {
  const fault = faultIn(codesOfText(text));
  return fault === undefined ? 'none' : `${fault.code} ${fault.column}`;
};
const TIME = '2026-11-22T09:00:00';
const long = (length: number): string => 'n'.repeat(length);

describe('RFC 5424 in form', () => {
  it.each([
    '<0>1 - - - - - -',
    '<191>999 2026-11-22T23:59:59.999999-23:59 h a p i - m',
    `<13>1 ${TIME}Z ${long(255)} ${long(48)} ${long(128)} ${long(32)} - m`,
    `<13>2 ${TIME}.1+05:30 fe80::1 a 12 - [id]`,
    '<13>1 2028-02-29T00:00:00Z h a - - - ',
    '<13>1 - h a - - - - two\nlines',
    `<13>1 - - - - - [${long(32)} ${long(32)}=""] m`,
    '<13>1 - - - - - [a b="c" b="d"][e@32473 f="1"] m',
    '<13>1 - - - - - [a b="\\" \\\\ \\]"]',
    '<13>1 - - - - - [a b="\t누수 𐌼"] ü',
  ])('%s', (line) => {
    expect(faultOf(line)).toBe('none');
  });
});

describe('RFC 5424 out of form', () => {
  it.each<[line: string, fault: string]>([
    ['', 'pri 1'],
    ['text', 'pri 1'],
    ['<>1 -', 'pri 2'],
    ['<x>1 -', 'pri 2'],
    ['<007>1 -', 'pri 3'],
    ['<192>1 -', 'pri 4'],
    ['<1911>1 -', 'pri 5'],
    ['<13]1 -', 'pri 4'],
    ['<13', 'pri 4'],
    ['<13> -', 'version 5'],
    ['<13>0 -', 'version 5'],
    ['<13>v1 -', 'version 5'],
    ['<13>1', 'version 6'],
    ['<13>1x -', 'version 6'],
    ['<13>1234 -', 'version 8'],
    ['<13>1 ', 'timestamp 7'],
    ['<13>1 -- h', 'timestamp 8'],
    ['<13>1 Nov 22 09:00:00 h', 'timestamp 7'],
    ['<13>1 202', 'timestamp 10'],
    ['<13>1 2026-00-22', 'timestamp 13'],
    ['<13>1 2026-13-22', 'timestamp 13'],
    ['<13>1 2026-112-2', 'timestamp 14'],
    ['<13>1 2026-11-32', 'timestamp 16'],
    ['<13>1 2026-11-31T', 'timestamp 15'],
    ['<13>1 2027-02-29T', 'timestamp 15'],
    ['<13>1 2026-11-22t09:00:00Z', 'timestamp 17'],
    ['<13>1 2026-11-22T24:00:00Z', 'timestamp 19'],
    ['<13>1 2026-11-22T09:60:00Z', 'timestamp 21'],
    ['<13>1 2026-11-22T09:00:60Z', 'timestamp 24'],
    [`<13>1 ${TIME}z h`, 'timestamp 26'],
    [`<13>1 ${TIME} h`, 'timestamp 26'],
    [`<13>1 ${TIME}.Z h`, 'timestamp 27'],
    [`<13>1 ${TIME}.1234567Z h`, 'timestamp 33'],
    [`<13>1 ${TIME}+24:00 h`, 'timestamp 28'],
    [`<13>1 ${TIME}-01:60 h`, 'timestamp 30'],
    [`<13>1 ${TIME}Z+01:00 h`, 'timestamp 27'],
    ['<13>1 -  a p i - m', 'hostname 9'],
    ['<13>1 - h', 'hostname 10'],
    ['<13>1 - hü a p i - m', 'hostname 10'],
    [`<13>1 - ${long(256)} a p i - m`, 'hostname 264'],
    ['<13>1 - h  p i - m', 'app-name 11'],
    ['<13>1 - h a\nb p i - m', 'app-name 12'],
    [`<13>1 - h ${long(49)} p i - m`, 'app-name 59'],
    ['<13>1 - h a  i - m', 'proc-id 13'],
    [`<13>1 - h a ${long(129)} i - m`, 'proc-id 141'],
    ['<13>1 - h a p  - m', 'msg-id 15'],
    [`<13>1 - h a p ${long(33)} - m`, 'msg-id 47'],
    ['<13>1 - h a p i', 'msg-id 16'],
    ['<13>1 - - - - - m', 'structured-data 17'],
    ['<13>1 - - - - -', 'msg-id 16'],
    ['<13>1 - - - - - -m', 'structured-data 18'],
    ['<13>1 - - - - - -\n<14>1 -', 'structured-data 18'],
    ['<13>1 - - - - - [a]m', 'structured-data 20'],
    ['<13>1 - - - - - []', 'sd-id 18'],
    ['<13>1 - - - - - [ a]', 'sd-id 18'],
    ['<13>1 - - - - - [="a"]', 'sd-id 18'],
    ['<13>1 - - - - - [a="b"]', 'sd-id 19'],
    [`<13>1 - - - - - [${long(33)}]`, 'sd-id 50'],
    ['<13>1 - - - - - [a][b][a]', 'sd-id 24'],
    ['<13>1 - - - - - [a', 'sd-id 19'],
    ['<13>1 - - - - - [a ]', 'sd-param 20'],
    ['<13>1 - - - - - [a b=c]', 'sd-param 22'],
    [`<13>1 - - - - - [a ${long(33)}="c"]`, 'sd-param 52'],
    ['<13>1 - - - - - [a b="c', 'sd-param 24'],
    ['<13>1 - - - - - [a b="c"" d="e"]', 'sd-param 25'],
    ['<13>1 - - - - - [a b="c"d="e"]', 'sd-param 25'],
    ['<13>1 - - - - - [a b="]"]', 'escape 23'],
    ['<13>1 - - - - - [a b="C:\\temp"]', 'escape 26'],
    ['<13>1 - - - - - [a b="c\\', 'escape 25'],
  ])('%j: %s', (line, fault) => {
    expect(faultOf(line)).toBe(fault);
  });

  it('is named for every line that is cut off, at its end', () => {
    const line = `<13>1 ${TIME}.123Z h a p i [x y="z"]`;
    for (let end = 0; end < line.length; end++) {
      const fault = faultIn(codesOfText(line.slice(0, end)));
      expect([end, fault?.column]).toEqual([end, end + 1]);
    }
    expect(faultOf(line)).toBe('none');
  });

  it('stands inside the line or one behind it, whatever the line', () => {
    const part = fc.constantFrom('<13>', '1', ' ', '-', `${TIME}Z`, 'h', '[', ']', 'a', '=', '"', '\\', '\n', 'ü');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const { column } = faultIn(codesOfText(text)) ?? { column: 1 };
        expect(column >= 1 && column <= text.length + 1).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('structured data', () => {
  it('loses its escapes and keeps what is none', () => {
    const param = (value: string) => structuredElements(`[a b="${value}"]`)[0]?.params[0]?.value;
    expect([param('\\"\\\\\\]'), param('C:\\temp'), param(''), param(']')]).toEqual(['"\\]', 'C:\\temp', '', ']']);
  });

  it('keeps the order, and parameters that come twice', () => {
    expect(structuredElements('[origin ip="192.0.2.1" ip="192.0.2.2"][__proto__ x="1"]')).toEqual([
      {
        id: 'origin',
        params: [
          { name: 'ip', value: '192.0.2.1' },
          { name: 'ip', value: '192.0.2.2' },
        ],
      },
      { id: '__proto__', params: [{ name: 'x', value: '1' }] },
    ]);
  });
});

describe('records of the general formats', () => {
  const recordOf = (text: string): LogRecord => {
    const raw = { text, position: { source: 's', line: 1, byte: 0 }, length: text.length, flags: [] };
    const outcome = new Reader(CONTEXT).read(raw);
    if (outcome.kind === 'rejected') throw new Error(outcome.rejection.reason);
    return outcome.record;
  };

  it.each<[line: string, format: string, expected: object]>([
    [`<165>1 ${TIME}Z h a - - [a] m`, 'syslog-rfc5424', { priority: 165, version: 1 }],
    [`80 <165>2 ${TIME}Z h a - - - m`, 'syslog-rfc5424', { priority: 165, version: 2 }],
    [`<13>1 ${TIME}.123456789Z h a - - - m`, 'syslog-rfc5424', { fault: 'timestamp', faultColumn: 33 }],
    [`12 <13>1 ${TIME}Z h a - - m`, 'syslog-rfc5424', { fault: 'structured-data', faultColumn: 39 }],
    [`<13>1 ${TIME} h a - - - m`, 'syslog-rfc3164', { fault: 'timestamp', faultColumn: 26 }],
    ['<13>only a priority', 'syslog-rfc3164', { fault: 'version', faultColumn: 5 }],
  ])('%s', (line, format, expected) => {
    const record = recordOf(line);
    expect(record.format).toBe(format);
    expect(record.attributes).toMatchObject(expected);
    expect(record.flags.includes('best-effort')).toBe('fault' in expected);
  });

  it.each<[body: string, repeats: number | undefined]>([
    ['last message repeated 3 times', 3],
    ['message repeated 12 times: [ link is down]', 12],
    ['last message repeated 1 time', 1],
    ['Last message repeated 7 times.', 7],
    ['last message repeated many times', undefined],
    ['the last message repeated 3 times', undefined],
    ['message repeated 3 timesheets', undefined],
    ['link is down', undefined],
  ])('%s', (body, repeats) => {
    const lines = [
      `Nov 22 09:00:00 h ${body}`,
      `Nov 22 09:00:00 h app[1]: ${body}`,
      `<13>1 ${TIME}Z h a 1 - - ${body}`,
    ];
    expect(lines.map((line) => recordOf(line).attributes['repeats'])).toEqual([repeats, repeats, repeats]);
  });

  it('makes no second end of a session of a line that says it came again', () => {
    const said = 'main[alice]:203.0.113.5:4444 user disconnected (reason: DPD timeout, rx: 10, tx: 20)';
    const kinds = (body: string): string[] => {
      const text = `Nov 22 09:00:00 edge-1 ocserv[7]: ${body}`;
      const raw = { text, position: { source: 's', line: 1, byte: 0 }, length: text.length, flags: [] };
      const outcome = new Reader(CONTEXT).read(raw);
      return outcome.kind === 'record' ? outcome.facts.map(({ kind }) => kind).sort() : [];
    };
    expect(kinds(said)).toEqual(['server.heard', 'session.closed']);
    expect(kinds(`message repeated 2 times: [ ${said}]`)).toEqual(['server.heard']);
  });
});
