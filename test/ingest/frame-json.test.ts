import { describe, expect, it } from 'vitest';
import { Framer, MAX_RECORD_BYTES } from '../../shared/ingest/index.ts';
import { JsonRecord } from '../../shared/ingest/json/json-record.ts';
import { brief, frame } from './framed.ts';

describe('JSON', () => {
  it.each<[name: string, input: string, expected: string[]]>([
    ['JSON lines', '{"a":1}\n{"a":2}\n', ['1@0 {"a":1} json', '2@8 {"a":2} json']],
    [
      'a sequence of texts',
      '\x1e{"a":1}\n\x1e{\n"a":2}\n\x1ex\n\x1e',
      ['1@1 {"a":1} json', '2@10 {\n"a":2} json', '4@20 x text'],
    ],
    ['an envelope', '{"records":[{"a":1},{"a":2}]}\nx\n', ['1@12 {"a":1} json', '1@20 {"a":2} json', '2@30 x text']],
    [
      'an envelope per line',
      '{"records":[{"a":1}]}\n{"records":[{"a":2}],"n":1}\n',
      ['1@12 {"a":1} json', '2@34 {"a":2} json'],
    ],
    ['an empty envelope', '{"records":[]}\nx\n', ['2@15 x text']],
    ['records not first', '{"n":[1],"records":[{"a":1},\n{"a":2}]}', ['1@20 {"a":1} json', '2@29 {"a":2} json']],
    [
      'an array of envelopes',
      '[{"records":[{"a":1},{"a":2}]},{"records":[{"a":3}]}]',
      ['1@13 {"a":1} json', '1@21 {"a":2} json', '1@43 {"a":3} json'],
    ],
    [
      'a pretty-printed array',
      '[\n  {\n"a": 1\n  },\n  {"a": 2}\n]\nx',
      ['2@4 {\n"a": 1\n  } json', '5@20 {"a": 2} json', '7@31 x text'],
    ],
    [
      'a pretty-printed object',
      '{\n "a": {\n  "b": 1\n }\n}\nx\n',
      ['1@0 {\n "a": {\n  "b": 1\n }\n} json', '6@24 x text'],
    ],
    ['values on one line', '{"a":1}{"a":2}\n', ['1@0 {"a":1} json', '1@7 {"a":2} json']],
    ['lines cut out of an array', '{"a":1},\n{"a":2}\n', ['1@0 {"a":1} json', '2@9 {"a":2} json']],
    ['text behind a value', '{"a":1} and text\nx\n', ['1@0 {"a":1} and text text', '2@17 x text']],
    [
      'a record that is no JSON',
      '{"records":[{"a":1},{"a":tru},{"a":3}]}',
      ['1@12 {"a":1} json', '1@20 {"a":tru} text', '1@30 {"a":3} json'],
    ],
    [
      'a record with an open string',
      '{"records":[{"a":"x},{"a":3}]}\n{"a":4}\n',
      ['1@12 {"a":"x} text', '1@21 {"a":3} json', '2@31 {"a":4} json'],
    ],
    [
      'a record with a quote too many',
      '{"records":[{"a":"x"y"},{"a":3}]}\n',
      ['1@12 {"a":"x"y"} text', '1@24 {"a":3} json'],
    ],
    [
      'a bracket too many',
      '{"records":[{"a":1}},{"a":2}],{"a":3} }] , {"a":4}]}\nx\n',
      [
        '1@12 {"a":1} json',
        '1@19 } text',
        '1@21 {"a":2} json',
        '1@28 ] text',
        '1@30 {"a":3} json',
        '1@38 }] text',
        '1@43 {"a":4} json',
        '2@53 x text',
      ],
    ],
    ['a comma too few', '[{"a":1} {"a":2}]\n{"a":3}', ['1@1 {"a":1} json', '1@9 {"a":2} json', '2@18 {"a":3} json']],
    [
      'a record that is cut before another',
      '{"records":[{"a":1},{"a":"x,{"a":3}]}\n',
      ['1@12 {"a":1} json', '1@20 {"a":"x text', '1@28 {"a":3} json'],
    ],
    [
      "an API's answer",
      '{"value":[{"a":1},{"a":2}],"nextLink":"x"}\n{"@odata.context":"y","value":[{"a":3}]}\n',
      ['1@10 {"a":1} json', '1@18 {"a":2} json', '2@74 {"a":3} json'],
    ],
    [
      'values of another kind',
      '{"value":[1,{"a":1}]}\n{"b":1,"value":[{"a":1}]}',
      ['1@0 {"value":[1,{"a":1}]} json', '2@22 {"b":1,"value":[{"a":1}]} json'],
    ],
    [
      'another envelope right behind a cut one',
      '{"records":[{"k":0}{"records":[{"k":1}}{"k":2}',
      ['1@12 {"k":0} json', '1@31 {"k":1} json', '1@38 }{"k":2} text'],
    ],
    [
      'a cut record without a comma before it',
      '[{"a":1}{"b":"cut\nx: 1\nx: 2\n',
      ['1@1 {"a":1} json', '1@8 {"b":"cut text', '2@18 x: 1 text', '3@23 x: 2 text'],
    ],
    [
      "a cut API's answer",
      '{"value":[{"b":"cut\nx: 1\nx: 2\n',
      ['1@0 {"value":[{"b":"cut text', '2@20 x: 1 text', '3@25 x: 2 text'],
    ],
    [
      'a record that begins as an answer',
      '{"value":[{"nic":"eth0"}],"hostname":"h"}\n',
      ['1@0 {"value":[{"nic":"eth0"}],"hostname":"h"} json'],
    ],
    [
      'two lists',
      '{"count":1,"value":[],"records":[{"k":1}]}\n{"value":["x"],"records":[{"k":2}]}\n',
      ['1@33 {"k":1} json', '2@69 {"k":2} json'],
    ],
    [
      'a cut array in a JSON text sequence',
      '\x1e[{"a":1},{"b":\n\x1e{"c":1}\n\x1e{"d":1}\n',
      ['1@2 {"a":1} json', '1@10 {"b": text', '2@17 {"c":1} json', '3@26 {"d":1} json'],
    ],
    ['a cut line', '{"a":1,\n{"a":2}\n{"a":3}\n', ['1@0 {"a":1, text', '2@8 {"a":2} json', '3@16 {"a":3} json']],
    [
      'a cut line that opens an array',
      '{"a":[\n{"a":2}\n{"a":3}\n',
      ['1@0 {"a":[ text', '2@7 {"a":2} json', '3@15 {"a":3} json'],
    ],
    ['a cut last line', '{"a":1}\n{"a":', ['1@0 {"a":1} json', '2@8 {"a": text']],
    [
      'a cut envelope before another',
      '{"records":[{"a":1},{"a":2\n{"records":[{"a":3}]}\n',
      ['1@12 {"a":1} json', '1@20 {"a":2 text', '2@39 {"a":3} json'],
    ],
    [
      'an envelope that lacks its end',
      '{"records":[{"a":1}\n{"records":[{"a":2}]}\n',
      ['1@12 {"a":1} json', '2@32 {"a":2} json'],
    ],
  ])('%s', (_name, input, expected) => {
    expect(brief(frame(Buffer.from(input)))).toEqual(expected);
  });

  it('streams one endless line of records', () => {
    const framer = new Framer('source');
    const record = `{"a":"${'x'.repeat(1000)}"},`;
    let given = framer.push(Buffer.from('{"records":[')).length;
    for (let i = 0; i < 100; i++) given += framer.push(Buffer.from(record)).length;
    expect(given).toBe(100);
  });

  it('loses no neighbour of a record that is too long', () => {
    const long = `{"a":"${'x'.repeat(2 * MAX_RECORD_BYTES)}"}`;
    const input = Buffer.from(`{"records":[{"a":1},${long},{"a":3}]}\n{"a":4}\n`);
    const records = frame(input, [100_000]);
    expect(records.map((record) => record.length > MAX_RECORD_BYTES)).toEqual([false, true, false, false]);
    expect(records.map((record) => record.json)).toEqual([{ a: 1 }, undefined, { a: 3 }, { a: 4 }]);
  });

  it('keeps __proto__ a plain property', () => {
    const [record] = frame(Buffer.from('{"__proto__":{"polluted":1}}\n'));
    expect(Object.hasOwn(Object(record?.json), '__proto__')).toBe(true);
    expect(Object({})).not.toHaveProperty('polluted');
  });
});

