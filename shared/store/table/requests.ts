import { answerOf, isMissingHome, storeError } from './errors.ts';

/** Requests to storage, the unit of its bill: a transaction, a page of a query, a blob write. Retries within the SDK are not seen. */
export interface Operations {
  total: number;
  /** By name of the call: `facts.write`, `entity.read`, … */
  readonly byName: Map<string, number>;
  /** Rows that could not be read and were left out. */
  badRows: number;
}

export const newOperations = (): Operations => ({ total: 0, byName: new Map(), badRows: 0 });

export interface RequestOptions {
  readonly abortSignal: AbortSignal;
}

/** Every request goes through here: it is counted, ended after a minute, and its failure gets the names of the ports. */
export interface Requests {
  readonly operations: Operations;
  /** One request. A table, container or queue that is missing is thrown as it is, for `withHome` and `orEmpty`. */
  ask<T>(name: string, request: (options: RequestOptions) => Promise<T>): Promise<T>;
  /** The pages of a listing, a request each; what lies in a missing table or container is nothing. */
  pages<P>(name: string, listing: (options: RequestOptions) => AsyncIterator<P>): AsyncIterable<P>;
}

/** With retries; storage either answers within it or counts as unavailable. */
const deadlineMs = 60_000;

/** Requests counted into `operations`. */
export function countedRequests(operations: Operations): Requests {
  const count = (name: string) => {
    operations.total += 1;
    operations.byName.set(name, (operations.byName.get(name) ?? 0) + 1);
  };
  return {
    operations,
    async ask(name, request) {
      count(name);
      try {
        return await request({ abortSignal: AbortSignal.timeout(deadlineMs) });
      } catch (error) {
        throw isMissingHome(answerOf(error)) ? error : storeError(name, error);
      }
    },
    async *pages(name, listing) {
      // One signal serves the whole listing, which may take long between pages; so it is wound up for each of them.
      const deadline = new AbortController();
      const pager = listing({ abortSignal: deadline.signal });
      const next = async () => {
        const timer = setTimeout(() => deadline.abort(), deadlineMs);
        try {
          const page = await pager.next();
          if (page.done !== true) count(name);
          return page;
        } catch (error) {
          count(name);
          if (isMissingHome(answerOf(error))) return { done: true, value: undefined } as const;
          throw storeError(name, error);
        } finally {
          clearTimeout(timer);
        }
      };
      for (let page = await next(); page.done !== true; page = await next()) yield page.value;
    },
  };
}
