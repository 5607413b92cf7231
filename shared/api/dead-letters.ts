import * as z from 'zod';
import { isoOf } from '../model/time.ts';
import { replayDeadLetters } from '../pipeline/replay.ts';
import { timeSchema } from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { cursorOf, pageSchema, pagingQuery, positionOf } from './paging.ts';
import { isProblem, problem } from './problem.ts';

const NOT_FOUND = problem('not-found', 'expected an id that GET /api/dead-letters lists');

const sliceFields = {
  id: z.string(),
  slug: z.string().describe('The same: these ids fit a path.'),
  source: z.string(),
  count: z.int(),
  at: timeSchema.describe('When the last of them was rejected.'),
  reason: z.string().describe('Why the first of them was rejected.'),
};

export const listDeadLetters = defineOperation({
  summary: 'What no format could read, kept whole: one entry per slice of a blob or per event.',
  query: z.strictObject(pagingQuery),
  answer: pageSchema(z.strictObject(sliceFields)),
  problems: ['bad-cursor'],
  async handle(pipeline, { query: { limit, cursor } }) {
    const position = positionOf('dead-letters', cursor);
    if (isProblem(position)) return position;
    const { items, next } = await pipeline.store.deadLetters.list({ limit, ...position });
    const slices = items.map(({ id, source, count, at, reason }) => ({
      id,
      slug: id,
      source,
      count,
      at: isoOf(at),
      reason,
    }));
    return { body: { items: slices, next: cursorOf('dead-letters', next) } };
  },
});

export const getDeadLetter = defineOperation({
  summary: 'The rejected records of one entry, with their bytes in base64: the only answer that holds raw records.',
  answer: z.strictObject({
    id: z.string(),
    slug: z.string(),
    items: z.array(
      z.strictObject({
        source: z.string(),
        line: z.int(),
        byte: z.int(),
        reason: z.string(),
        detail: z.string(),
        at: timeSchema,
        raw: z.string().describe('Base64 of the bytes as they came.'),
      }),
    ),
  }),
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const id = param('id');
    const letters = await pipeline.store.deadLetters.get(id);
    if (!letters) return NOT_FOUND;
    const items = letters.map(({ source, line, byte, reason, detail, at, raw }) => ({
      source,
      line,
      byte,
      reason,
      detail,
      at: isoOf(at),
      raw,
    }));
    return { body: { id, slug: id, items } };
  },
});

export const replayDeadLetter = defineOperation({
  summary: 'Reads the records of one entry again, as after a fix or with other source settings.',
  answer: z.strictObject({
    records: z.int().describe('Records that can be read now.'),
    facts: z.int(),
    stillRejected: z.int().describe('Records that stay dead letters.'),
  }),
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const replayed = await replayDeadLetters(pipeline, param('id'));
    if (!replayed) return NOT_FOUND;
    const { records, facts, stillRejected } = replayed;
    return { body: { records, facts, stillRejected } };
  },
});

export const deleteDeadLetter = defineOperation({
  summary: 'Drops one entry for good.',
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    if (!(await pipeline.store.deadLetters.get(param('id')))) return NOT_FOUND;
    await pipeline.store.deadLetters.delete(param('id'));
    return { body: undefined };
  },
});
