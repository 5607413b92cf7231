import {
  type EffectiveThresholds,
  effectiveThresholds,
  type Overrides,
  type ScopeThresholds,
} from '../health/thresholds.ts';
import { type EntityRef, tunnelServerEntity } from '../model/entity.ts';
import { EDITABLE_METRICS, type EditableMetric } from '../model/settings.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { slugOf } from '../pipeline/slug.ts';
import type { Scope } from '../pipeline/thresholds.ts';
import { type Row, readRow } from './entity-answers.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import { serverBySlug } from './servers.ts';
import { siteByPath, siteSlug } from './sites.ts';
import type { ScopeAnswer } from './threshold-answers.ts';

/** A scope with the place its values are effective at. */
export interface PlacedScope {
  readonly scope: Scope;
  readonly site?: string | undefined;
}

/** How a request names a scope: by the parts of its path, or by fields of its body. None is the tenant. */
export interface ScopeName {
  readonly site?: string | undefined;
  readonly server?: string | undefined;
}

/** The scope a request means; a site or server that nothing was ever heard of is a 404, not a new scope. */
export async function scopeOf(pipeline: Pipeline, name: ScopeName): Promise<PlacedScope | Problem> {
  if (name.server !== undefined) {
    const row = await serverBySlug(pipeline, name.server);
    if (isProblem(row)) return row;
    return { scope: { kind: 'server', name: row.summary.entity.key }, site: row.about.site ?? undefined };
  }
  if (name.site === undefined) return { scope: { kind: 'tenant' } };
  const site = await siteByPath(pipeline, name.site);
  return isProblem(site) ? site : { scope: { kind: 'site', name: site }, site };
}

/** One of the four metrics that people may set. */
export function metricOf(name: string): EditableMetric | Problem {
  const metric = EDITABLE_METRICS.find((one) => one === name);
  return metric ?? problem('not-found', `expected one of the metrics ${EDITABLE_METRICS.join(', ')}`);
}

export function scopeAnswerOf(scope: Scope): ScopeAnswer {
  switch (scope.kind) {
    case 'tenant':
      return { kind: 'tenant', id: null, slug: null };
    case 'site':
      return { kind: 'site', id: scope.name, slug: siteSlug(scope.name) };
    case 'server':
      return { kind: 'server', id: scope.name, slug: slugOf(tunnelServerEntity(scope.name)) };
    default:
      return scope satisfies never;
  }
}

/** What holds in a scope. No server has an empty name, so that tenant and site get what lies above servers. */
export const effectiveIn = (overrides: Overrides, { scope, site }: PlacedScope): EffectiveThresholds =>
  effectiveThresholds(overrides, { server: scope.kind === 'server' ? scope.name : '', site });

/** The overrides as they would be with one scope's pairs replaced. */
export function withScope(overrides: Overrides, scope: Scope, pairs: ScopeThresholds): Overrides {
  switch (scope.kind) {
    case 'tenant':
      return { ...overrides, tenant: pairs };
    case 'site':
      return { ...overrides, sites: { ...overrides.sites, [scope.name]: pairs } };
    case 'server':
      return { ...overrides, servers: { ...overrides.servers, [scope.name]: pairs } };
    default:
      return scope satisfies never;
  }
}

/** Every scope that sets something. */
export const scopesSet = (overrides: Overrides): { scope: Scope; pairs: ScopeThresholds }[] => [
  { scope: { kind: 'tenant' }, pairs: overrides.tenant },
  ...Object.entries(overrides.sites).map(([name, pairs]) => ({ scope: { kind: 'site' as const, name }, pairs })),
  ...Object.entries(overrides.servers).map(([name, pairs]) => ({ scope: { kind: 'server' as const, name }, pairs })),
];

export const metricsIn = (pairs: ScopeThresholds): EditableMetric[] =>
  EDITABLE_METRICS.filter((metric) => pairs[metric] !== undefined);

/** The live servers whose thresholds a change of the scope may change; undefined when they are more than `atMost`. */
export async function serversUnder(
  pipeline: Pipeline,
  scope: Scope,
  atMost: number,
): Promise<readonly EntityRef[] | undefined> {
  const keyPrefix = scope.kind === 'server' ? { keyPrefix: scope.name } : {};
  const found: EntityRef[] = [];
  let after: string | undefined;
  do {
    const limit = scope.kind === 'site' ? 1_000 : atMost + 1;
    const query = { ...keyPrefix, limit, ...(after === undefined ? {} : { after }) };
    const page = await pipeline.store.entities.list('tunnel-server', query);
    const rows = page.items.flatMap((summary) => readRow(pipeline, summary) ?? []);
    found.push(...rows.filter((row) => row.about.live && isUnder(row, scope)).map(({ summary }) => summary.entity));
    after = page.next;
  } while (after !== undefined && found.length <= atMost);
  return found.length <= atMost ? found : undefined;
}

const isUnder = ({ summary, about }: Row, scope: Scope): boolean =>
  scope.kind === 'tenant' || (scope.kind === 'site' ? about.site : summary.entity.key) === scope.name;
