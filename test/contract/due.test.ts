import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../shared/model/time.ts';
import type { DueItem } from '../../shared/store/ports.ts';
import { homes } from './homes.ts';
import { NOW, oddKeys, server } from './samples.ts';

const evaluate = (at: number, key: string = server.key): DueItem => ({
  entity: { kind: 'tunnel-server', key },
  at,
  kind: 'evaluate',
});
const deliver = (at: number, owedId: string): DueItem => ({ entity: server, at, kind: 'deliver', owedId });

describe.each(homes)('due times in $name', ({ open }) => {
  it('gives what is due by now to the millisecond, oldest first, until it is done', async () => {
    const { due } = open();
    const items = [
      evaluate(NOW),
      deliver(NOW - 1, 'b'),
      evaluate(NOW - 3 * MINUTE),
      deliver(NOW - 3 * MINUTE - 1, 'a'),
    ];
    expect(await due.due(NOW, 10)).toEqual([]);
    await due.schedule(items.slice(0, 2));
    await due.schedule([...items.slice(2), evaluate(NOW + 1)]);
    const sorted = items.toSorted((a, b) => a.at - b.at);
    expect(await due.due(NOW, 10)).toEqual(sorted);
    expect(await due.due(NOW, 2)).toEqual(sorted.slice(0, 2));
    await due.done(sorted.slice(0, 3));
    expect(await due.due(NOW, 10)).toEqual(sorted.slice(3));
    expect(await due.due(NOW + 1, 10)).toEqual([sorted[3], evaluate(NOW + 1)]);
    await due.done([...sorted, evaluate(NOW + 1)]);
    expect(await due.due(NOW + MINUTE, 10)).toEqual([]);
    await due.done(sorted);
  });

  it('is one item however often it is scheduled, and each time of an entity is its own', async () => {
    const { due } = open();
    await due.schedule([evaluate(NOW), evaluate(NOW)]);
    for (let call = 0; call < 5; call++) await due.schedule([evaluate(NOW), evaluate(NOW - 1)]);
    expect(await due.due(NOW, 10)).toEqual([evaluate(NOW - 1), evaluate(NOW)]);
    await due.done([evaluate(NOW)]);
    expect(await due.due(NOW, 10)).toEqual([evaluate(NOW - 1)]);
  });

  it('keeps guards of other facts apart, and from what else is due at their moment', async () => {
    const { due } = open();
    const guard = (guarded: string): DueItem => ({ entity: server, at: NOW, kind: 'guard', guarded });
    await due.schedule([guard('a'), guard('b'), evaluate(NOW)]);
    await due.done([guard('a')]);
    const left = await due.due(NOW, 10);
    expect(left).toHaveLength(2);
    expect(left).toEqual(expect.arrayContaining([guard('b'), evaluate(NOW)]));
  });

  it('takes batches beyond a transaction, and odd keys', async () => {
    const { due } = open();
    const items = Array.from({ length: 250 }, (_, at) => evaluate(NOW - at, `server-${at}`));
    const odd = oddKeys.map((key) => evaluate(NOW - MINUTE, key));
    await due.schedule([...items, ...odd]);
    const found = await due.due(NOW, 1_000);
    expect(found).toHaveLength(items.length + odd.length);
    expect(found.map(({ entity }) => entity.key)).toEqual(expect.arrayContaining([...oddKeys]));
    expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).toSorted((a, b) => a - b));
    await due.done(found);
    expect(await due.due(NOW, 1_000)).toEqual([]);
  });

  it('takes nothing', async () => {
    const { due } = open();
    await due.schedule([]);
    await due.done([]);
    await due.schedule([evaluate(NOW)]);
    expect(await due.due(NOW, 0)).toEqual([]);
  });
});
