import { deadLetterId } from '../dead-letter-id.ts';
import { pageOf } from '../paging.ts';
import type { DeadLetter, DeadLetterStore } from '../ports.ts';

/** Dead letters by slice. */
export function memoryDeadLetters(): DeadLetterStore {
  const slices = new Map<string, { source: string; letters: readonly DeadLetter[] }>();
  return {
    async put(source, byte, letters) {
      const id = deadLetterId(source, byte);
      if (letters.length === 0) slices.delete(id);
      else slices.set(id, structuredClone({ source, letters }));
      return id;
    },
    async list(options = {}) {
      const page = pageOf(
        [...slices].sort(([a], [b]) => (a < b ? -1 : 1)),
        ([id]) => id,
        options,
      );
      const items = page.items.map(([id, { source, letters }]) => ({
        id,
        source,
        count: letters.length,
        at: Math.max(...letters.map((letter) => letter.at)),
        reason: letters[0]?.reason ?? '',
      }));
      return { ...page, items };
    },
    async get(id) {
      return structuredClone(slices.get(id)?.letters);
    },
    async delete(id) {
      slices.delete(id);
    },
  };
}
