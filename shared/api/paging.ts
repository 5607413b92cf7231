import * as z from 'zod';
import { digest } from '../model/fact.ts';
import { type Problem, problem } from './problem.ts';

/** Query parameters of every list that has pages. */
export const pagingQuery = {
  limit: z.coerce
    .number({ error: 'expected a whole number from 1 to 1000' })
    .int('expected a whole number from 1 to 1000')
    .min(1, 'must be 1 or more')
    .max(1_000, 'must be 1000 or less')
    .default(100)
    .describe('Items of a page.'),
  cursor: z.string().max(4_000).exactOptional().describe('`next` of the page before, as it was given.'),
};

/** A page of items. */
export const pageSchema = <T>(item: z.ZodType<T>) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page; null at the end.'),
  });

const seal = (list: string, after: string): string => digest(['page', list, after]).slice(0, 12);

/** The cursor of a position in a list; `list` names the list and its filters. */
export const cursorOf = (list: string, after: string | undefined): string | null =>
  after === undefined ? null : `${Buffer.from(after).toString('base64url')}.${seal(list, after)}`;

/**
 * The position a cursor stands for; undefined for the first page. A cursor that was altered, or that belongs to another list or
 * other filters, is a problem: it would answer a page out of nowhere.
 */
export function positionOf(list: string, cursor: string | undefined): { readonly after?: string } | Problem {
  if (cursor === undefined) return {};
  const [position = '', sealed] = cursor.split('.');
  const after = Buffer.from(position, 'base64url').toString('utf8');
  if (cursorOf(list, after) === cursor && sealed !== undefined) return { after };
  const errors = [{ parameter: 'cursor', message: 'expected `next` of the page before, with the same filters' }];
  return problem('bad-cursor', 'start again without a cursor', { errors });
}
