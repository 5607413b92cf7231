import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Reader, recordsOfEvent } from '../../shared/ingest/index.ts';

const record = (second: number, fields: object = {}): string =>
  JSON.stringify({
    time: `2026-11-22T09:00:0${second}.1234567Z`,
    resourceId: '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/RG-CONTOSO/PROVIDERS/X/Y/Z',
    category: 'TunnelDiagnosticLog',
    operationName: 'TunnelConnected',
    properties: { instance: 'IN_0', remoteIP: '203.0.113.10' },
    ...fields,
  });
const envelope = (...records: string[]): string => `{"records":[${records.join(',')}]}`;

/** What a body holds: of each record its format and the second that it names, or why it could not be read. */
function read(body: string | Uint8Array): string[] {
  const framed = recordsOfEvent('hub/0', 7, typeof body === 'string' ? Buffer.from(body) : body);
  if (!framed.ok) return [framed.error.code];
  const reader = new Reader({ zone: 'UTC', referenceMs: Date.parse('2026-11-22T12:00:00Z') });
  return framed.value.map((raw, index) => {
    expect(raw.position).toEqual({ source: 'hub/0', line: index + 1, byte: 7 });
    const outcome = reader.read(raw);
    if (outcome.kind === 'rejected') return outcome.rejection.reason;
    return `${outcome.record.format} ${outcome.record.timestamp?.slice(17, 19) ?? '-'}`;
  });
}

const TWO = ['azure-tunnel 01', 'azure-tunnel 02'];
const both = envelope(record(1), record(2));

/** Every shape that senders and bindings were seen to give the body of an event. */
describe('the body of an event', () => {
  it.each([
    ['an envelope', both, TWO],
    ['one record', record(1), ['azure-tunnel 01']],
    ['an array of records', `[${record(1)},${record(2)}]`, TWO],
    ['an array of envelopes', `[${envelope(record(1))},${envelope(record(2))}]`, TWO],
    ['records line by line, with BOM, CRLF and empty lines', `\ufeff${record(1)}\r\n\r\n${record(2)}\r\n`, TWO],
    ['a string that holds an envelope', JSON.stringify(both), TWO],
    ['strings that hold records', JSON.stringify([record(1), record(2)]), TWO],
    ['strings that hold envelopes', `  ${JSON.stringify([envelope(record(1)), envelope(record(2))])} `, TWO],
    ['a string in a string', JSON.stringify(JSON.stringify(both)), TWO],
    [
      'strings that hold log lines',
      JSON.stringify(['<30>1 2026-11-22T09:00:01Z h x 1 - - a', 'b']),
      ['syslog-rfc5424 01', 'plain-text -'],
    ],
    ['an array of a string and something else', '["a",1]', ['plain-text -']],
    ['gzip of an envelope', gzipSync(both), TWO],
    ['gzip of a string', gzipSync(JSON.stringify(both)), TWO],
    ['null', 'null', ['plain-text -']],
    ['nothing', '', []],
    [
      'a broken record between two',
      envelope(record(1), '{"time":"2026-11-22T09:00:00Z","resourceId":}', record(2)),
      ['azure-tunnel 01', 'invalid-json', 'azure-tunnel 02'],
    ],
    ['half of gzip', gzipSync(both).subarray(0, 40), ['corrupt-archive']],
  ])('%s', (_name, body, expected) => {
    expect(read(body)).toEqual(expected);
  });
});

