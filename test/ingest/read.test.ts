import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCounters,
  countedFact,
  FORMATS,
  Framer,
  MAX_RECORD_BYTES,
  Reader,
  type ReadOutcome,
} from '../../shared/ingest/index.ts';
import type { Fact } from '../../shared/model/fact.ts';
import { plainRecord, type SourceContext } from '../../shared/model/record.ts';
import { CONTEXT } from '../fixtures/golden.ts';

function read(input: string | Buffer, ctx: SourceContext = CONTEXT, reader = new Reader(ctx)): ReadOutcome[] {
  const framer = new Framer('source');
  return [...framer.push(Buffer.from(input)), ...framer.end()].map((raw) => reader.read(raw));
}
const words = (outcomes: readonly ReadOutcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'record' ? outcome.record.format : outcome.rejection.reason));
const factsOf = (outcomes: readonly ReadOutcome[]): Fact[] =>
  outcomes.flatMap((outcome) => (outcome.kind === 'record' ? outcome.facts : []));

describe('dead letters', () => {
  it.each<[name: string, input: string | Buffer, reasons: string[]]>([
    ['a cut JSON line', '{"time":"2026-11-22T09:0\nNov 22 09:00:00 h a: m\n', ['invalid-json', 'syslog-rfc3164']],
    ['a JSON line with something behind it', '{"a":1} x\n', ['invalid-json']],
    ['nesting beyond reason', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}\nplain\n`, ['too-deep', 'plain-text']],
    ['a line beyond the limit', `${'x'.repeat(MAX_RECORD_BYTES + 1)}\nplain\n`, ['too-long', 'plain-text']],
    ['a line at the limit', `${'x'.repeat(MAX_RECORD_BYTES)}\n`, ['too-long']],
    ['bytes that are no text', Buffer.from([1, 2, 3, 4, 200, 201, 5, 6, 10, 0x61, 10]), ['not-text', 'plain-text']],
  ])('%s', (_name, input, reasons) => {
    expect(words(read(input))).toEqual(reasons);
  });

  it.each<[name: string, input: Buffer]>([
    ['Latin-1', Buffer.from('Verbindung zur\u00fcckgesetzt: \u00fcberlastet\n', 'latin1')],
    ['Shift-JIS', Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67, 0x92, 0x86, 0x0a])],
    ['colours', Buffer.from('\x1b[31mred\x1b[0m\n')],
    ['a stray control character', Buffer.from('field\x01\n')],
    ['NULs that a crash left', Buffer.from('\0\0\0\0\0\0\0\0text\n')],
    ['almost JSON', Buffer.from("{'a': 1}\n")],
  ])('none for what a person can read: %s', (_name, input) => {
    expect(words(read(input))).toEqual(['plain-text']);
  });

  it('say where and why, and quote nothing', () => {
    const [, outcome] = read('plain\n{"secret":"x\n');
    expect(outcome).toEqual({
      kind: 'rejected',
      rejection: {
        position: { source: 'source', line: 2, byte: 6 },
        reason: 'invalid-json',
        detail: 'expected a whole JSON value',
      },
    });
  });

  it('come of an error in a format, not an exception', () => {
    const raw = {
      position: { source: 's', line: 1, byte: 0 },
      length: 1,
      flags: [],
      get text(): string {
        throw new TypeError('with a quote');
      },
    };
    expect(new Reader(CONTEXT).read(raw)).toMatchObject({
      kind: 'rejected',
      rejection: { reason: 'internal-error', detail: 'TypeError' },
    });
  });
});

describe('formats', () => {
  it('asks hinted formats first', () => {
    expect(
      words(read('Nov 22 09:00:00 h ocserv[1]: main: hello\n', { ...CONTEXT, formatHints: ['syslog-rfc3164'] })),
    ).toEqual(['syslog-rfc3164']);
  });

  it('asks the formats of each source about the same lines by turns', () => {
    const lines = 'Nov 22 09:00:00 h ocserv[1]: main: hello\n'.repeat(3);
    const hinted = { ...CONTEXT, formatHints: ['syslog-rfc3164'] };
    const formats = [CONTEXT, CONTEXT, hinted, CONTEXT].map((context) => words(read(lines, context))[2]);
    expect(formats).toEqual(['ocserv', 'ocserv', 'syslog-rfc3164', 'ocserv']);
  });

  it.each([
    'Nov 22 09:00:00 tun-01 ocserv[7]: ',
    '<30>1 2026-11-22T09:00:00.987654Z tun-01 ocserv 7 - - ',
    '2026-11-22T10:00:00+0100 TUN-01 ocserv[7]: ',
    'Nov 22 09:00:00.987 tun-01 ocserv[7]: ',
  ])('make the same facts of a line dressed as: %s', (header) => {
    const message = 'main[adele]:203.0.113.20:50792 new user session';
    const journal = JSON.stringify({
      MESSAGE: message,
      SYSLOG_IDENTIFIER: 'ocserv',
      _PID: '7',
      _HOSTNAME: 'tun-01',
      __REALTIME_TIMESTAMP: '1795338000987654',
    });
    const ids = (input: string) => factsOf(read(input)).map((fact) => `${fact.kind} ${fact.id}`);
    expect(ids(`${header}${message}\n`)).toEqual(ids(journal));
    expect(ids(journal)).toHaveLength(2);
  });

  it.each([
    '2026-11-22T09:00:00.987654Z ocserv[7]: ',
    '2026-11-22T09:00:00.987654Z stderr F ocserv[7]: ',
    'Nov 22 09:00:00 ocserv[7]: ',
    '<30>1 2026-11-22T09:00:00Z - ocserv 7 - - ',
  ])('take the machine that a source is about where a header names none: %s', (header) => {
    const line = `${header}main[adele]:203.0.113.20:50792 new user session\n`;
    const keys = (context: SourceContext) => factsOf(read(line.repeat(3), context)).map(({ entity }) => entity.key);
    expect(new Set(keys({ ...CONTEXT, host: 'tun-01' }))).toEqual(new Set(['tun-01']));
    expect(keys(CONTEXT)).toEqual([]);
  });

  it('makes the same fact of an Azure record however it is spelled', () => {
    const properties = { instance: 'IN_0', remoteIP: '203.0.113.7', status: 'Connected' };
    const record = {
      time: '2026-11-22T09:00:00.1234567Z',
      resourceId: '/SUBSCRIPTIONS/S/G',
      category: 'TunnelDiagnosticLog',
      operationName: 'TunnelConnected',
      properties,
    };
    const other = {
      time: '2026-11-22T10:00:00.12345678+01:00',
      ResourceId: '/subscriptions/s/g/',
      type: 'TUNNELDIAGNOSTICLOG',
      OperationName: 'x',
      Properties: JSON.stringify({ ...properties, remoteIP: '203.0.113.7:4500' }),
    };
    const [one, two] = factsOf(read(`${JSON.stringify(record)}\n${JSON.stringify({ records: [other] })}\n`));
    expect(one?.kind).toBe('tunnel.connected');
    expect(two?.id).toBe(one?.id);
  });

  it('dates a record without a time by its source, knows it by its place and says so', () => {
    const line =
      '{"resourceId":"/g","category":"TunnelDiagnosticLog","operationName":"TunnelConnected","properties":{"remoteIP":"203.0.113.7"}}\n';
    const outcomes = read(line.repeat(2));
    expect(outcomes[0]).toMatchObject({ kind: 'record', record: { format: 'azure-tunnel', flags: ['no-time'] } });
    const [one, two] = factsOf(outcomes);
    expect(one).toMatchObject({ kind: 'tunnel.connected', time: '2026-11-22T12:00:00.0000000Z', flags: ['no-time'] });
    expect(two?.id).not.toBe(one?.id);
    expect(two?.time).toBe('2026-11-22T12:00:00.0000001Z');
  });
});

const access = (time: string, port: number, host = 'tun-01') =>
  `${time} ${host} ocserv-access[1]: ACCESS_LOG,u,d,udp,169.254.0.2:1,198.51.100.53:${port},1,2,3\n`;

describe('presence and counters', () => {
  it('tells a server present in the first and the last second of each minute', () => {
    const reader = new Reader(CONTEXT);
    const lines = ['09:00:01', '09:00:20', '09:00:59', '09:01:00', '09:00:30', '09:01:30', '09:00:00', '09:02:07'].map(
      (time) => `Nov 22 ${time} TUN-01 ocserv[1]: main: x\n`,
    );
    const tell = (facts: readonly Fact[]) =>
      facts.map((fact) => `${fact.kind} ${fact.entity.key} ${fact.time.slice(11, 19)} line ${fact.evidence.line}`);
    expect(tell(factsOf(read(lines.join(''), CONTEXT, reader)))).toEqual([
      'server.heard tun-01 09:00:01 line 1',
      'server.heard tun-01 09:01:00 line 4',
      'server.heard tun-01 09:00:00 line 7',
      'server.heard tun-01 09:02:07 line 8',
    ]);
    expect(tell(reader.takeFacts())).toEqual([
      'server.heard tun-01 09:00:59 line 3',
      'server.heard tun-01 09:01:30 line 6',
    ]);
    expect(reader.takeFacts()).toEqual([]);
  });

  it('loses no last second of the many minutes that it forgets', () => {
    const reader = new Reader(CONTEXT);
    const lines = Array.from({ length: 5000 }, (_, i) => {
      const [hour, minute] = [Math.floor(i / 60) % 24, i % 60].map((n) => String(n).padStart(2, '0'));
      const day = 10 + Math.floor(i / 1440);
      const line = (second: number) => `Nov ${day} ${hour}:${minute}:${second} tun-01 ocserv[1]: main: x\n`;
      return line(10) + line(40);
    });
    const facts = [...factsOf(read(lines.join(''), CONTEXT, reader)), ...reader.takeFacts()];
    expect(new Set(facts.map((fact) => fact.time)).size).toBe(10_000);
    expect(facts).toHaveLength(10_000);
  });

  it('tells a second of a minute that it forgot', () => {
    const reader = new Reader(CONTEXT);
    const others = Array.from({ length: 5000 }, (_, i) => `Nov 22 09:00:20 tun-${i + 10} ocserv[1]: main: x\n`);
    const line = (time: string) => `Nov 22 ${time} tun-01 ocserv[1]: main: x\n`;
    const text = [line('09:00:10'), ...others, line('09:00:40')].join('');
    const facts = [...factsOf(read(text, CONTEXT, reader)), ...reader.takeFacts()];
    const seconds = facts.filter(({ entity }) => entity.key === 'tun-01').map(({ time }) => time.slice(11, 19));
    expect(seconds).toEqual(['09:00:10', '09:00:40']);
  });

  it('keeps presence by access lines apart', () => {
    const facts = factsOf(
      read(
        `${access('Nov 22 09:00:00', 53)}Nov 22 09:00:01 tun-01 ocserv[1]: main: x\n${access('Nov 22 09:00:02', 53)}`,
      ),
    );
    expect(facts.map((fact) => fact.kind)).toEqual(['server.accessed', 'server.heard']);
  });

  it('counts access lines by server and hour', () => {
    const reader = new Reader(CONTEXT);
    const lines = [
      access('Nov 22 09:59:59', 53),
      access('Nov 22 10:00:00', 443),
      access('Nov 22 09:00:00', 80, 'TUN-01'),
      access('Nov 22 09:00:00', 53, 'tun-02'),
    ];
    read(lines.join(''), CONTEXT, reader);
    const counters = addCounters(reader.takeCounters());
    expect(
      counters.map(({ server, hourMs, lines, dns }) => [server, new Date(hourMs).getUTCHours(), lines, dns]),
    ).toEqual([
      ['tun-01', 9, 2, 1],
      ['tun-01', 10, 1, 0],
      ['tun-02', 9, 1, 1],
    ]);
    expect(reader.takeCounters()).toEqual([]);
    read(access('Nov 22 10:00:01', 53), CONTEXT, reader);
    expect(reader.takeCounters()).toMatchObject([{ server: 'tun-01', lines: 1, dns: 1 }]);
    expect(counters.map(countedFact)[0]).toMatchObject({
      kind: 'access.counted',
      entity: { kind: 'tunnel-server', key: 'tun-01' },
      time: '2026-11-22T09:00:00.0000000Z',
      attributes: { lines: 2, dns: 1 },
      evidence: { line: 1 },
    });
  });
});

describe('properties', () => {
  const word = fc.constantFrom(
    ...[
      'Nov 22 09:00:00 ',
      'h ',
      'ocserv[1]: ',
      'ocserv-access[1]: ',
      'ACCESS_LOG,',
      'OCSERV_TELEMETRY,connect,',
      'main[a]:',
      '203.0.113.7:50 ',
    ],
    ...[
      'user disconnected (reason: ',
      'rx: 0, tx: 0)',
      ',',
      '\n',
      '{"records":[',
      '{"resourceId":"/g","category":"TunnelDiagnosticLog","properties":',
      '"x"',
      '}',
      ']}',
    ],
    ...[
      '{"time":"2026-11-22T09:00:00Z","hostname":"h","latency":',
      '1}\n',
      '<13>1 - h a p i ',
      '[',
      ']',
      '(',
      '1e999',
      '"__proto__":{',
    ],
  );
  const text = fc
    .array(fc.oneof({ weight: 6, arbitrary: word }, fc.string({ maxLength: 8 })), { maxLength: 30 })
    .map((parts) => parts.join(''));

  it('reads any bytes without an exception or an internal error', () => {
    const bytes = fc.oneof(
      text.map((all) => Buffer.from(all)),
      fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all)),
    );
    fc.assert(
      fc.property(bytes, (all) => {
        expect(words(read(all))).not.toContain('internal-error');
      }),
      { numRuns: 2000 },
    );
  });

  it('has formats that parse whatever they claim', () => {
    fc.assert(
      fc.property(text, (all) => {
        const framer = new Framer('source');
        for (const raw of [...framer.push(Buffer.from(all)), ...framer.end()]) {
          for (const format of FORMATS) if (format.claims(raw)) expect(format.parse(raw, CONTEXT).ok).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reads a record alike whatever came before it', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), text, (before, all) => {
        const reader = new Reader(CONTEXT);
        for (const other of before) read(other, CONTEXT, reader);
        const strip = (outcomes: ReadOutcome[]) =>
          outcomes.map((outcome) => (outcome.kind === 'record' ? plainRecord(outcome.record) : outcome));
        expect(strip(read(all, CONTEXT, reader))).toEqual(strip(read(all)));
      }),
      { numRuns: 300 },
    );
  });
});
