/** Runs `work` on every item, at most `limit` at a time; results in the order of the items. The first failure is thrown. */
export async function inParallel<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Requests of one call in flight together: enough to hide the round trip, few enough for a busy account. */
export const PARALLEL_REQUESTS = 8;
