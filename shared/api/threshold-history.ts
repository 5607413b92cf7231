import * as z from 'zod';
import { scopeThresholdsSchema } from '../health/thresholds.ts';
import { isoOf } from '../model/time.ts';
import { timeSchema } from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { cursorOf, pageSchema, pagingQuery, positionOf } from './paging.ts';
import { isProblem } from './problem.ts';
import { scopeSchema } from './threshold-answers.ts';
import { scopeAnswerOf } from './threshold-scopes.ts';

export const thresholdHistory = defineOperation({
  summary: 'Who changed which thresholds when, newest first.',
  query: z.strictObject(pagingQuery),
  answer: pageSchema(
    z.strictObject({
      revision: z.int(),
      at: timeSchema,
      who: z.string(),
      scope: scopeSchema,
      before: scopeThresholdsSchema,
      after: scopeThresholdsSchema,
    }),
  ),
  problems: ['bad-cursor'],
  async handle(pipeline, { query: { limit, cursor } }) {
    const position = positionOf('history', cursor);
    if (isProblem(position)) return position;
    const { items, next } = await pipeline.thresholds.history({ limit, ...position });
    const entries = items.map(({ revision, at, who, scope, before, after }) => ({
      revision,
      at: isoOf(at),
      who,
      scope: scopeAnswerOf(scope),
      before,
      after,
    }));
    return { body: { items: entries, next: cursorOf('history', next) } };
  },
});
