import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKey, encodeKey, prefixRange } from '../../shared/store/keys.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.string({
    unit: fc.constantFrom('a', 'A', '~', '2', 'f', 'u', '\ud83d', '\ude00', '/', 'é', 'e\u0301'),
    maxLength: 400,
  }),
);

describe('key text', () => {
  it.each([
    ['tunnel-01.contoso_example', 'tunnel-01.contoso_example'],
    ['A/b', '~41~2fb'],
    ['é', '~c3~a9'],
    ['e\u0301', '~c3~a9'],
    ['\u202e', '~e2~80~ae'],
    ['..', '..'],
    ['~', '~7e'],
    ['\ud800', '~ud800'],
    ['😀', '~f0~9f~98~80'],
    ['', ''],
  ])('of %j is %s', (from, key) => {
    expect(encodeKey(from)).toBe(key);
    expect(decodeKey(key)).toBe(from.normalize('NFC'));
  });

  it('is whole up to 300 characters, and a start and a hash beyond', () => {
    expect(encodeKey('x'.repeat(300))).toBe('x'.repeat(300));
    const long = encodeKey('x'.repeat(301));
    expect(long).toMatch(/^x{200}~~[0-9a-f]{64}$/);
    expect(decodeKey(long)).toBeUndefined();
    expect(encodeKey('x'.repeat(302))).not.toBe(long);
  });

  it('fits tables and URL paths, and is never longer than 300 characters', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(encodeKey(any)).toMatch(/^[a-z0-9._~-]{0,300}$/);
      }),
    );
  });

  it('reads back', () => {
    fc.assert(
      fc.property(text, (any) => {
        const key = encodeKey(any);
        if (!key.includes('~~')) expect(decodeKey(key)).toBe(any.normalize('NFC'));
      }),
    );
  });

  it('is the same for the same text only', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(encodeKey(a) === encodeKey(b)).toBe(a.normalize('NFC') === b.normalize('NFC'));
      }),
    );
  });

  it("of a text with a prefix lies in the prefix's range", () => {
    fc.assert(
      fc.property(text, text, (prefix, rest) => {
        // NFC may join the two at the seam; then the whole does not begin with the prefix.
        const whole = (prefix + rest).normalize('NFC');
        fc.pre(whole.startsWith(prefix.normalize('NFC')) && (prefix + rest).isWellFormed());
        const { from, to } = prefixRange('key!', prefix);
        const key = `key!${encodeKey(whole)}`;
        expect(from <= key && key < to).toBe(true);
      }),
    );
  });
});