/** Clause: the envelope's fields as documented and as captured. */
describe('the time of an Azure record', () => {
  it.each([
    ['7 digits', { time: '2025-04-24T12:49:14.6241035Z' }, '2025-04-24T12:49:14.6241035Z'],
    ['9 digits', { time: '2025-04-24T12:49:14.624103578Z' }, '2025-04-24T12:49:14.6241035Z'],
    ['an offset', { time: '2025-04-24T14:49:14.62+02:00' }, '2025-04-24T12:49:14.6200000Z'],
    ['no zone is UTC', { time: '2025-04-24T12:49:14' }, '2025-04-24T12:49:14.0000000Z'],
    ['US, no zone', { time: '04/05/2022 07:54:00' }, '2022-04-05T07:54:00.0000000Z'],
    [
      'US, under another name',
      { time: undefined, EventTimeString: '11/3/2020 9:06:42 AM +00:00' },
      '2020-11-03T09:06:42.0000000Z',
    ],
    ['blanks inside', { time: '2021-02-04T07: 45: 44.58Z' }, '2021-02-04T07:45:44.5800000Z'],
    ['none', { time: undefined }, undefined],
    ['no time', { time: 'soon' }, undefined],
  ])('%s', (_name, fields, expected) => {
    const framed = recordsOfEvent('hub/0', 1, Buffer.from(record(1, fields)));
    const reader = new Reader({ zone: 'Asia/Tokyo', referenceMs: Date.parse('2026-11-22T12:00:00Z') });
    const [outcome] = framed.ok ? framed.value.map((raw) => reader.read(raw)) : [];
    expect(outcome?.kind === 'record' && outcome.record.timestamp).toBe(expected);
  });
});

describe('the fields of an Azure record', () => {
  const fieldsOf = (fields: object) => {
    const framed = recordsOfEvent('hub/0', 1, Buffer.from(record(1, fields)));
    const reader = new Reader({ zone: 'UTC', referenceMs: Date.parse('2026-11-22T12:00:00Z') });
    const [outcome] = framed.ok ? framed.value.map((raw) => reader.read(raw)) : [];
    if (outcome?.kind !== 'record') throw new Error('expected a record');
    const { severity, attributes, flags } = outcome.record;
    return { severity, flags, ...attributes, facts: outcome.facts.length };
  };

  it.each([
    ['Level and level together: the text counts', { Level: 5, level: 'Warning' }, { severity: 'warning' }],
    ['Level alone, a number', { Level: 2 }, { severity: 'warning' }],
    ['Information', { level: 'Information' }, { severity: 'informational' }],
    ['Critical', { level: 'CRITICAL' }, { severity: 'critical' }],
    [
      'type for category',
      { category: undefined, type: 'TunnelDiagnosticLog' },
      { category: 'TunnelDiagnosticLog', facts: 1 },
    ],
    [
      'REST objects',
      {
        operationName: { value: 'TunnelConnected', localizedValue: 'Tunnel' },
        category: { value: 'TUNNELDIAGNOSTICLOG' },
      },
      { operationName: 'TunnelConnected', facts: 1 },
    ],
    [
      'properties as JSON text',
      { properties: '{"Instance":"IN_1","remoteip":"203.0.113.10"}' },
      { facts: 1, rawProperties: null },
    ],
    [
      'properties in single quotes are kept as they are',
      { properties: "{'remoteIP': '203.0.113.10'}" },
      { facts: 0, rawProperties: "{'remoteIP': '203.0.113.10'}", flags: ['best-effort'] },
    ],
    ['identity as text', { identity: 'Adele Vance' }, { caller: 'Adele Vance' }],
    ['a number as result', { resultType: 0, durationMs: '12' }, { resultType: '0' }],
    ['a description for a message', { resultDescription: 'It is over' }, { message: 'It is over' }],
    [
      'a resource in any case',
      { resourceId: undefined, RESOURCEID: '/SubScriptions/S/x/' },
      { resourceId: '/SubScriptions/S/x' },
    ],
    [
      'a tenant',
      { resourceId: '/TeNaNtS/t-1/providers/Microsoft.aadiam', category: 'AuditLogs' },
      { resourceId: '/TeNaNtS/t-1/providers/Microsoft.aadiam' },
    ],
    [
      'a tenant by its own field',
      { resourceId: undefined, tenantId: 't-1', category: 'AuditLogs' },
      { resourceId: '/tenants/t-1' },
    ],
  ])('%s', (_name, fields, expected) => {
    expect(fieldsOf(fields)).toMatchObject(expected);
  });
});
