import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Fold } from '../../shared/alerts/fold.ts';
import { RULES } from '../../shared/alerts/rules/index.ts';
import { type AlertRule, watches } from '../../shared/alerts/rules/rule.ts';
import { enginePorts } from '../../shared/engine.ts';
import type { EntityRef } from '../../shared/model/entity.ts';
import type { Fact } from '../../shared/model/fact.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import type { RuleCase } from './case.ts';
import { DIRECTORY, FIREWALL, LISTENER, SERVER } from './facts.ts';
import { tidied } from './replay.ts';

const CASES = new URL('./rules/', import.meta.url);
const rows = (
  await Promise.all(
    readdirSync(CASES).map(
      async (file): Promise<readonly RuleCase[]> => (await import(new URL(file, CASES).href)).cases,
    ),
  )
).flat();
const facts = tidied(rows.flatMap(({ given }) => given.map((item) => ('fact' in item ? item.fact : item))));

const ofEverything: readonly AlertRule[] = RULES.map(({ factKinds: _, ...rule }) => rule);

function foldWith(rules: readonly AlertRule[], entity: EntityRef, its: readonly Fact[]): Fold {
  const fold = new Fold(entity, DEFAULT_SETTINGS, enginePorts, undefined, rules);
  for (const fact of its) fold.apply(fact);
  return fold;
}

describe('a rule that says of which facts it is told', () => {
  it.each([SERVER, FIREWALL, DIRECTORY, LISTENER])('misses nothing of all cases together: $kind', (entity) => {
    const its = facts.filter((fact) => fact.entity.kind === entity.kind);
    const [some, all] = [foldWith(RULES, entity, its), foldWith(ofEverything, entity, its)];
    expect(some.findings()).toEqual(all.findings());
    expect(some.state).toEqual(all.state);
    expect(some.nextDue()).toBe(all.nextDue());
    expect(some.broken).toEqual([]);
  });

  it('is told of them alone', () => {
    const told: string[] = [];
    const rule: AlertRule = {
      ...(RULES.find(({ entityKind }) => entityKind === 'tunnel-server') ?? expect.fail()),
      start: () => null,
      dueAt: () => undefined,
      factKinds: ['server.heard'],
      on: (event) => void told.push(event.type === 'fact' ? event.fact.kind : event.type),
    };
    const its = facts.filter(({ entity }) => entity.kind === 'tunnel-server');
    foldWith([rule], SERVER, its);
    expect(told).toEqual(its.filter(({ kind }) => kind === 'server.heard').map(({ kind }) => kind));
    expect(told.length).toBeLessThan(its.length);
  });

  it('names kinds that there are', () => {
    const kinds = new Set(facts.map(({ kind }) => kind));
    const named = RULES.filter((rule) => watches(rule, 'tunnel-server')).flatMap(({ factKinds = [] }) => factKinds);
    expect(named.filter((kind) => !kinds.has(kind))).toEqual([]);
  });
});