describe('what is known at a glance', () => {
  const chatter = (message = 'SESSION_ID :{1} [SEND] DPD') =>
    `{"time":"2026-11-22T09:00:00.0000000Z","category":"IKEDiagnosticLog","properties":{"message":"${message}"}}`;
  const other =
    '{"time":"2026-11-22T09:00:00Z","category":"TunnelDiagnosticLog","properties":{"remoteIP":"203.0.113.7"}}';
  const glances = (input: string) =>
    new Framer('source').push(Buffer.from(input)).map((raw) => raw instanceof JsonRecord && raw.glanced !== undefined);

  it.each<[name: string, input: string, expected: boolean[]]>([
    ['chatter', `${chatter()}\n`, [true]],
    ['chatter with a carriage return', `${chatter()}\r\n`, [true]],
    ['a message of a negotiation', `${chatter('negotiation failed')}\n`, [false]],
    ['a message with an escape', `${chatter('a \\u0066ail')}\n`, [false]],
    [
      'the last of an envelope before another envelope',
      `{"records":[${other}]}\n{"records":[${chatter()},${chatter()}]}\n`,
      [false, true, true],
    ],
    ['another record before it in an array', `[${other},${chatter()},${chatter()}]\n`, [false, true, true]],
    ['a record without a message before it', `[${chatter().replace('message', 'text')},${chatter()}]\n`, [false, true]],
    ['a cut record before it', `${other.slice(0, 60)}${chatter()}\n`, [false]],
    ['an object between category and message', `${chatter().replace('{"message"', '{"a":{},"message"')}\n`, [false]],
    ['no time zone', `${chatter().replace('00Z', '00')}\n`, [false]],
  ])('%s', (_name, input, expected) => {
    expect(glances(input)).toEqual(expected);
  });
});
