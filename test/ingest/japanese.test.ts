import { describe, expect, it } from 'vitest';
import { Framer } from '../../shared/ingest/index.ts';

/** Text in other encodings as bytes: Node writes none of them, so the lines stand here as they lie on disk. */
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function frame(input: Buffer, chunk = input.length) {
  const framer = new Framer('source');
  const records = [];
  for (let at = 0; at < input.length; at += chunk) records.push(...framer.push(input.subarray(at, at + chunk)));
  return [...records, ...framer.end()];
}

describe('Japanese text of Windows (cp932)', () => {
  // 準備完了 / ログの状態: ソ (its second byte is a backslash)
  const READY = '8f80 94f5 8aae 97b9';
  const STATE = '838d 834f 82cc 8ff3 91d4 3a 20 835c';

  it.each<[name: string, hex: string, text: string]>([
    ['kanji', READY, '準備完了'],
    ['kana, and a second byte that is a backslash', STATE, 'ログの状態: ソ'],
    ['among ASCII', `54 4d 47 09 ${READY} 09 41`, 'TMG\t準備完了\tA'],
    ['characters that only Windows has (NEC row 13)', `8740 8754 ${READY} 8782`, '①Ⅰ準備完了№'],
  ])('%s', (_name, hex, text) => {
    expect(frame(bytes(`${hex} 0a`))).toMatchObject([{ text, flags: ['encoding-assumed'] }]);
  });

  it('leaves offsets in bytes and the lines beside it alone', () => {
    const input = Buffer.concat([Buffer.from('a\n'), bytes(READY), Buffer.from('\r\nb\n'), bytes(STATE)]);
    const brief = (chunk: number) =>
      frame(input, chunk).map(({ text, position, flags }) => [position.line, position.byte, text, ...flags]);
    expect(brief(input.length)).toEqual([
      [1, 0, 'a'],
      [2, 2, '準備完了', 'encoding-assumed'],
      [3, 12, 'b'],
      [4, 14, 'ログの状態: ソ', 'encoding-assumed'],
    ]);
    for (const chunk of [1, 3, 5]) expect(brief(chunk)).toEqual(brief(input.length));
  });

  it.each<[name: string, input: Buffer]>([
    ['an accented letter before ASCII (cp1252)', Buffer.from('Zul\u00e4ssige Verbindung, fran\u00e7ais', 'latin1')],
    ['curly quotes and dashes (cp1252)', bytes('93 71 75 6f 74 65 64 94 20 69 74 92 73 20 96 20 85 20 97 61')],
    ['Cyrillic (cp1251)', bytes('cf f0 e8 e2 e5 f2 2c 20 ec e8 f0 21 20 d1 ee e5 e4 e8 ed e5 ed e8 e5')],
    ['Korean (cp949)', bytes('be c8 b3 e7 c7 cf bc bc bf e4 20 c5 cd b3 ce')],
    ['Chinese (GBK)', bytes('b6 d3 c1 d0 d5 fd d4 da ca b9 d3 c3')],
    ['Japanese of Unix (EUC-JP)', bytes('bd e0 c8 f7 b4 b0 ce bb a5 ed a5 b0')],
    ['a single character, which may be anything', bytes('41 8aae 42')],
    ['UTF-8 that was cut inside a character', Buffer.from('ログの状態: キューを使用中').subarray(0, -1)],
    ['UTF-8 with a byte too many', Buffer.concat([Buffer.from('準備完了'), bytes('ff'), Buffer.from('準備完了')])],
  ])('is not seen in %s', (_name, input) => {
    const [record] = frame(Buffer.concat([input, Buffer.from('\n')]));
    expect(record?.flags).toEqual(['invalid-encoding']);
    expect(record?.text).toContain('\ufffd');
  });
});
