import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayTell, OPENING, TELLING_WORDS } from '../../shared/ingest/azure/ike-phrases.ts';
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
  '","unit":"000000","category":"IKEDiagnosticLog","properties":{"instance":"GatewayTenantWorker_IN_0","message":',
  '","unit":"000000","category":"IKEDiagnosticLog","properties":{"instance":"GatewayTenantWorker_IN_1","message":',
  '","unit":"000000","category":"IKEDiagnosticLog","properties":{"other":',
  '","unit":"000000","category":"TunnelDiagnosticLog","properties":{"status":',
  '","unit":"000000","category":"TunnelDiagnosticLog","properties":',
  '","unit":"000000","category":"P2SDiagnosticLog","properties":{"message":',
  '","unit":"000000","category":"RouteDiagnosticLog","time":"x","properties":{"status":',
  '","unit":"000000","category":"RouteDiagnosticLog","records":[],"properties":{"status":',
];
const TIMES = [
  '2026-11-22T09:00:00.1234567',
  '2026-11-22T09:00:00.123456',
  '2026-11-22T09:00:61.1234567',
  '2026-11-22T24:00:00.1234567',
  '2026-11-23T09:00:00.1234567',
  '2026-11-31T09:00:00.1234567',
  '2026-11-22T09:00:00.123456a',
  '2026-11-22t09:00:00.1234567',
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
    '\0',
    '[',
    '\\u00e9',
  ],
);
/** Letters of the words that tell, whole or cut, in either case, at any distance from the start of the message. */
const message = fc
  .tuple(
    fc.constantFrom('', OPENING, `${OPENING}9dead0c4-3271-4c43-a69c-43a8c3b7cf3c} `, OPENING.toLowerCase()),
    fc.nat({ max: 60 }),
    fc.constantFrom(...TELLING_WORDS),
    fc.constantFrom(0, 0, 0, 1, 2),
    fc.constantFrom('lower', 'upper', 'mixed'),
    fc.constantFrom('', ' Remote 203.0.113.7:500', ' ess est MAT tim'),
  )
  .map(([opening, gap, word, cut, letters, more]) => {
    const upper = word.toUpperCase();
    const said = letters === 'lower' ? word : letters === 'upper' ? upper : `${upper.slice(0, 2)}${word.slice(2)}`;
    return `${opening}${'#'.repeat(gap)}${said.slice(0, said.length - cut)}${more}`;
  });
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('"DPD"', '"[SEND] DPD request"', '"IKE Tunnel created"') },
  { weight: 2, arbitrary: message.map((text) => JSON.stringify(text)) },
  fc.array(word, { maxLength: 4 }).map((words) => `"${words.join('')}"`),
  fc.constantFrom(
    '{"a":[{"b":"}]\\\\"},[]],"c":{}}',
    '{"a":"}\\""}',
    '{"a" :1}',
    '{"a":1,}',
    '{"a":{]}',
    '{"a":\n1}',
    `{"a":${'['.repeat(40)}${']'.repeat(40)}}`,
    '"DPD","message":"fail"',
    '"DPD","time":"2026-11-22T09:00:00.1234567Z"',
    'null',
    '[1,{"a":2}]',
    '{"message":"DPD"}',
    '"DPD","more":1',
    '"DPD"},"properties":{"a":1',
    '',
  ),
);
const record = fc
  .tuple(
    fc.constantFrom(...TIMES, TIMES[0] ?? '', TIMES[0] ?? ''),
    fc.constantFrom('Z', 'Z', 'Z', '', 'z'),
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

const enveloped = (records: readonly string[]): string => `{"records":[${records.join(',')}]}`;
const layout = fc.constantFrom<(records: readonly string[]) => string>(
  (records) => `${records.map((one) => enveloped([one, one])).join('\n')}\n`,
  (records) => `${records.map((one) => enveloped([one])).join('\r\n')}\r\n${records.join('\n')}\n`,
  (records) => `${records.join('\n')}\n${enveloped(records)}\n\n${enveloped(records)}`,
  (records) => `${enveloped(records)}${enveloped(records)}\n${records.join('\n')}`,
  (records) => `${enveloped(records).slice(0, -1)},"more":1}\n${enveloped(records)}\n`,
  (records) => `\u{feff}${records.join('\n')}\nétat\n${enveloped(records)}\n`,
  (records) => `[${records.join(',')}]}\n${records.join('\n')}\n`,
  (records) => `line\n ${records.join('\n\n')}\n`,
  (records) => records.join('\n'),
  (records) => `${records.join('\r\n')}\r\n`,
  (records) => `{"records":[${records.join(',')}]}\n`,
  (records) => `[${records.join(', ')}]`,
  (records) => `{"records":[${records.join(',')}`,
);

let unlike = 0;
/** The same with a head of its own for every record: none was ever seen before. */
const unknown = (text: string): string =>
  text.replaceAll('"unit":"000000"', () => `"unit":"${String(++unlike).padStart(6, '0')}"`);
const shown = (records: readonly unknown[]): string =>
  JSON.stringify(records, null, 1).replaceAll(/unit(\\*":\s?\\*")\d{6}/g, 'unit$1000000');

/** Of the other kind: what was learned of days and heads is forgotten only when others take its place, so the lesson comes first. */
const learn = (): unknown => framed(`${LESSON.join('\n')}\n`);

describe('records that begin as others did', () => {
  it('are the same as if nothing was known', () => {
    learn();
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

  it('are counted when no word of the message tells, wherever it stands', () => {
    const [head = ''] = HEADS;
    learn();
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 3 }), (messages) => {
        const lines = messages.map((said) => `${`{"time":"${TIMES[0]}Z`}${head}"${said}"}}\n`);
        const glanced = new Framer('source')
          .push(Buffer.from(lines.join('')))
          .map((raw) => raw instanceof JsonRecord && raw.glanced !== undefined);
        expect(glanced).toEqual(messages.map((said) => !mayTell(said)));
      }),
      { seed: 20261122, numRuns: 1_000 },
    );
  });

  it('say the same when another head has taken the place of theirs', () => {
    learn();
    const times = [1, 2, 3, 4].map((tick) => `2026-11-22T09:00:00.000000${tick}Z`);
    const lines = Array.from({ length: 140 }, (_, unlike) =>
      times.map((time) => `{"time":"${time}${HEADS[0]?.replace('000000', `n${unlike}`)}"DPD"}}`),
    ).flat();
    expect(framed(`${lines.join('\n')}\n`, 300)).toMatchObject(
      lines.map((text, index) => ({ text, glanced: ['azure-ike', times[index % 4]], json: JSON.parse(text) })),
    );
  });

  it('are the same in more text than the kernel has room for', () => {
    learn();
    const text = enveloped(Array.from({ length: 600 }, () => LESSON).flat());
    expect(text.length).toBeGreaterThan(500_000);
    expect(shown(framed(text))).toBe(shown(framed(unknown(text), 65_536)));
  });
});
