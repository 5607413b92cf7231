import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer } from '../../shared/ingest/frame.ts';
import { JsonRecord } from '../../shared/ingest/json/json-record.ts';

/** All that can be seen of the records of a text that comes in pieces. */
function framed(text: string, size = text.length): readonly unknown[] {
  const framer = new Framer('source');
  const bytes = Buffer.from(text);
  const records = [];
  for (let at = 0; at < bytes.length; at += size) records.push(...framer.push(bytes.subarray(at, at + size)));
  return [...records, ...framer.end()].map((raw) => {
    const glanced = raw instanceof JsonRecord ? raw.glanced : undefined;
    const { json, position, length, flags } = raw;
    return { text: raw.text, json, position, length, flags, glanced: glanced && [glanced.format, glanced.timestamp] };
  });
}

const HEADS = [
  '","u":"000000","category":"IKEDiagnosticLog","properties":{"instance":"GatewayTenantWorker_IN_0","message":',
  '","u":"000000","category":"IKEDiagnosticLog","properties":{"instance":"GatewayTenantWorker_IN_1","message":',
  '","u":"000000","category":"IKEDiagnosticLog","properties":{"other":',
  '","u":"000000","category":"TunnelDiagnosticLog","properties":{"status":',
  '","u":"000000","category":"TunnelDiagnosticLog","properties":',
  '","u":"000000","category":"RouteDiagnosticLog","time":"x","properties":{"status":',
  '","u":"000000","category":"RouteDiagnosticLog","records":[],"properties":{"status":',
];
const TIMES = [
  '2026-11-22T09:00:00.1234567',
  '2026-11-22T09:00:00.123456',
  '2026-11-22T09:00:61.1234567',
  '2026-11-22',
];
const word = fc.constantFrom(
  ...[
    'DPD ',
    'fail',
    'INFORMATIONAL',
    '\\"',
    '\\\\',
    '\\u0066ail',
    '\n',
    '"',
    '},{"time":"',
    '"}}',
    '}',
    '{',
    ' ',
    'é',
    '\t',
  ],
);
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('"DPD"', '"[SEND] DPD request"', '"IKE Tunnel created"') },
  fc.array(word, { maxLength: 4 }).map((words) => `"${words.join('')}"`),
  fc.constantFrom('null', '[1,{"a":2}]', '{"message":"DPD"}', '"DPD","more":1', '"DPD"},"properties":{"a":1', ''),
);
const record = fc
  .tuple(
    fc.constantFrom(...TIMES, TIMES[0] ?? '', TIMES[0] ?? ''),
    fc.constantFrom('Z', 'Z', ''),
    fc.constantFrom(...HEADS),
    value,
    fc.constantFrom('}', '}', '}', ']'),
  )
  .map(([time, zone, head, said, close]) => {
    const inner = head.endsWith('properties":') ? '' : '}';
    return `{"time":"${time}${zone}${head}${said}${inner}${close}`;
  });
/** Each head twice in a row, so that it is known. */
const LESSON = HEADS.flatMap((head) =>
  [1, 2, 3].map(
    (i) => `{"time":"2026-11-22T09:00:00.000000${i}Z${head}"DPD"${head.endsWith('properties":') ? '' : '}'}}`,
  ),
);

const layout = fc.constantFrom<(records: readonly string[]) => string>(
  (records) => records.join('\n'),
  (records) => `${records.join('\r\n')}\r\n`,
  (records) => `{"records":[${records.join(',')}]}\n`,
  (records) => `[${records.join(', ')}]`,
  (records) => `{"records":[${records.join(',')}`,
);

let unlike = 0;
/** The same with a head of its own for every record: none was ever seen before. */
const unknown = (text: string): string =>
  text.replaceAll('"u":"000000"', () => `"u":"${String(++unlike).padStart(6, '0')}"`);
const shown = (records: readonly unknown[]): string =>
  JSON.stringify(records, null, 1).replaceAll(/u(\\*":\s?\\*")\d{6}/g, 'u$1000000');

describe('records that begin as others did', () => {
  it('are the same as if nothing was known', () => {
    framed(`${LESSON.join('\n')}\n`);
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 4 }),
        layout,
        fc.integer({ min: 20, max: 400 }),
        (all, laid, size) => {
          const text = laid(all);
          expect(shown(framed(text))).toBe(shown(framed(unknown(text))));
          expect(shown(framed(text, size))).toBe(shown(framed(text)));
        },
      ),
      { seed: 20261122, numRuns: 2_000 },
    );
  });
});
