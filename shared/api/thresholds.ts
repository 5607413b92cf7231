import { z } from 'zod';
import { PAIR_SCHEMAS, type ScopeThresholds, scopeThresholdsSchema } from '../health/thresholds.ts';
import type { EditableMetric, ThresholdPair } from '../model/settings.ts';
import { evaluateAll } from '../pipeline/absorb.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Scope, ScopeState } from '../pipeline/thresholds.ts';
import { checkPreconditions, etagOf } from './etag.ts';
import type { Answer, Call } from './operation.ts';
import { defineOperation, type Operation } from './operation.ts';
import { isProblem, type Problem } from './problem.ts';
import {
  effectiveOf,
  effectivePairOf,
  metricRevertedSchema,
  metricThresholdsSchema,
  revertedSchema,
  thresholdsSchema,
} from './threshold-answers.ts';
import {
  effectiveIn,
  metricOf,
  metricsIn,
  type PlacedScope,
  scopeAnswerOf,
  scopeOf,
  scopesSet,
  serversUnder,
} from './threshold-scopes.ts';

/** Up to here the servers are evaluated before the answer goes out; more are left to the queue. */
const INLINE_SERVERS = 50;

const ANY_PAIR = z.union(Object.values(PAIR_SCHEMAS));

type ScopeParameter = 'site' | 'id' | undefined;
interface Methods {
  readonly GET: Operation;
  readonly PUT: Operation;
  readonly DELETE: Operation;
}

/** The operations on one scope's thresholds, all metrics at once or one of them; `parameter` names the scope in the path. */
export function thresholdMethods(parameter: ScopeParameter, noun: string): { all: Methods; one: Methods } {
  const placed = <Q, B>(pipeline: Pipeline, { param }: Call<Q, B>) =>
    scopeOf(pipeline, {
      site: parameter === 'site' ? param('site') : undefined,
      server: parameter === 'id' ? param('id') : undefined,
    });
  const unknown = parameter === undefined ? [] : (['not-found'] as const);

  const all: Methods = {
    GET: defineOperation({
      summary: `Thresholds of ${noun}: its own, and those in force with their origin.`,
      answer: thresholdsSchema,
      problems: unknown,
      async handle(pipeline, call) {
        const place = await placed(pipeline, call);
        return isProblem(place) ? place : readAll(pipeline, place);
      },
    }),
    PUT: defineOperation({
      summary: `Replaces the thresholds of ${noun}: the pairs given hold, those left out are reverted.`,
      body: scopeThresholdsSchema,
      answer: thresholdsSchema,
      problems: unknown,
      conditional: 'required',
      async handle(pipeline, call) {
        const place = await placed(pipeline, call);
        if (isProblem(place)) return place;
        const saved = await change(pipeline, call, place.scope, () => call.body);
        return isProblem(saved) ? saved : readAll(pipeline, place, saved.revision);
      },
    }),
    DELETE: defineOperation({
      summary: `Reverts all thresholds of ${noun}; names the overrides that remain elsewhere.`,
      answer: revertedSchema,
      problems: unknown,
      conditional: 'required',
      async handle(pipeline, call) {
        const place = await placed(pipeline, call);
        if (isProblem(place)) return place;
        const saved = await change(pipeline, call, place.scope, () => ({}));
        if (isProblem(saved)) return saved;
        const { body, headers } = await readAll(pipeline, place, saved.revision);
        const rest = await remaining(pipeline, place.scope, saved, [
          'cpuUsage',
          'memoryUsage',
          'diskSpaceFree',
          'latency',
        ]);
        return { body: { ...body, ...rest }, headers };
      },
    }),
  };

  const one: Methods = {
    GET: defineOperation({
      summary: `One threshold pair of ${noun}.`,
      answer: metricThresholdsSchema,
      problems: ['not-found'],
      async handle(pipeline, call) {
        const metric = metricOf(call.param('metric'));
        if (isProblem(metric)) return metric;
        const place = await placed(pipeline, call);
        return isProblem(place) ? place : readOne(pipeline, place, metric);
      },
    }),
    PUT: defineOperation<undefined, ThresholdPair, z.infer<typeof metricThresholdsSchema>>({
      summary: `Sets one threshold pair of ${noun}; the others stay.`,
      body: ANY_PAIR,
      bodyFor(param) {
        const metric = metricOf(param('metric'));
        return isProblem(metric) ? metric : PAIR_SCHEMAS[metric];
      },
      answer: metricThresholdsSchema,
      problems: ['not-found'],
      conditional: 'required',
      async handle(pipeline, call) {
        const metric = metricOf(call.param('metric'));
        if (isProblem(metric)) return metric;
        const place = await placed(pipeline, call);
        if (isProblem(place)) return place;
        const saved = await change(pipeline, call, place.scope, (pairs) => ({ ...pairs, [metric]: call.body }));
        return isProblem(saved) ? saved : readOne(pipeline, place, metric, saved.revision);
      },
    }),
    DELETE: defineOperation({
      summary: `Reverts one threshold pair of ${noun}; names the overrides that remain elsewhere.`,
      answer: metricRevertedSchema,
      problems: ['not-found'],
      conditional: 'required',
      async handle(pipeline, call) {
        const metric = metricOf(call.param('metric'));
        if (isProblem(metric)) return metric;
        const place = await placed(pipeline, call);
        if (isProblem(place)) return place;
        const saved = await change(pipeline, call, place.scope, ({ [metric]: _, ...others }) => others);
        if (isProblem(saved)) return saved;
        const { body, headers } = await readOne(pipeline, place, metric, saved.revision);
        return { body: { ...body, ...(await remaining(pipeline, place.scope, saved, [metric])) }, headers };
      },
    }),
  };
  return { all, one };
}

