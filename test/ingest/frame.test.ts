import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Framer, type FramerState, MAX_RECORD_BYTES } from '../../shared/ingest/index.ts';
import { brief, frame, plain } from './framed.ts';

describe('lines', () => {
  it.each<[name: string, input: string | Buffer, expected: string[]]>([
    ['line feeds, with and without carriage return', 'a\nb\r\nc\n', ['1@0 a text', '2@2 b text', '3@5 c text']],
    ['a last line without its end', 'a\nb', ['1@0 a text', '2@2 b text']],
    ['blank lines are dropped and counted', 'a\n\n \t\r\nb\n', ['1@0 a text', '4@7 b text']],
    ['a byte order mark is no part of the first line', '\ufeffa\nb\n', ['1@3 a text', '2@5 b text']],
    ['bytes, not characters, make the offset', 'é€\nb\n', ['1@0 é€ text', '2@6 b text']],
    [
      'odd bytes are kept and flagged',
      Buffer.from([0x61, 0xe9, 0x0a, 0x62, 0x0a]),
      ['1@0 a\ufffd text invalid-encoding', '2@3 b text'],
    ],
    ['NUL is removed and flagged', 'a\0b\nc\n', ['1@0 ab text nul-removed', '2@4 c text']],
    ['a line of nothing but NULs is a blank one', 'a\0\n\0\0\nb\n', ['1@0 a text nul-removed', '3@6 b text']],
    [
      'messages that end with NULs',
      '<1>a\0<13>b\0<191>é\0\n<2>c\0<x>d\0<3>e',
      [
        '1@0 <1>a text',
        '1@5 <13>b text',
        '1@11 <191>é text nul-removed',
        '2@20 <2>c<x>d text nul-removed',
        '2@30 <3>e text',
      ],
    ],
    [
      'a NUL that ends the first line of a header',
      '#Software: ISA Server\0<13>b\n#Version: 1\n',
      ['1@0 #Software: ISA Server text', '1@22 <13>b text', '2@28 #Version: 1 text'],
    ],
    ['a NUL behind a carriage return', '<1>a\r\0<13>b\n', ['1@0 <1>a text', '1@6 <13>b text']],
    ['NULs around messages', '\0\0<1>a\0\0<2>b\n', ['1@2 <1>a text nul-removed', '1@8 <2>b text']],
    ['UTF-16 with its mark', Buffer.from('\ufeffhé\nb\n', 'utf16le'), ['1@2 hé text', '2@8 b text']],
    ['UTF-16 big-endian', Buffer.from('\ufeffhé\nb\n', 'utf16le').swap16(), ['1@2 hé text', '2@8 b text']],
    ['UTF-16 without its mark', Buffer.from('hello\nwörld\n', 'utf16le'), ['1@0 hello text', '2@12 wörld text']],
    [
      'UTF-16 with JSON behind a character of two units',
      Buffer.from('\ufeff𐌼 }\n{"𐌼":\n"b"}\nc\n', 'utf16le'),
      ['1@2 𐌼 } text', '2@12 {"𐌼":\n"b"} json', '4@36 c text'],
    ],
    ['a lone surrogate', Buffer.from('\ufeffa\ud800\n', 'utf16le'), ['1@2 a\ufffd text invalid-encoding']],
    [
      'brackets that are no JSON',
      '[x] a\n{y} b\n{\n[\n',
      ['1@0 [x] a text', '2@6 {y} b text', '3@12 { text', '4@14 [ text'],
    ],
  ])('%s', (_name, input, expected) => {
    expect(brief(frame(Buffer.from(input)))).toEqual(expected);
  });

  it('gives out a last line without its end only at the end', () => {
    const framer = new Framer('source');
    expect(framer.push(Buffer.from('a\nbc'))).toHaveLength(1);
    expect(framer.state).toMatchObject({ nextByte: 2, nextLine: 2 });
    expect(framer.end().map((record) => record.text)).toEqual(['bc']);
    expect(framer.state.nextLine).toBe(3);
  });

  it('skips the hole of NULs that a truncated log begins with', () => {
    const input = Buffer.concat([Buffer.alloc(3 * MAX_RECORD_BYTES), Buffer.from('\0line\nnext\n')]);
    const [record, next] = frame(input, [100_000]);
    expect([record?.text, record?.flags, next?.text, next?.position.line]).toEqual([
      'line',
      ['nul-removed'],
      'next',
      2,
    ]);
    expect(brief(frame(input))).toEqual(brief(frame(input, [100_000])));
  });

  it('ends a message that is too long at its NUL too', () => {
    const long = `<2>${'x'.repeat(2 * MAX_RECORD_BYTES)}`;
    const input = Buffer.from(`<1>a\0${long}\0<191>b\0<3>c`);
    const expected = ['<1>a', long.slice(0, MAX_RECORD_BYTES), '<191>b', '<3>c'];
    for (const sizes of [[input.length], [100_000], [long.length + 6], [long.length + 9], [long.length + 10, 1]]) {
      expect(frame(input, sizes).map(({ text }) => text)).toEqual(expected);
    }
  });

  it('cuts a line that is too long, once, and goes on behind it', () => {
    const input = Buffer.concat([
      Buffer.from('before\n'),
      Buffer.alloc(3 * MAX_RECORD_BYTES, 'x'),
      Buffer.from('\nafter\n'),
    ]);
    const records = frame(input, [65536]);
    expect(records.map((record) => record.text.length)).toEqual([6, MAX_RECORD_BYTES, 5]);
    expect(records[1]).toMatchObject({ length: MAX_RECORD_BYTES + 1, flags: ['truncated'] });
    expect(records[2]?.position).toEqual({ source: 'source', line: 3, byte: 7 + 3 * MAX_RECORD_BYTES + 1 });
    expect(brief(frame(input))).toEqual(brief(records));
  });
});

