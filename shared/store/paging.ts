import { type Page, StoreRefused } from './ports.ts';

export const DEFAULT_PAGE = 100;

/** The opaque mark of a page's end; safe in a URL. */
export const markOf = (position: string): string => Buffer.from(position, 'utf8').toString('base64url');

/**
 * The position a mark stands for.
 * @throws StoreRefused 400 when it is not a mark that `markOf` gave.
 */
export function positionOf(mark: string): string {
  const position = Buffer.from(mark, 'base64url').toString('utf8');
  if (position === '' || markOf(position) !== mark) throw new StoreRefused(400, 'expected a page mark as it was given');
  return position;
}

/** A page of sorted rows: those after the mark, at most `limit`; `position` gives a row's text in sort order. */
export function pageOf<T>(
  sorted: readonly T[],
  position: (row: T) => string,
  options: { readonly after?: string; readonly limit?: number } = {},
): Page<T> {
  const after = options.after === undefined ? undefined : positionOf(options.after);
  const rest = after === undefined ? sorted : sorted.filter((row) => position(row) > after);
  const items = rest.slice(0, options.limit ?? DEFAULT_PAGE);
  const last = items.at(-1);
  return last === undefined || items.length === rest.length ? { items } : { items, next: markOf(position(last)) };
}
