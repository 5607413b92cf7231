import { entityId } from '../../model/entity.ts';
import { compareFacts, factMillis } from '../../model/fact.ts';
import { monthOf } from '../fact-month.ts';
import { encodeKey } from '../keys.ts';
import type { FactStore, StoredFact } from '../ports.ts';

/** Facts by entity and id; writing again replaces, as the running counts of access lines need. */
export function memoryFacts(): FactStore & { dropBefore(month: string): void } {
  const byEntity = new Map<string, Map<string, StoredFact>>();
  return {
    async put(facts) {
      for (const stored of facts) {
        const key = encodeKey(entityId(stored.fact.entity));
        const known = byEntity.get(key) ?? new Map<string, StoredFact>();
        byEntity.set(key, known);
        known.set(stored.fact.id, structuredClone(stored));
      }
    },
    async read(entity, after, until) {
      const known = byEntity.get(encodeKey(entityId(entity)))?.values() ?? [];
      const isAsked = (stored: StoredFact) => factMillis(stored.fact) > after && factMillis(stored.fact) <= until;
      return structuredClone([...known].filter(isAsked).sort((a, b) => compareFacts(a.fact, b.fact)));
    },
    dropBefore(month) {
      for (const known of byEntity.values()) {
        for (const { fact } of known.values()) if (monthOf(fact.time) < month) known.delete(fact.id);
      }
    },
  };
}
