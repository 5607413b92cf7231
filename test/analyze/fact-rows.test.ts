import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Block, compareTimes, endOf, FactRows, NO_ROOM, roomFor } from '../../shared/analyze/fact-rows.ts';
import { RowTime } from '../../shared/analyze/row-time.ts';
import { tunnelServerEntity } from '../../shared/model/entity.ts';
import { compareFacts, type Scalar, StatedFact } from '../../shared/model/fact.ts';
import { timestampOf } from '../../shared/model/time.ts';
import { fact } from './facts.ts';

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800 alone', 'größe', '日本語', 'a'.repeat(300)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const anyFact = fc
  .record({
    at: fc.integer({ min: -1e12, max: 1e12 }),
    kind: fc.constantFrom('gateway.operation', 'session.opened', 'server.heard'),
    identity: fc.array(scalar, { maxLength: 6 }),
    attributes: fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      scalar,
      { maxKeys: 12, noNullPrototype: true },
    ),
    source: fc.constantFrom('a.log', 'größe.log'),
  })
  .map((draft) => fact(draft));

/** Each fact as it comes back out of a row. */
function throughRows(facts: readonly StatedFact[], rows = new FactRows()): StatedFact[] {
  return facts.map((one) => {
    const block = new Block(roomFor(one));
    expect(rows.write(one, block, 0)).toBe(endOf(block.view, 0));
    return rows.read(block, 0, one.entity);
  });
}

describe('rows', () => {
  it('give every fact back, and its id', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 5 }), (facts) => {
        const read = throughRows(facts);
        expect(read).toEqual(facts);
        expect(read.map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
      }),
    );
  });

  it('give every fact back, however many sources there are', () => {
    // More than are referred to by number, each with two sets of flags.
    const facts = Array.from({ length: 9_000 }, (_, at) => {
      const { evidence, ...draft } = fact({
        at,
        source: `größe-${at >> 1}.log`,
        attributes: { text: `a,[b]\n"${at}"`, none: null, yes: true, n: 1.5 },
      });
      return new StatedFact(draft, evidence, at % 2 === 0 ? [] : ['zone-assumed', 'year-inferred']);
    });
    expect(throughRows(facts)).toEqual(facts);
  });

  it('hold what is no plain value as JSON does', () => {
    const odd = { nan: Number.NaN, endless: Number.POSITIVE_INFINITY, many: null } satisfies Record<string, Scalar>;
    const many = Array.from({ length: 300 }, (_, index) => index);
    const [read] = throughRows([fact({ at: 0, attributes: odd, identity: many })]);
    expect(read?.attributes).toEqual({ nan: null, endless: null, many: null });
    expect(read?.identity).toEqual(many);
  });

  it('have the order of facts, as far as it goes without ids', () => {
    fc.assert(
      fc.property(anyFact, anyFact, fc.boolean(), (a, other, atOnce) => {
        const b = atOnce ? new StatedFact({ ...other, time: a.time }, other.evidence, other.flags) : other;
        const rows = new FactRows();
        const [first, second] = [new Block(roomFor(a)), new Block(roomFor(b))];
        rows.write(a, first, 0);
        rows.write(b, second, 0);
        const order = Math.sign(compareTimes(first.view, 0, second.view, 0));
        if (order !== 0) expect(order).toBe(Math.sign(compareFacts(a, b)));
        else expect(a.time).toBe(b.time);
      }),
    );
  });

  it('write nothing where there is no room', () => {
    expect(new FactRows().write(fact({ at: 0 }), new Block(32), 0)).toBe(NO_ROOM);
    const long = fact({ at: 0, attributes: { text: 'x'.repeat(5_000) } });
    expect(new FactRows().write(long, new Block(5_000), 0)).toBe(NO_ROOM);
  });

  it('hold nothing of a fact', () => {
    const facts = [fact({ at: 0, entity: tunnelServerEntity('vpn-1'), attributes: { a: 1 } })];
    const [read] = throughRows(facts);
    expect(read?.attributes).not.toBe(facts[0]?.attributes);
  });
});

describe('row time', () => {
  it('gives every timestamp back, in whatever order they come', () => {
    const timestamp = fc
      .tuple(
        fc.integer({ min: Date.parse('0000-01-01'), max: Date.parse('9999-12-31') }),
        fc.integer({ min: 0, max: 9_999 }),
      )
      .map(([ms, ticks]) => `${timestampOf(ms).slice(0, 23)}${String(ticks).padStart(4, '0')}Z`);
    fc.assert(
      fc.property(fc.array(timestamp, { maxLength: 10 }), (timestamps) => {
        const time = new RowTime();
        const numbers = timestamps.map((text) => {
          time.set(text);
          return [time.minute, time.ticks] as const;
        });
        expect(numbers.map(([minute, ticks]) => time.textOf(minute, ticks))).toEqual(timestamps);
      }),
    );
  });
});
