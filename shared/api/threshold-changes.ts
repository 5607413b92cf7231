import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import type { ScopeThresholds } from '../health/thresholds.ts';
import type { EditableMetric } from '../model/settings.ts';
import { evaluateAll } from '../pipeline/absorb.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Scope } from '../pipeline/thresholds.ts';
import { checkPreconditions, etagOf } from './etag.ts';
import type { Answer, Call } from './operation.ts';
import type { Problem } from './problem.ts';
import {
  effectiveOf,
  effectivePairOf,
  type metricThresholdsSchema,
  type thresholdsSchema,
} from './threshold-answers.ts';
import {
  effectiveIn,
  metricsIn,
  type PlacedScope,
  scopeAnswerOf,
  scopesSet,
  serversUnder,
  withScope,
} from './threshold-scopes.ts';

/** Up to here the servers are evaluated before the answer goes out; more are left to the queue. */
const INLINE_SERVERS = 50;

export interface Saved {
  readonly place: PlacedScope;
  readonly revision: number;
  readonly before: ScopeThresholds;
  readonly after: ScopeThresholds;
}

/**
 * Changes one scope under the request's preconditions. When somebody else saves in between they are checked again on what is
 * there then, so that `If-Match: *` goes on and a tag is refused. What changes nothing is not saved: no revision, no audit record.
 */
export async function change<Q, B>(
  pipeline: Pipeline,
  { request }: Call<Q, B>,
  place: PlacedScope,
  edit: (pairs: ScopeThresholds) => ScopeThresholds,
): Promise<Saved | Problem> {
  const { scope } = place;
  for (;;) {
    const { pairs, etag } = await pipeline.thresholds.scope(scope);
    const refused = checkPreconditions(request.headers, { stored: etag, required: true, always: true });
    if (refused) return refused;
    const after = edit(pairs);
    if (isDeepStrictEqual(pairs, after)) return { place, revision: 0, before: pairs, after };
    const saved = await pipeline.thresholds.save(scope, after, request.principal, etag);
    if (saved === 'conflict') continue;
    await spread(pipeline, scope, saved.revision);
    return { place, revision: saved.revision, before: pairs, after };
  }
}

/**
 * Brings alerts up to a change: a few servers at once, many by the queue. The change is saved whatever becomes of this: a
 * timer finds the servers that were left behind.
 */
async function spread(pipeline: Pipeline, scope: Scope, revision: number): Promise<void> {
  try {
    await pipeline.wakeups.settings(revision);
    const few = await serversUnder(pipeline, scope, INLINE_SERVERS);
    if (few) await evaluateAll(pipeline, few, revision);
  } catch (error) {
    pipeline.log('thresholds.spread-failed', { revision, error: error instanceof Error ? error.name : typeof error });
  }
}

type Tagged<A> = Answer<A> & { readonly headers: { readonly etag: string } };

/** A scope as it is stored now, and what holds under it. */
async function read(pipeline: Pipeline, place: PlacedScope, atLeast: number) {
  const state = await pipeline.thresholds.scope(place.scope);
  const { revision, overrides } = await pipeline.thresholds.current(atLeast);
  const headers = { etag: etagOf(state.etag) };
  const scope = scopeAnswerOf(place.scope);
  // Cached overrides may be seconds old; the scope itself was read just now.
  const effective = effectiveIn(withScope(overrides, place.scope, state.pairs), place);
  return { scope, revision, own: state.pairs, effective, headers };
}

/** The answer about all metrics of a scope, with its entity tag. */
export async function readAll(
  pipeline: Pipeline,
  place: PlacedScope,
  atLeast = 0,
): Promise<Tagged<z.infer<typeof thresholdsSchema>>> {
  const { headers, effective, ...state } = await read(pipeline, place, atLeast);
  return { body: { ...state, effective: effectiveOf(effective) }, headers };
}

/** The answer about one metric of a scope. */
export async function readOne(
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
export async function remaining(
  pipeline: Pipeline,
  { place, before, after, revision }: Saved,
  asked: readonly EditableMetric[],
) {
  const { overrides } = await pipeline.thresholds.current(revision);
  const others = scopesSet(overrides).flatMap(({ scope, pairs }) => {
    const metrics = metricsIn(pairs).filter((metric) => asked.includes(metric));
    return isDeepStrictEqual(scope, place.scope) || metrics.length === 0
      ? []
      : [{ scope: scopeAnswerOf(scope), metrics }];
  });
  return { reverted: metricsIn(before).filter((metric) => after[metric] === undefined), remaining: others };
}
