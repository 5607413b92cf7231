import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS, Framer, Reader } from '../../shared/ingest/index.ts';
import { readShown } from '../../shared/ingest/panos/cli.ts';
import { CsvFields } from '../../shared/ingest/panos/csv-fields.ts';
import { statementsIn } from '../../shared/ingest/panos/userid-statement.ts';
import type { SourceContext } from '../../shared/model/record.ts';

const CTX: SourceContext = { zone: 'Europe/Berlin', referenceMs: Date.parse('2026-11-22T12:00:00Z'), host: 'fw-1' };

const read = (text: string, ctx = CTX) => {
  const framer = new Framer('synthetic');
  const reader = new Reader(ctx);
  return [...framer.push(Buffer.from(text)), ...framer.end()].flatMap((raw) => {
    const outcome = reader.read(raw);
    return outcome.kind === 'record' ? [outcome] : [];
  });
};

const field = fc.stringMatching(/^[ -~]{0,12}$/).map((text) => text.trim());
const written = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('fields of a CSV message', () => {
  it('are read as they were written, commas and quotes and all', () => {
    const plain = field.filter((text) => !text.includes('\\'));
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 30 }), (texts) => {
        const fields = new CsvFields(texts.map(written).join(','));
        expect(fields.count).toBe(texts.length);
        expect(texts.map((_, i) => fields.text(i))).toEqual(texts);
      }),
    );
  });

  it.each([
    ['a quote that is never closed', 'a,"b,c', ['a', '"b', 'c']],
    ['a quote behind a backslash', String.raw`a,"b \"c\", d",e`, ['a', 'b "c", d', 'e']],
    ['text behind a closing quote', '"a"b,c', ['"a"b', 'c']],
    ['nothing', '', ['']],
    ['a comma at the end', 'a,', ['a', '']],
  ])('%s', (_name, text, expected) => {
    const fields = new CsvFields(text);
    expect(expected.map((_, i) => fields.text(i))).toEqual(expected);
  });

  it('asks for no more than it is told to', () => {
    const fields = new CsvFields('a,b,c,d', 2);
    expect([fields.count, fields.text(1), fields.text(2)]).toEqual([2, 'b', '']);
  });
});

describe('times', () => {
  const line = '1,2026/07/01 12:00:09,007,SYSTEM,general,0,2026/07/01 12:00:00,,general,,0,0,general,low,text,1,0x0';

  it('are in the zone of the device, that of summer too', () => {
    expect(read(line)[0]?.record).toMatchObject({ timestamp: '2026-07-01T10:00:00.0000000Z', flags: ['zone-assumed'] });
  });

  it('that do not exist leave those of the header', () => {
    const text = `<14>Nov 22 09:00:00 fw-2 ${line.replaceAll('2026/07/01', '2026/02/31')}`;
    expect(read(text)[0]?.record).toMatchObject({ format: 'panos-csv', hostname: 'fw-2' });
  });
});

it('JSON with a LogType is of Cortex only with a field of its own', () => {
  expect(read('{"LogType":"SYSTEM","LogTime":"2026-07-01T10:00:00Z"}')[0]?.record.format).toBe('json-generic');
});

describe('a row without its first column', () => {
  const row = '2026-07-01T10:00:09.000000Z,007200001056,SYSTEM,general,10.1,2026-07-01T10:00:00.000000Z,,text';
  it.each([
    ['is read', row, 'panos-csv'],
    [
      'may be of another log, where no version and second time follow',
      row.replace(/,general.*/, ',text'),
      'plain-text',
    ],
    ['may be of another log, where the second is no serial number', row.replace('007200001056', 'web-1'), 'plain-text'],
  ])('%s', (_name, text, format) => {
    expect(read(text)[0]?.record.format).toBe(format);
  });
});

describe('a firewall is named', () => {
  const line = '1,2026/07/01 12:00:09,007,SYSTEM,general,0,2026/07/01 12:00:00,,general,,0,0,general,low,text,1,0x0';
  it.each([
    ['by its device name', `<14>Nov 22 09:00:00 relay ${line},0,0,0,0,,fw-own`, CTX, 'fw-own'],
    ['by the header next to the message', `Nov 22 09:00:00 relay Nov 22 09:00:00 fw-own ${line}`, CTX, 'fw-own'],
    ['by what the source is about', `Nov 22 09:00:00 ${line}`, CTX, 'fw-1'],
    [
      'by its serial number behind a log service',
      `<14>1 2026-07-01T10:00:00Z stream-logfwd20-1-a - - - - ${line}`,
      CTX,
      '007',
    ],
    [
      'by its serial number behind a newer one',
      `<14>1 2026-07-01T10:00:00Z logfwd20-1-a logforwarder - - - ${line}`,
      CTX,
      '007',
    ],
    [
      'by the header, whatever is in its name',
      `<14>1 2026-07-01T10:00:00Z fw-logfwd1 - - - - ${line}`,
      CTX,
      'fw-logfwd1',
    ],
    ['by its serial number', line, { zone: CTX.zone, referenceMs: CTX.referenceMs }, '007'],
  ])('%s', (_name, text, ctx, expected) => {
    expect(read(text, ctx)[0]?.record.hostname).toBe(expected);
  });
});

