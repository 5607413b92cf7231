import { entityId } from '../../model/entity.ts';
import { compareFacts, factMillis } from '../../model/fact.ts';
import { encodeKey } from '../keys.ts';
import type { FactStore, StoredFact } from '../ports.ts';

/** Facts by entity and id; the first one stored stays. */
export function memoryFacts(): FactStore {
  const byEntity = new Map<string, Map<string, StoredFact>>();
  return {
    async put(facts) {
      for (const stored of facts) {
        const key = encodeKey(entityId(stored.fact.entity));
        const known = byEntity.get(key) ?? new Map<string, StoredFact>();
        byEntity.set(key, known);
        if (!known.has(stored.fact.id)) known.set(stored.fact.id, structuredClone(stored));
      }
    },
    async read(entity, after, until) {
      const known = byEntity.get(encodeKey(entityId(entity)))?.values() ?? [];
      const isAsked = (stored: StoredFact) => factMillis(stored.fact) > after && factMillis(stored.fact) <= until;
      return structuredClone([...known].filter(isAsked).sort((a, b) => compareFacts(a.fact, b.fact)));
    },
  };
}
