import { answerOf, isMissingHome, storeError } from './errors.ts';

/**
 * Tables, containers and queues are made when a write finds them missing, not at start: a cold start asks nothing, a month's
 * table comes into being with its first fact, and one that was dropped comes back. Runs `write`; when its home is missing,
 * runs `create` and `write` again.
 */
export async function withHome<T>(name: string, write: () => Promise<T>, create: () => Promise<unknown>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isMissingHome(answerOf(error))) throw error;
  }
  await create();
  try {
    return await write();
  } catch (error) {
    throw storeError(name, error);
  }
}

/** Runs `read`; a home that was never written to has nothing in it: `empty`. Any other failure stays one. */
export async function orEmpty<T>(read: () => Promise<T>, empty: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isMissingHome(answerOf(error))) return empty;
    throw error;
  }
}
