import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packJson, unpackJson } from '../../../shared/store/table/json-columns.ts';

const noise = (count: number) => Array.from({ length: count }, (_, at) => Math.sin(at + 1));

describe('JSON in columns', () => {
  it('is text that a person can read while it is short', () => {
    expect(packJson({ healthy: 95 })).toEqual({ json: '{"healthy":95}' });
  });

  it('is deflated into columns of at most 64 KiB beyond', () => {
    const columns = packJson(noise(40_000));
    expect(Object.keys(columns).length).toBeGreaterThan(3);
    for (const value of Object.values(columns)) {
      expect(value).toBeInstanceOf(Uint8Array);
      expect((value as Uint8Array).length).toBeLessThanOrEqual(64 * 1024);
    }
    expect(unpackJson(columns)).toEqual(noise(40_000));
  });

  it('has no line ends that a multipart reader would see', () => {
    const text = 'a\u2028b\u2029c\u0085d\r\n';
    expect(Object.values(packJson(text)).join()).not.toMatch(/[\u0085\u2028\u2029\r\n]/);
    expect(unpackJson(packJson(text))).toBe(text);
  });

  it('gives any JSON back', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.integer({ min: 0, max: 600 }), (text, much) => {
        const value = [JSON.parse(text), ...noise(much)];
        expect(unpackJson(packJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is undefined when missing or damaged', () => {
    const columns = packJson(noise(10_000));
    const first = columns['deflated00'] as Uint8Array;
    const damaged = {
      ...columns,
      deflated00: first.map((byte, at) => (at === 1_000 ? byte ^ 255 : byte)).slice(0, -9),
    };
    expect(unpackJson(damaged)).toBeUndefined();
    expect(unpackJson({})).toBeUndefined();
    expect(unpackJson({ json: '{' })).toBeUndefined();
  });
});