describe('octet counts', () => {
  const framed = (message: string): string => `${Buffer.byteLength(message)} ${message}`;
  const texts = (input: string | Buffer) =>
    frame(Buffer.from(input)).map(({ text, flags }) => [text, ...flags].join(' '));
  const a = framed('<14>1 - a - - - - one');
  const b = framed('<14>1 - b - - - - two\nlines\n\nand a third');

  it.each<[name: string, input: string, expected: string[]]>([
    ['back to back', `${a}${b}${a}`, [a, b, a]],
    ['a line each', `${a}\n${b}\r\n${a}\n`, [a, b, a]],
    ['a line feed that was counted', `${framed('<14>one\n')}${framed('<14>two\n')}`, ['8 <14>one', '8 <14>two']],
    ['bytes, not characters', `${framed('<14>누수 é')}${a}`, ['13 <14>누수 é', a]],
    ['mixed with lines', `<13>x\n${a}<13>y\n${b}\n<13>z\n`, ['<13>x', a, '<13>y', b, '<13>z']],
    [
      'counts left over by who trimmed the message',
      '99 <14>one\n99 <14>two\n<13>x\n',
      ['99 <14>one', '99 <14>two', '<13>x'],
    ],
    ['counts too low', '5 <14>one\n5 <14>two\n', ['5 <14>one', '5 <14>two']],
    ['a count left over in the last line', `${a}\n99 <14>one\n`, [a, '99 <14>one']],
    ['a last message that was cut', `${a}\n99 <14>one\nand`, [a, '99 <14>one\nand truncated']],
    ['a source cut inside a count', `${a}\n9`, [a, '9']],
    [
      'numbers that are no counts',
      '0 <14>x\n12 <x>\n12 14\n99999999 <1>x\n',
      ['0 <14>x', '12 <x>', '12 14', '99999999 <1>x'],
    ],
    [
      'a count of characters, not bytes, before true ones',
      `12 <14>누수 é${a}${a}\n<13>x`,
      ['12 <14>누수 é best-effort', a, a, '<13>x'],
    ],
    ['a count behind a digit', `15 <14>one 205${a}<13>x`, ['15 <14>one 205 best-effort', a, '<13>x']],
    ['a message that was cut out of', `99 <14>on${a}${b}`, ['99 <14>on best-effort', a, b]],
    ['a count in a message that is none', '9 <14>one two 5 <14>three\n<13>x', ['9 <14>one two 5 <14>three', '<13>x']],
    ['JSON over lines in a message', framed('<14>{\n"a":1\n}'), ['13 <14>{\n"a":1\n}']],
  ])('%s', (_name, input, expected) => {
    expect(texts(input)).toEqual(expected);
  });

  it('count lines and bytes on', () => {
    expect(frame(Buffer.from(`${b}${a}\nlast`)).map(({ position }) => [position.line, position.byte])).toEqual([
      [1, 0],
      [4, b.length],
      [5, b.length + a.length + 1],
    ]);
  });

  it('skips all of a message that is too long, and nothing of the next', () => {
    const long = framed(`<14>${'x'.repeat(2 * MAX_RECORD_BYTES)}`);
    const input = Buffer.from(`${a}${long}${b}`);
    for (const sizes of [[input.length], [100_000], [MAX_RECORD_BYTES - 1, 7]]) {
      expect(frame(input, sizes).map(({ length }) => length)).toEqual([a.length, MAX_RECORD_BYTES + 1, b.length]);
    }
  });

  it('waits for a message that the chunk cuts, and goes on from there', () => {
    const framer = new Framer('source');
    expect(framer.push(Buffer.from(`${a}${b.slice(0, 30)}`)).map(({ text }) => text)).toEqual([a]);
    const second = new Framer('source', JSON.parse(JSON.stringify(framer.state)));
    const rest = `${a}${b}`.slice(framer.state.nextByte);
    expect([...second.push(Buffer.from(rest)), ...second.end()].map(({ text }) => text)).toEqual([b]);
  });
});

