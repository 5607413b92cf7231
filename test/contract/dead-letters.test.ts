import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../shared/store/ports.ts';
import { homes } from './homes.ts';
import { NOW, oddKeys } from './samples.ts';

const letter = (change: Partial<DeadLetter> = {}): DeadLetter => ({
  source: 'uploads/synthetic.log',
  line: 3,
  byte: 120,
  reason: 'unparsable',
  detail: 'expected JSON',
  at: NOW,
  raw: Buffer.from([0, 255, 10]).toString('base64'),
  context: { zone: 'UTC', hints: ['ocserv'] },
  ...change,
});

describe.each(homes)('dead letters in $name', ({ open }) => {
  it('keeps them whole, one entry per position, and writes over it', async () => {
    const { deadLetters } = open();
    expect(await deadLetters.list()).toEqual({ items: [] });
    expect(await deadLetters.get('none')).toBeUndefined();
    const first = await deadLetters.put('uploads/synthetic.log', 120, [letter(), letter({ line: 9, at: NOW + 1 })]);
    expect(await deadLetters.get(first)).toEqual([letter(), letter({ line: 9, at: NOW + 1 })]);
    const again = await deadLetters.put('uploads/synthetic.log', 120, [letter({ reason: 'späte Einsicht' })]);
    expect(again).toBe(first);
    expect(await deadLetters.get(first)).toEqual([letter({ reason: 'späte Einsicht' })]);
    const entry = { id: first, source: 'uploads/synthetic.log', count: 1, at: NOW, reason: 'späte Einsicht' };
    expect(await deadLetters.list()).toEqual({ items: [entry] });
  });

  it('keeps odd sources apart, gives ids that fit a URL path, and pages', async () => {
    const { deadLetters } = open();
    const ids = new Map<string, string>();
    for (const source of oddKeys) ids.set(await deadLetters.put(source, 0, [letter({ source })]), source);
    expect(ids.size).toBe(oddKeys.length);
    for (const [id, source] of ids) {
      expect(id).toMatch(/^[a-z0-9._~!-]+$/);
      expect((await deadLetters.get(id))?.[0]?.source).toBe(source);
    }
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const page = await deadLetters.list({ limit: 10, ...(after === undefined ? {} : { after }) });
      listed.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(listed.toSorted()).toEqual([...ids.keys()].toSorted());
  });

  it('deletes, and an empty list takes away what was there', async () => {
    const { deadLetters } = open();
    await deadLetters.delete('none');
    const [one, two] = [await deadLetters.put('a', 1, [letter()]), await deadLetters.put('a', 2, [letter()])];
    await deadLetters.delete(one);
    await deadLetters.delete(one);
    await deadLetters.put('a', 2, []);
    expect(await deadLetters.get(one)).toBeUndefined();
    expect(await deadLetters.get(two)).toBeUndefined();
    expect(await deadLetters.list()).toEqual({ items: [] });
  });
});
