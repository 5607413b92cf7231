import * as z from 'zod';
import { PAIR_SCHEMAS, scopeThresholdsSchema } from '../health/thresholds.ts';
import { EDITABLE_METRICS, type ThresholdPair } from '../model/settings.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { type Call, defineOperation, type Operation } from './operation.ts';
import { isProblem } from './problem.ts';
import { metricRevertedSchema, metricThresholdsSchema, revertedSchema, thresholdsSchema } from './threshold-answers.ts';
import { change, readAll, readOne, remaining } from './threshold-changes.ts';
import { metricOf, scopeOf } from './threshold-scopes.ts';

const ANY_PAIR = z.union(Object.values(PAIR_SCHEMAS));

/** What names a scope in the path; none is the tenant. */
type ScopeParameter = 'site' | 'id' | undefined;
interface Methods {
  readonly GET: Operation;
  readonly PUT: Operation;
  readonly DELETE: Operation;
}

/** The operations on one scope's thresholds: all metrics at once, or one of them. */
export function thresholdMethods(parameter: ScopeParameter, noun: string): { all: Methods; one: Methods } {
  const placeOf = (pipeline: Pipeline, { param }: Pick<Call<unknown, unknown>, 'param'>) =>
    scopeOf(pipeline, {
      site: parameter === 'site' ? param('site') : undefined,
      server: parameter === 'id' ? param('id') : undefined,
    });
  const problems = parameter === undefined ? [] : (['not-found'] as const);

  const all: Methods = {
    GET: defineOperation({
      summary: `Thresholds of ${noun}: its own, and those in force with their origin.`,
      answer: thresholdsSchema,
      problems,
      async handle(pipeline, call) {
        const place = await placeOf(pipeline, call);
        return isProblem(place) ? place : readAll(pipeline, place);
      },
    }),
    PUT: defineOperation({
      summary: `Replaces the thresholds of ${noun}: the pairs given hold, those left out are reverted.`,
      body: scopeThresholdsSchema,
      answer: thresholdsSchema,
      problems,
      conditional: 'required',
      async handle(pipeline, call) {
        const place = await placeOf(pipeline, call);
        const saved = isProblem(place) ? place : await change(pipeline, call, place, () => call.body);
        return isProblem(saved) ? saved : readAll(pipeline, saved.place, saved.revision);
      },
    }),
    DELETE: defineOperation({
      summary: `Reverts all thresholds of ${noun}; names the overrides that remain elsewhere.`,
      answer: revertedSchema,
      problems,
      conditional: 'required',
      async handle(pipeline, call) {
        const place = await placeOf(pipeline, call);
        const saved = isProblem(place) ? place : await change(pipeline, call, place, () => ({}));
        if (isProblem(saved)) return saved;
        const { body, headers } = await readAll(pipeline, saved.place, saved.revision);
        return { body: { ...body, ...(await remaining(pipeline, saved, EDITABLE_METRICS)) }, headers };
      },
    }),
  };

  /** The metric is looked at first: it needs no storage. */
  const metricAt = async (pipeline: Pipeline, call: Pick<Call<unknown, unknown>, 'param'>) => {
    const metric = metricOf(call.param('metric'));
    if (isProblem(metric)) return metric;
    const place = await placeOf(pipeline, call);
    return isProblem(place) ? place : { metric, place };
  };

  const one: Methods = {
    GET: defineOperation({
      summary: `One threshold pair of ${noun}.`,
      answer: metricThresholdsSchema,
      problems: ['not-found'],
      async handle(pipeline, call) {
        const at = await metricAt(pipeline, call);
        return isProblem(at) ? at : readOne(pipeline, at.place, at.metric);
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
        const at = await metricAt(pipeline, call);
        if (isProblem(at)) return at;
        const saved = await change(pipeline, call, at.place, (pairs) => ({ ...pairs, [at.metric]: call.body }));
        return isProblem(saved) ? saved : readOne(pipeline, at.place, at.metric, saved.revision);
      },
    }),
    DELETE: defineOperation({
      summary: `Reverts one threshold pair of ${noun}; names the overrides that remain elsewhere.`,
      answer: metricRevertedSchema,
      problems: ['not-found'],
      conditional: 'required',
      async handle(pipeline, call) {
        const at = await metricAt(pipeline, call);
        if (isProblem(at)) return at;
        const saved = await change(pipeline, call, at.place, ({ [at.metric]: _, ...others }) => others);
        if (isProblem(saved)) return saved;
        const { body, headers } = await readOne(pipeline, at.place, at.metric, saved.revision);
        return { body: { ...body, ...(await remaining(pipeline, saved, [at.metric])) }, headers };
      },
    }),
  };
  return { all, one };
}
