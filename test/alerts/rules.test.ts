import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../shared/alerts/rules/index.ts';
import { watches } from '../../shared/alerts/rules/rule.ts';
import type { Alert } from '../../shared/model/alert.ts';
import type { EntityRef } from '../../shared/model/entity.ts';
import { compareFacts, type Fact, factMillis, latenessOf } from '../../shared/model/fact.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import type { Millis } from '../../shared/model/time.ts';
import { comparable, type ExpectedAlert, type RuleCase } from './case.ts';
import { DIRECTORY, FIREWALL, GATEWAY, LISTENER, millisAt, PEER, SERVER, TLS, TMG, TUNNEL } from './facts.ts';
import { finalAlerts, LiveEntity, tidied, tidyRun } from './replay.ts';

const CASES = new URL('./rules/', import.meta.url);
const SOURCES = new URL('../../shared/alerts/rules/', import.meta.url);
const ENTITIES: readonly EntityRef[] = [GATEWAY, TUNNEL, PEER, SERVER, TLS, DIRECTORY, LISTENER, FIREWALL, TMG];

const tables = await Promise.all(
  readdirSync(CASES).map(async (file) => {
    const { cases }: { cases: readonly RuleCase[] } = await import(new URL(file, CASES).href);
    const exported: unknown[] = Object.values(await import(new URL(file.replace('.cases', ''), SOURCES).href));
    const rule = RULES.find((listed) => exported.includes(listed));
    if (!rule) throw new Error(`${file} has no rule of its name`);
    return { rule, cases };
  }),
);

interface Arrival {
  readonly fact: Fact;
  readonly at: Millis;
}

/** When each fact arrives: as said, else at its own time, but never before the one listed before it. */
function arrivalsOf(row: RuleCase): Arrival[] {
  let clock = Number.NEGATIVE_INFINITY;
  return row.given.map((item) => {
    const fact = 'fact' in item ? item.fact : item;
    clock = Math.max(clock, 'fact' in item ? millisAt(item.arrivesAt) : factMillis(fact));
    return { fact, at: clock };
  });
}

const nowOf = (row: RuleCase, arrivals: readonly Arrival[]): Millis =>
  row.now === undefined ? Math.max(...arrivals.map(({ at }) => at)) : millisAt(row.now);

/** The same facts with other delays, up to nearly their lateness, from a fixed seed. */
function shuffled(arrivals: readonly Arrival[], now: Millis, lateness: Millis, seed: number): Arrival[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return arrivals
    .map(({ fact }) => ({ fact, at: Math.min(now, factMillis(fact) + Math.floor(random() * 0.9 * lateness)) }))
    .sort((a, b) => a.at - b.at);
}

function expectAlerts(alerts: readonly Alert[], rule: string, expected: readonly ExpectedAlert[]): void {
  const { actual, wanted } = comparable(alerts, rule, expected);
  expect(actual).toEqual(wanted);
}

for (const { rule, cases } of tables) {
  const ofKind = ENTITIES.find((entity) => watches(rule, entity.kind));

  describe(rule.id, () => {
    it.each(cases)('$tag: $name', async (row) => {
      const entity = row.entity ?? ofKind!;
      const settings = row.settings ?? DEFAULT_SETTINGS;
      const arrivals = arrivalsOf(row);
      const now = nowOf(row, arrivals);
      const facts = arrivals.map(({ fact }) => fact);
      const tidy = await tidyRun(entity, tidied(facts), settings, now);
      expectAlerts(tidy, rule.id, row.expect);

      const live = new LiveEntity(entity, settings);
      for (const [index, { fact, at }] of arrivals.entries()) {
        if (row.meanwhile && index === arrivals.length - 1) {
          await live.evaluate(at);
          expectAlerts(live.alerts, rule.id, row.meanwhile);
        }
        live.absorb([fact], at);
        await live.evaluate(at);
      }
      await live.evaluate(now);
      expect(finalAlerts(live.alerts)).toEqual(finalAlerts(tidy));
      const disproved = live.alerts.filter((alert) => alert.rule === rule.id && alert.endedBy === 'disproved');
      if (row.disproved !== undefined) expect(disproved).toHaveLength(row.disproved);
      const again = await live.evaluate(now);
      expect([...again.changed, ...again.dropped]).toEqual([]);

      const mixed = new LiveEntity(entity, settings);
      for (const { fact, at } of shuffled(arrivals, now, latenessOf(entity.kind), row.name.length)) {
        mixed.absorb([fact], at);
        await mixed.evaluate(at);
      }
      await mixed.evaluate(now);
      expect(finalAlerts(mixed.alerts)).toEqual(finalAlerts(tidy));
    });

    it('has rows that are what their tag says', () => {
      for (const row of cases) {
        const facts = arrivalsOf(row).map(({ fact }) => fact);
        const about = `${rule.id}: ${row.name}`;
        const own = row.expect.filter((alert) => (alert.rule ?? rule.id) === rule.id);
        if (row.tag === 'quiet') expect(own, about).toEqual([]);
        if (row.tag === 'firing') expect(own, about).not.toEqual([]);
        if (row.tag === 'duplicate')
          expect(new Set(facts.map((fact) => fact.id)).size, about).toBeLessThan(facts.length);
        if (row.tag === 'out-of-order') expect(facts, about).not.toEqual([...facts].sort(compareFacts));
        if (row.tag === 'late')
          expect(
            arrivalsOf(row).some(({ fact, at }) => at > factMillis(fact)),
            about,
          ).toBe(true);
      }
    });
  });
}
