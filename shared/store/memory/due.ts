import { entityId } from '../../model/entity.ts';
import { encodeKey } from '../keys.ts';
import type { DueItem, DueStore } from '../ports.ts';

const rowKey = (item: DueItem): string =>
  JSON.stringify([item.at, item.kind, encodeKey(entityId(item.entity)), item.owedId ?? item.guarded ?? null]);

/** Due rows; the same item scheduled twice is one. */
export function memoryDue(): DueStore {
  const rows = new Map<string, DueItem>();
  return {
    async schedule(items) {
      for (const item of items) rows.set(rowKey(item), structuredClone(item));
    },
    async due(now, limit) {
      const due = [...rows.values()].filter((item) => item.at <= now).sort((a, b) => a.at - b.at);
      return structuredClone(due.slice(0, limit));
    },
    async done(items) {
      for (const item of items) rows.delete(rowKey(item));
    },
  };
}
