import { encodeKey } from './keys.ts';
import { StoreRefused } from './ports.ts';

/** What one Table transaction holds, so that no store takes more. */
export const MAX_WRITES = 100;

/**
 * Checks what a transaction of documents may be, alike in every store.
 * @throws StoreRefused 400 on more than 100 writes, or on an id written twice.
 */
export function checkWrites(writes: readonly { readonly id: string }[]): void {
  if (writes.length > MAX_WRITES)
    throw new StoreRefused(400, `expected at most ${MAX_WRITES} writes, got ${writes.length}`);
  if (new Set(writes.map(({ id }) => encodeKey(id))).size < writes.length) {
    throw new StoreRefused(400, 'expected each document once in a transaction');
  }
}
