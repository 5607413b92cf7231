import { describe, expect, it } from 'vitest';
import { LineShapes, shapeOf } from '../../shared/ingest/line-shapes.ts';

const at = (line: number) => ({ source: 'noise.log', line, byte: line * 10 });

describe('the shape of a line', () => {
  it.each([
    ['retry 3 of "db-1" at 10.0.0.7:443', 'retry # of "…" at <ip>'],
    ["user 'o'brien' left", 'user "…"brien\' left'],
    ['code 0xC004001E in 7f3a91c2-0000-4000-8000-000000000001', 'code <hex> in <hex>'],
    ['2026-11-22 09:00:00.123 started', '#-#-# #:#:#.# started'],
    ['defaced facade', 'defaced facade'],
    [`key ${'MIGHAgEAMBMGByqGSM49AgEG'.repeat(3)}==`, 'key <data>'],
    ['   ', ''],
  ])('%s', (text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });

  it('of JSON is its keys', () => {
    expect(shapeOf('{"b":1,"a":{"c":2}}', { b: 1, a: { c: 2 } })).toBe('{ b, a }');
  });

  it('takes a line of a megabyte in no time', () => {
    expect(shapeOf('"'.repeat(1_000_000)).length).toBeLessThan(400);
  });
});

describe('shapes', () => {
  it('are ranked by how often they came, each with its first position', () => {
    const shapes = new LineShapes();
    for (const [line, shape] of ['a #', 'b', 'b'].entries()) shapes.note(shape, at(line));
    expect(shapes.ranked()).toEqual([
      { shape: 'b', count: 2, first: at(1) },
      { shape: 'a #', count: 1, first: at(0) },
    ]);
    expect(shapes.total).toBe(3);
  });

  it('of noise make room without losing the common ones or the count', () => {
    const shapes = new LineShapes();
    for (let line = 0; line < 30_000; line++) shapes.note(line % 3 === 0 ? 'common' : `noise ${line}`, at(line));
    const ranked = shapes.ranked();
    expect(ranked.length).toBeLessThanOrEqual(2_000);
    expect(ranked[0]).toEqual({ shape: 'common', count: 10_000, first: at(0) });
    expect(ranked.reduce((sum, { count }) => sum + count, 0) + shapes.others).toBe(30_000);
  });
});