interface Saved {
  readonly revision: number;
  readonly before: ScopeThresholds;
  readonly after: ScopeThresholds;
}

/**
 * Changes one scope under the request's preconditions. When somebody else saves in between they are checked again on what is
 * there then, so that `If-Match: *` goes on and a tag is refused. What changes nothing is not saved: no revision, no audit record.
 */
async function change<Q, B>(
  pipeline: Pipeline,
  { request }: Call<Q, B>,
  scope: Scope,
  edit: (pairs: ScopeThresholds) => ScopeThresholds,
): Promise<Saved | Problem> {
  for (;;) {
    const { pairs, etag } = await pipeline.thresholds.scope(scope);
    const refused = checkPreconditions(request.headers, { stored: etag, required: true, always: true });
    if (refused) return refused;
    const after = edit(pairs);
    if (isSame(pairs, after)) return { revision: 0, before: pairs, after };
    const saved = await pipeline.thresholds.save(scope, after, request.principal, etag);
    if (saved === 'conflict') continue;
    await spread(pipeline, scope, saved.revision);
    return { revision: saved.revision, before: pairs, after };
  }
}

const isSame = (a: ScopeThresholds, b: ScopeThresholds): boolean =>
  [...metricsIn({ ...a, ...b })].every(
    (metric) => a[metric]?.healthy === b[metric]?.healthy && a[metric]?.unhealthy === b[metric]?.unhealthy,
  );

/**
 * Brings alerts up to a change: a few servers at once, many by the queue. The change is saved whatever becomes of this: a
 * timer finds the servers that were left behind.
 */
async function spread(pipeline: Pipeline, scope: Scope, revision: number): Promise<void> {
  try {
    await pipeline.wakeups.settings(revision);
    const servers = await serversUnder(pipeline, scope);
    if (servers.length <= INLINE_SERVERS) await evaluateAll(pipeline, servers, revision);
  } catch (error) {
    pipeline.log('thresholds.spread-failed', { revision, error: error instanceof Error ? error.name : typeof error });
  }
}

type Tagged<A> = Answer<A> & { readonly headers: { readonly etag: string } };

/** A scope as it is stored now, and what holds under it. */
async function read(pipeline: Pipeline, place: PlacedScope, atLeast: number) {
  const state: ScopeState = await pipeline.thresholds.scope(place.scope);
  const { revision, overrides } = await pipeline.thresholds.current(atLeast);
  const headers = { etag: etagOf(state.etag) };
  const scope = scopeAnswerOf(place.scope);
  return { own: state.pairs, effective: effectiveIn(overrides, place), scope, revision, headers };
}

async function readAll(
  pipeline: Pipeline,
  place: PlacedScope,
  atLeast = 0,
): Promise<Tagged<z.infer<typeof thresholdsSchema>>> {
  const { headers, effective, ...state } = await read(pipeline, place, atLeast);
  return { body: { ...state, effective: effectiveOf(effective) }, headers };
}

async function readOne(
  pipeline: Pipeline,
  place: PlacedScope,
  metric: EditableMetric,
  atLeast = 0,
): Promise<Tagged<z.infer<typeof metricThresholdsSchema>>> {
  const { headers, effective, own, ...state } = await read(pipeline, place, atLeast);
  const pair = effectivePairOf(metric, effective[metric]);
  return { body: { ...state, metric, own: own[metric] ?? null, effective: pair }, headers };
}

/** What a revert took away here, and where the same metrics are still set. */
async function remaining(
  pipeline: Pipeline,
  scope: Scope,
  { before, after, revision }: Saved,
  asked: readonly EditableMetric[],
) {
  const { overrides } = await pipeline.thresholds.current(revision);
  const reverted = metricsIn(before).filter((metric) => after[metric] === undefined);
  const others = scopesSet(overrides).flatMap(({ scope: other, pairs }) => {
    const isThis =
      other.kind === scope.kind && (other.kind === 'tenant' || ('name' in scope && other.name === scope.name));
    const metrics = metricsIn(pairs).filter((metric) => asked.includes(metric));
    return isThis || metrics.length === 0 ? [] : [{ scope: scopeAnswerOf(other), metrics }];
  });
  return { reverted, remaining: others };
}
