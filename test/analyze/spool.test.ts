import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Spool } from '../../shared/analyze/spool.ts';
import { TemporaryFolder } from '../../shared/analyze/temporary-folder.ts';
import { certificateEntity, entityId, gatewayEntity, tunnelServerEntity } from '../../shared/model/entity.ts';
import { compareFacts, type StatedFact } from '../../shared/model/fact.ts';
import { fact, GATEWAY, tunnel } from './facts.ts';

const folder = new TemporaryFolder();
afterEach(() => folder.remove());

function read(
  facts: readonly StatedFact[],
  bounds: { maxBytesInMemory?: number; maxRuns?: number } = {},
): [string, StatedFact[]][] {
  const spool = new Spool({ folder, ...bounds });
  for (const one of facts) spool.add(one);
  const entities: [string, StatedFact[]][] = [];
  for (const { entity, facts: own } of spool.entities()) entities.push([entityId(entity), [...own]]);
  return entities;
}

const servers = ['vpn-1', 'vpn-2', 'line\nbreak', 'quote"|\\'];
const entities = [
  ...servers.map(tunnelServerEntity),
  ...servers.map((server) => certificateEntity(server, 'tls')),
  gatewayEntity(GATEWAY),
  tunnel(),
  tunnel('203.0.113.10'),
];
const kinds = ['gateway.operation', 'tunnel.disconnected', 'tunnel.connected', 'session.opened'];
const anyFact = fc
  .record({
    at: fc.integer({ min: 0, max: 5 }).map((second) => second * 1_000),
    entity: fc.constantFrom(...entities),
    kind: fc.constantFrom(...kinds),
    attributes: fc.record({ reason: fc.oneof(fc.string(), fc.constant(null)), rx: fc.integer() }),
    source: fc.constantFrom('a.log', 'b.log', 'größe.log'),
  })
  .map((draft) => fact(draft));

describe('spool', () => {
  it('gives each entity its facts in event-time order, each id once', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 40 }), (facts) => {
        for (const [id, own] of read(facts)) {
          expect(own.every((one) => entityId(one.entity) === id)).toBe(true);
          expect(own).toEqual([...own].sort(compareFacts));
          expect(new Set(own.map((one) => one.id)).size).toBe(own.length);
        }
        expect(
          read(facts)
            .flatMap(([, own]) => own.map((one) => one.id))
            .sort(),
        ).toEqual([...new Set(facts.map((one) => one.id))].sort());
      }),
    );
  });

  it('gives the same from runs on disk, merged once or often, as from memory', () => {
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 40 }),
        fc.integer({ min: 1, max: 4_000 }),
        fc.integer({ min: 2, max: 4 }),
        (facts, maxBytesInMemory, maxRuns) => {
          expect(read(facts, { maxBytesInMemory, maxRuns })).toEqual(read(facts));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps the same of several statements of one fact, in whatever order they came', () => {
    const late = fact({ at: 0, source: 'b.log', attributes: { n: 1 } });
    const early = fact({ at: 0, source: 'a.log', attributes: { n: 1 } });
    const other = fact({ at: 0, source: 'a.log', attributes: { n: 2 } });
    expect(read([late, early, other])).toEqual([['tunnel-server!vpn-1', [early]]]);
    expect(read([other, early, late], { maxBytesInMemory: 1 })).toEqual([['tunnel-server!vpn-1', [early]]]);
  });

  it('puts a gateway right before its tunnels, and a server before its certificates', () => {
    const other = tunnel().key.replace('gw-hub', 'gw-aaa');
    const order = read([
      fact({ at: 0, entity: tunnel() }),
      fact({ at: 0, entity: certificateEntity('vpn-1', 'tls') }),
      fact({ at: 0, entity: { kind: 'tunnel', key: other } }),
      fact({ at: 0 }),
      fact({ at: 0, entity: gatewayEntity(GATEWAY) }),
    ]).map(([id]) => id);
    expect(order).toEqual([
      `tunnel!${other}`,
      `gateway!${GATEWAY}`,
      `tunnel!${GATEWAY}|203.0.113.9`,
      'tunnel-server!vpn-1',
      'certificate!vpn-1|tls',
    ]);
  });

  it('goes on to the next entity when one was not read to its end', () => {
    const spool = new Spool({ folder });
    for (const at of [0, 1_000])
      for (const host of ['a', 'b']) spool.add(fact({ at, entity: tunnelServerEntity(host) }));
    expect([...spool.entities()].map(({ entity }) => entity.key)).toEqual(['a', 'b']);
  });

  it('removes merged runs at once and the folder at the end', () => {
    const spool = new Spool({ folder, maxBytesInMemory: 1_500, maxRuns: 3 });
    for (let at = 0; at < 14; at++) spool.add(fact({ at }));
    const path = folder.path();
    expect(readdirSync(path).length).toBeLessThanOrEqual(3);
    folder.remove();
    expect(existsSync(path)).toBe(false);
  });
});
