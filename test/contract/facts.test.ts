import { describe, expect, it } from 'vitest';
import { compareFacts } from '../../shared/model/fact.ts';
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import { homes } from './homes.ts';
import { factAt, NOW, oddKeys, server, stored } from './samples.ts';

describe.each(homes)('facts in $name', ({ open }) => {
  const midnight = Date.UTC(2026, 10, 1);

  it('gives back exactly what was put, copied', async () => {
    const { facts } = open();
    const fact = stored({ ...factAt(NOW, 'one'), attributes: { text: 'ü\u0000\ud800', number: 1e300, none: null } });
    await facts.put([fact]);
    const first = await facts.read(server, NOW - 1, NOW);
    expect(first).toEqual([fact]);
    Reflect.set(first[0]!.fact, 'kind', 'changed by a caller');
    expect(await facts.read(server, NOW - 1, NOW)).toEqual([fact]);
  });

  it('keeps a fact once, however often and by whatever batch it comes, as it was said last', async () => {
    const { facts } = open();
    const [one, two] = [stored(factAt(NOW, 'one')), stored(factAt(NOW, 'two'))];
    await facts.put([one, one, two]);
    const again = { ...one, arrivedAt: NOW + 1, route: 'archive' };
    await facts.put([again]);
    const read = await facts.read(server, NOW - 1, NOW);
    expect(read).toEqual([again, two].sort((a, b) => compareFacts(a.fact, b.fact)));
  });

  it('keeps a fact once that comes in other company, as it was said last', async () => {
    const { facts } = open();
    const said = (arrivedAt: number, from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => ({
        ...stored(factAt(NOW + (from + at) * 1_000, `number ${from + at}`)),
        arrivedAt,
      }));
    await facts.put(said(NOW + 2, 0, 700));
    await facts.put(said(NOW + 3, 300, 900));
    await facts.put(said(NOW + 1, 500, 800));
    const read = await facts.read(server, NOW - 1, NOW + HOUR);
    expect(read.map(({ fact }) => fact.attributes['what'])).toEqual(
      Array.from({ length: 900 }, (_, at) => `number ${at}`),
    );
    expect(read.slice(0, 300)).toEqual(said(NOW + 2, 0, 300));
  });

  it('reads (after, until] by the millisecond, whatever ticks a time has', async () => {
    const { facts } = open();
    const ticks = (ms: number, text: string) => stored(factAt(ms, `${ms} ${text}`, server, text));
    const inside = [ticks(NOW + 1, '0000'), ticks(NOW + 2, '9999')];
    await facts.put([ticks(NOW, '0000'), ticks(NOW, '9999'), ...inside, ticks(NOW + 3, '0000')]);
    expect(await facts.read(server, NOW, NOW + 2)).toEqual(inside);
    expect(await facts.read(server, NOW, NOW)).toEqual([]);
    expect(await facts.read(server, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toHaveLength(5);
  });

  it('orders by time and then as facts are compared, over days and the border of months', async () => {
    const { facts } = open();
    const times = [
      midnight - 40 * DAY,
      midnight - 1,
      midnight,
      midnight,
      midnight + 1,
      midnight + DAY,
      midnight + 35 * DAY,
    ];
    const put = times.map((time, at) => stored(factAt(time, `number ${at}`)));
    await facts.put(put.toReversed());
    const sorted = put.toSorted((a, b) => compareFacts(a.fact, b.fact));
    expect(await facts.read(server, midnight - 41 * DAY, midnight + 36 * DAY)).toEqual(sorted);
    expect(await facts.read(server, midnight - 1, midnight)).toEqual(sorted.slice(2, 4));
    expect(await facts.read(server, midnight - 300 * DAY, midnight + 300 * DAY)).toEqual(sorted);
  });

  it('puts facts of years that nobody expects', async () => {
    const { facts } = open();
    const odd = [Date.UTC(1600, 0, 1), 0, Date.UTC(2099, 11, 31)].map((time) => stored(factAt(time, 'odd')));
    await facts.put(odd);
    expect(await facts.read(server, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual(odd);
  });

  it('keeps entities apart, however odd their keys', async () => {
    const { facts } = open();
    const entities = oddKeys.map((key) => ({ kind: 'tunnel-server', key }) as const);
    await facts.put(entities.map((entity) => stored(factAt(NOW, entity.key, entity))));
    await facts.put([stored(factAt(NOW, 'other kind', { kind: 'gateway', key: 'a' }))]);
    for (const entity of entities) {
      const read = await facts.read(entity, NOW - 1, NOW);
      expect(read.map(({ fact }) => [fact.entity.key, fact.attributes['what']])).toEqual([[entity.key, entity.key]]);
    }
  });

  it('takes more facts of a day than a transaction holds, and large ones', async () => {
    const { facts } = open();
    const many = Array.from({ length: 250 }, (_, at) => stored(factAt(NOW + at * 10, `number ${at}`)));
    const text = Array.from({ length: 2_000 }, (_, at) => at * 7919).join(' ');
    const large = Array.from({ length: 60 }, (_, at) => {
      const fact = factAt(NOW + MINUTE + at, `large ${at}`);
      return stored({ ...fact, attributes: { text: `${at} ${text}` } });
    });
    await facts.put([...many, ...large]);
    expect(await facts.read(server, NOW - 1, NOW + DAY)).toEqual([...many, ...large]);
  });

  it('drops whole months beyond those that are kept', async () => {
    const store = open();
    const months = [13, 12, 0].map((back) => Date.UTC(2026, 10 - back, 30));
    const put = months.map((time) => stored(factAt(time, 'kept for a time')));
    await store.facts.put(put);
    const all = () => store.facts.read(server, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    await store.dropOlderThan(NOW, 13);
    expect(await all()).toEqual(put);
    await store.dropOlderThan(NOW, 12);
    expect(await all()).toEqual(put.slice(1));
  });
});
