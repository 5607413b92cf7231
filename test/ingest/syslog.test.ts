import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StampClock } from '../../shared/ingest/syslog/clock.ts';
import { headerOf, readHeader } from '../../shared/ingest/syslog/header.ts';
import { parseTime } from '../../shared/model/time.ts';

describe('readHeader', () => {
  it.each<[line: string, host: string | undefined, tag: string | undefined, pid: string | undefined, body: string]>([
    ['<13>Nov 22 09:00:00 h app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['Nov  2 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['Nov 2 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['Nov 02 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['nov 22 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['Nov 22 09:00:00 app[12]: m', undefined, 'app', '12', 'm'],
    ['Nov 22 09:00:00 h app[12] : m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h app[12] m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h says: nothing', 'h', 'says', undefined, 'nothing'],
    ['Nov 22 09:00:00 h says nothing: at all', 'h', undefined, undefined, 'says nothing: at all'],
    ['Nov 22 09:00:00 fe80::1 app: m', 'fe80::1', 'app', undefined, 'm'],
    ['Nov 22 09:00:00 2001:db8::7 app[12]: m', '2001:db8::7', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h', 'h', undefined, undefined, ''],
    ['Nov 22 09:00:00', undefined, undefined, undefined, ''],
    ['Nov 22 09:00:00 \t app: m', undefined, undefined, undefined, '\t app: m'],
    ['Nov 22 09:00:00 \u3000 app: m', undefined, undefined, undefined, '\u3000 app: m'],
    ['<13>1 2026-11-22T09:00:00Z \t app 12 - - m', undefined, 'app', '12', 'm'],
    ['NOV 22 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['Nov 22 2026 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['Nov 22 09:00:00 2026 h app: m', 'h', 'app', undefined, 'm'],
    ['Nov 22 09:00:00: h app: m', 'h', 'app', undefined, 'm'],
    ['<13>2026-11-22T09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['<13>  Nov 22 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['<13>app[12]: m', undefined, 'app', '12', 'm'],
    ['Nov 22 09:00:01 relay Nov 22 09:00:00 h app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:01 relay <13>Nov 22 09:00:00 h m', 'h', undefined, undefined, 'm'],
    ['Nov 22 09:00:01 relay <13>1 2026-11-22T09:00:00Z h app 12 - - m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:01 relay 60 <13>1 2026-11-22T09:00:00Z h app 12 - - m', 'h', 'app', '12', 'm'],
    [
      'Nov 22 09:00:01 h Nov 22 09:00:00 is when it began',
      'h',
      undefined,
      undefined,
      'Nov 22 09:00:00 is when it began',
    ],
    ['nov. 22 09:00:00 h app[12]: m', 'h', 'app', '12', 'm'],
    ['août  2 09:00:00 h app[12]: m', 'h', 'app', '12', 'm'],
    ['Mär 02 09:00:00 h app[12]: m', 'h', 'app', '12', 'm'],
    ['dim. 2026-11-22 09:00:00 CET h app[12]: m', 'h', 'app', '12', 'm'],
    ['11월 22일 09:00:00 h app[1]: m', 'h', 'app', '1', 'm'],
    ['11月 22 09:00:00 h app[1]: m', 'h', 'app', '1', 'm'],
    ['<13> Nov 22 09:00:00 h app: m', 'h', 'app', undefined, 'm'],
    ['<13>2026-11-22T09:00:00Z h app: m', 'h', 'app', undefined, 'm'],
    ['2026-11-22T09:00:00+0000 h app[1]: m', 'h', 'app', '1', 'm'],
    ['Nov 22 09:00:00 h daemon.info app[12]: m', 'h', 'app', '12', 'm'],
    ['Sun Nov 22 09:00:00 2026 daemon.info app[12]: m', undefined, 'app', '12', 'm'],
    ['Nov 22 09:00:00 <3.6> h app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h notice app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h notice app: m', 'h', undefined, undefined, 'notice app: m'],
    ['Nov 22 09:00:00 info app[12]: m', 'info', 'app', '12', 'm'],
    ['2026-11-22T09:00:00Z INFO app: m', undefined, 'app', undefined, 'm'],
    ['2026-11-22T09:00:00Z stdout F app[12]: m', undefined, 'app', '12', 'm'],
    ['Nov 22 09:00:00 relay h app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h 203.0.113.9 app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h says that app[12]: m', 'h', undefined, undefined, 'says that app[12]: m'],
    ['Nov 22 09:00:00 h <quoted> app[12]: m', 'h', undefined, undefined, '<quoted> app[12]: m'],
    ['Nov 22 09:00:00 Forwarded from h: app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h /usr/sbin/app[12]: m', 'h', 'app', '12', 'm'],
    ['Sun 2026-11-22 09:00:00 CET h app.service[12]: m', 'h', 'app', '12', 'm'],
    ['Sun 2026-11-22 09:00:00 UTC h x.service/app[12]: m', 'h', 'app', '12', 'm'],
    ['Sun 2026-11-22 09:00:00 UTC h session-3.scope/app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 h postfix/smtpd[12]: m', 'h', 'postfix/smtpd', '12', 'm'],
    ['1795338000.123456 h app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:00 last message repeated 3 times', undefined, undefined, undefined, 'last message repeated 3 times'],
    ['Nov 22 09:00:00 h -- MARK --', 'h', undefined, undefined, '-- MARK --'],
    ['Nov 22 09:00:00 -- MARK --', undefined, undefined, undefined, '-- MARK --'],
    ['2026-11-22 09:00:00,123 h app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:02 relay Nov 22 09:00:01 other Nov 22 09:00:00 h app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:01 h Nov 22 09:00:00 app[12]: m', 'h', 'app', '12', 'm'],
    ['Nov 22 09:00:01 relay 1 2026-11-22T09:00:00Z h app 12 - - m', 'h', 'app', '12', 'm'],
    ['1 2026-11-22T09:00:00Z h app 12 - - m', 'h', 'app', '12', 'm'],
    ['<13>1 2026-11-22T09:00:00Z h app[12]: - - - m', 'h', 'app', '12', 'm'],
    ['<13>hello there', undefined, undefined, undefined, 'hello there'],
    ['<13>app: hello', undefined, 'app', undefined, 'hello'],
    ['<13>1 2026-11-22T09:00:00Z h app 12 id - m', 'h', 'app', '12', 'm'],
  ])('%s', (line, host, tag, pid, body) => {
    const header = readHeader(line);
    expect([header?.hostname, header?.appName, header?.procId, header?.body]).toEqual([host, tag, pid, body]);
  });

  it.each([
    'a line of text',
    'Now 22 09:00:00 h app: m',
    'Nov 32 09:00:00 h app: m',
    'Nov 22 24:00:00 h app: m',
    'Nov 22 09:00 h app: m',
    '<192>Nov 22 09:00:00 h app: m',
    '<013>Nov 22 09:00:00 h app: m',
    '2026-11-22T09:00:00Z no tag here',
    '2026-11-22T09:00:00,Information,x: y',
    '2026-11-22 09:00:00 INFO app: m',
    '1795338000.123456 app: m',
    '1795338000.123 h app[12]: m',
    '',
  ])('takes no header from: %s', (line) => {
    expect(readHeader(line)).toBeUndefined();
  });

  it.each<[data: string, structuredData: string | undefined, body: string, wellFormed: boolean]>([
    ['-', undefined, '', true],
    ['- m', undefined, 'm', true],
    ['[a] m', '[a]', 'm', true],
    ['[a b="c"][d e="\\]\\"\\\\"] m', '[a b="c"][d e="\\]\\"\\\\"]', 'm', true],
    ['[a b="c" m', undefined, '[a b="c" m', false],
    ['m', undefined, 'm', false],
  ])('RFC 5424 structured data %s', (data, structuredData, body, wellFormed) => {
    expect(readHeader(`<13>1 2026-11-22T09:00:00Z h a p i ${data}`)).toMatchObject({
      dress: 'rfc5424',
      structuredData,
      body,
      wellFormed,
    });
  });

  it('reads lines of one second alike, whether or not they come in a row', () => {
    const line = 'Nov 22 09:00:00 h app: m';
    const again = readHeader(line);
    expect(readHeader('Nov 22 09:00:00.5 h app: m')?.stamp).toMatchObject({ second: 0, fraction: '5' });
    expect(readHeader('Nov 22 09:00:00 2026 h app: m')?.stamp).toMatchObject({ second: 0, year: 2026 });
    expect(readHeader(line)).toEqual(again);
  });

  it('reads UTC times by the short way as by the long one', () => {
    const two = fc.integer({ min: 0, max: 61 }).map((value) => String(value).padStart(2, '0'));
    const time = fc
      .tuple(fc.integer({ min: 0, max: 9999 }), two, two, two, two, two, fc.stringMatching(/^(\.\d{0,9})?$/))
      .map(([y, mo, d, h, m, s, f]) => `${String(y).padStart(4, '0')}-${mo}-${d}T${h}:${m}:${s}${f}`);
    expect(parseTime('2026-11-22T09:00:00abcdeZ')).toBeUndefined();
    const known = fc.constantFrom('2028-02-29T23:59:60.5', '2027-02-29T00:00:00', '2026-11-22T09:00:00.123456789');
    fc.assert(
      fc.property(fc.oneof(time, known), (text) => {
        const long = parseTime(`${text}+0000`)?.timestamp;
        expect([parseTime(`${text}Z`)?.timestamp, parseTime(`${text}+00:00`)?.timestamp]).toEqual([long, long]);
      }),
      { numRuns: 3000 },
    );
  });

  it('gives a relayed line the priority it was relayed with when it has none, and its own time', () => {
    const header = readHeader('<13>Nov 22 09:00:01 relay Nov 22 09:00:00 h app: m');
    expect([header?.priority, header?.stamp]).toMatchObject([13, { second: 0 }]);
    expect(readHeader('<13>Nov 22 09:00:01 relay <14>Nov 22 09:00:00 h app: m')?.priority).toBe(14);
  });

  it.each<[line: string, time: string | undefined, flags: string[]]>([
    ['Nov 22 09:00:00 UTC h app: m', '2026-11-22T09:00:00.0000000Z', ['year-inferred']],
    ['Nov 22 09:00:00 GMT: h app: m', '2026-11-22T09:00:00.0000000Z', ['year-inferred']],
    ['Nov 22 09:00:00 +01:00 h app: m', '2026-11-22T08:00:00.0000000Z', ['year-inferred']],
    ['Nov 22 2026 09:00:00.5 -0530 h app: m', '2026-11-22T14:30:00.5000000Z', []],
    ['Nov 22 09:00:00Z h app: m', '2026-11-22T09:00:00.0000000Z', ['year-inferred']],
    ['Nov 22 09:00:00 CET h app[1]: m', '2026-11-22T00:00:00.0000000Z', ['zone-assumed', 'year-inferred']],
    ['Nov 22 2026 09:00:00 PM h app: m', '2026-11-22T12:00:00.0000000Z', ['zone-assumed']],
    ['Nov 22 2026 12:00:00 AM h app: m', '2026-11-21T15:00:00.0000000Z', ['zone-assumed']],
    ['Sun Nov 22 09:00:00 UTC 2020 h app: m', '2020-11-22T09:00:00.0000000Z', []],
    ['2020 Nov 22 09:00:00 h app: m', '2020-11-22T00:00:00.0000000Z', ['zone-assumed']],
    ['Sun, Nov 22 09:00:00 h app: m', '2026-11-22T00:00:00.0000000Z', ['zone-assumed', 'year-inferred']],
    ['févr. 3 09:00:00 h app: m', '2026-02-03T00:00:00.0000000Z', ['zone-assumed', 'year-inferred']],
    ['dez 3 09:00:00 h app: m', '2025-12-03T00:00:00.0000000Z', ['zone-assumed', 'year-inferred']],
    ['Nov 22 09:00:00,25 h app: m', '2026-11-22T00:00:00.2500000Z', ['zone-assumed', 'year-inferred']],
  ])('reads the time of %s', (line, time, flags) => {
    const clock = new StampClock({ zone: 'Asia/Tokyo', referenceMs: Date.UTC(2026, 10, 23) });
    const resolved = clock.resolve(readHeader(line)?.stamp);
    expect([resolved.timestamp, resolved.flags]).toEqual([time, flags]);
    expect(readHeader(line)).toMatchObject({ hostname: 'h', appName: 'app', body: 'm' });
  });

  it('takes the level that stands beside the host for the priority, if its facility does too', () => {
    const priorityOf = (line: string) => readHeader(line)?.priority;
    expect(priorityOf('Nov 22 09:00:00 h Local7.Warn app[1]: m')).toBe(188);
    expect(priorityOf('Nov 22 09:00:00 <3.6> h app[1]: m')).toBe(30);
    expect(priorityOf('<13>Nov 22 09:00:00 h daemon.err app[1]: m')).toBe(13);
    expect(priorityOf('Nov 22 09:00:00 <99.6> h app[1]: m')).toBeUndefined();
    expect(priorityOf('Nov 22 09:00:00 INFO h app[1]: m')).toBeUndefined();
  });

  it('looks behind few relays, however many there are', () => {
    expect(readHeader('Nov 22 09:00:00 h '.repeat(50_000))?.hostname).toBe('h');
  });

  it('is total', () => {
    const parts = fc.constantFrom(
      '<13>',
      '1 ',
      'Nov 22 09:00:00',
      ' ',
      'h',
      ':',
      '[',
      ']',
      '"',
      '\\',
      '-',
      '2026-11-22T09:00:00Z',
      '2026-11-22 09:00:00',
      'daemon.info ',
      'Forwarded from h: ',
      ' +01:00',
      '월',
    );
    const line = fc.array(fc.oneof(parts, fc.string({ maxLength: 5 })), { maxLength: 20 }).map((all) => all.join(''));
    fc.assert(
      fc.property(line, (text) => void readHeader(text)),
      { numRuns: 2000 },
    );
  });
});

describe('journalctl -o json', () => {
  const header = (json: unknown) =>
    headerOf({ text: '', json, position: { source: 's', line: 1, byte: 0 }, length: 0, flags: [] });

  it('reads an entry', () => {
    const entry = {
      MESSAGE: ' m ',
      __REALTIME_TIMESTAMP: '1795338000123456',
      _HOSTNAME: 'h',
      SYSLOG_IDENTIFIER: 'app',
      _PID: '1',
      PRIORITY: '3',
      SYSLOG_FACILITY: '4',
    };
    expect(header(entry)).toMatchObject({
      dress: 'journal',
      priority: 35,
      hostname: 'h',
      appName: 'app',
      procId: '1',
      body: 'm',
    });
    expect(header(entry)?.stamp).toMatchObject({ timestamp: '2026-11-22T09:00:00.1234560Z', precision: 6 });
  });

  it('prefers what the program said: its own time and pid', () => {
    const entry = {
      MESSAGE: 'm',
      __REALTIME_TIMESTAMP: '1795338001000000',
      _SOURCE_REALTIME_TIMESTAMP: '1795338000000000',
      _PID: '1',
      SYSLOG_PID: '2',
      _COMM: 'app',
    };
    expect(header(entry)).toMatchObject({
      appName: 'app',
      procId: '2',
      stamp: { timestamp: '2026-11-22T09:00:00.0000000Z' },
    });
  });

  it.each([[null], [[1, 'x']], [{}], [12], ['x']])('reads a message of %s without harm', (MESSAGE) => {
    expect(header({ MESSAGE, __REALTIME_TIMESTAMP: 'soon' })).toMatchObject({ stamp: undefined, wellFormed: false });
  });

  it('leaves other JSON alone', () => {
    expect(header({ message: 'm', time: '2026-11-22T09:00:00Z' })).toBeUndefined();
  });
});