const token = fc.constantFrom(
  ...['{"records":[', '{"a":', '{', '}', '[', ']', '"', ',', ':', '\\', '\n', '\r\n', ' ', '1', 'true', 'x', 'é', '\0'],
  ...[
    '9 <1>a\n<1>',
    '12 <14>a',
    '9 <14>abcde',
    '99 <13>',
    '<13>',
    'bcdefgh',
    'm\0<13>',
    'm\r\0<13>',
    '#Software: ISA Server',
    '\x1e',
    '\x1e\x1e',
  ],
  ...[
    '2026-11-22T09:00:00Z,"2',
    '2026-11-22T09:00:01Z,4',
    '""',
    '{"a":1}',
    '}',
    ']}',
    '{"value":[',
    ',{"a":2}',
    '[{"a":',
    '<13>Nov 22 09:00:00 h t: m\n',
    '\ufeff',
  ],
);
const input = fc
  .tuple(
    fc.array(fc.oneof({ weight: 8, arbitrary: token }, fc.string()), { maxLength: 40 }),
    fc.constantFrom('utf8', 'utf16le'),
    // Exported tables, and what only looks like one.
    fc.constantFrom(
      '',
      '',
      ...['', 'x\n', '\x1e', '\n', '9 <14>abcde'].map((before) => `${before}TimeGenerated,"b"\n`),
    ),
  )
  .map(([parts, encoding, header]) => Buffer.from(header + parts.join(''), encoding === 'utf8' ? 'utf8' : 'utf16le'));
const bytes = fc.oneof(
  input,
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe('properties', () => {
  it('gives the same records wherever the chunks are cut', () => {
    fc.assert(
      fc.property(bytes, sizes, (all, cuts) => {
        expect(frame(all, cuts)).toEqual(frame(all));
      }),
      { numRuns: 1000 },
    );
  });

  it('goes on from its state, at any byte, as if it had never stopped', () => {
    fc.assert(
      fc.property(bytes, fc.nat(200), (all, stop) => {
        const first = new Framer('source');
        const before = first.push(all.subarray(0, stop));
        const state: FramerState = JSON.parse(JSON.stringify(first.state));
        const second = new Framer('source', state);
        const after = [...second.push(all.subarray(state.nextByte)), ...second.end()];
        expect(plain([...before, ...after])).toEqual(frame(all));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives positions that hold the text, in order', () => {
    fc.assert(
      fc.property(input, (all) => {
        let last = -1;
        for (const record of frame(all)) {
          expect(record.position.byte).toBeGreaterThan(last);
          last = record.position.byte;
          const lineFeeds = all
            .subarray(0, last)
            .filter((byte, i) => byte === 10 && (all[i + 1] === 0 || !all.includes(0)));
          if (!all.includes(0)) expect(record.position.line).toBe(lineFeeds.length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('loses no character of plain lines', () => {
    const line = fc.stringMatching(/^[a-z<][a-z0-9 ]{0,30}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), sizes, (lines, cuts) => {
        expect(frame(Buffer.from(lines.join('\n')), cuts).map((record) => record.text)).toEqual(lines);
      }),
    );
  });
});