describe('what a command printed', () => {
  it('says the same without its line breaks', () => {
    const text = [
      '> show user server-monitor state all',
      'UDP Syslog Listener Service is enabled',
      'Proxy: s 1(vsys: vsys1)  Host: s 1(203.0.113.1)',
      '  number of log messages : 12',
      '  number of auth. success messages : 3',
      'Proxy: dc(vsys: vsys2)  Host: dc(203.0.113.2)',
      '  status : Not connected',
    ].join('\n');
    expect(readShown(text.replaceAll(/\s+/g, ' '))).toEqual(readShown(text));
    expect(readShown(text)).toMatchObject({ listeners: [{ name: 's 1', messages: 12 }], servers: [{ name: 'dc' }] });
  });

  it('is cut before the next prompt, before a log line and at the end', () => {
    const text = [
      'show user server-monitor statistics',
      'Directory Servers:',
      'Name  TYPE  Host  Vsys  Status',
      'dc-1  AD  203.0.113.2  vsys1  Connected',
      '',
      'Error: pan_user_id_win_log_query(pan_user_id_win.c:1): log query for dc-2 failed: NTSTATUS: NT_STATUS_ACCESS_DENIED',
      'admin@fw-9(passive)> show high-availability all',
      'Group 1:',
      '  Mode: Active-Passive',
      '  Local Information:',
      '    State: passive (last 2 hours)',
      'Nov 22 09:00:00 host sshd[1]: synthetic',
    ].join('\r\n');
    const found = read(text);
    expect(found.map(({ record }) => record.format)).toEqual([
      'panos-cli',
      'panos-userid-log',
      'panos-cli',
      'syslog-rfc3164',
    ]);
    expect(found[2]?.facts[0]).toMatchObject({
      entity: { kind: 'firewall', key: 'fw-9' },
      attributes: { state: 'passive', forSeconds: 7200 },
    });
  });

  it('is about nobody where nobody is named', () => {
    const { host: _, ...nameless } = CTX;
    const [outcome] = read('Proxy: dc(vsys: vsys2)  Host: dc(203.0.113.2) status : Not connected', nameless);
    expect(outcome).toMatchObject({ record: { format: 'panos-cli' }, facts: [] });
  });
});

describe('any text', () => {
  const PARTS = [
    'Error: ',
    'pan_user_id_x(y.c:1): ',
    'Proxy: ',
    '(vsys: ',
    ') Host: ',
    'State: ',
    'CEF:0|',
    'LEEF:2.0|',
    '|Palo Alto Networks|',
    '1,2026/11/22 09:00:00,',
    'SYSTEM,',
    '"',
    '\\',
    '=',
    '\t',
    '\n',
    ' ',
    ',',
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ maxLength: 12 })), { maxLength: 40 });

  it('is read or left alone, and never throws', () => {
    const formats = FORMATS.filter(({ name }) => name.startsWith('panos-'));
    fc.assert(
      fc.property(text, (parts) => {
        const position = { source: 'synthetic', line: 1, byte: 0 };
        const raw = { text: parts.join(''), position, length: 1, flags: [] };
        for (const format of formats) if (format.claims(raw)) expect(format.parse(raw, CTX).ok).toBe(true);
      }),
    );
  });

  it.each([
    ['statements', `Error: ${'pan_user_id_x '.repeat(20_000)}`],
    ['a server without an end', 'Proxy: '.repeat(20_000)],
    ['blanks in a row of the table', `Directory Servers:\n${'x '.repeat(30_000)}`],
    ['a key without an end', `CEF:0|Palo Alto Networks|PAN-OS|1|a|SYSTEM|1|${'a'.repeat(100_000)}`],
    ['keys', `CEF:0|Palo Alto Networks|PAN-OS|1|a|SYSTEM|1|${'a= '.repeat(30_000)}`],
    ['quotes', `1,2026/11/22 09:00:00,0,SYSTEM,a,0,2026/11/22 09:00:00,${'"'.repeat(60_000)}`],
    ['words of a query', `Error: pan_a(b.c:1): log query for ${'x failed: NTSTATUS: '.repeat(10_000)}`],
  ])('takes no time to speak of: %s', (_name, long) => {
    const started = performance.now();
    read(long);
    statementsIn(long);
    readShown(long);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});
