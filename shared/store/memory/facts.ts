import { entityId } from '../../model/entity.ts';
import { compareFacts, factMillis } from '../../model/fact.ts';
import type { Millis } from '../../model/time.ts';
import { encodeKey } from '../keys.ts';
import type { FactStore, StoredFact } from '../ports.ts';

/** Facts by entity and id; writing again replaces, as the running counts of access lines need. */
export function memoryFacts(): FactStore & { dropBefore(at: Millis): void } {
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
    dropBefore(at) {
      for (const known of byEntity.values())
        for (const [id, { fact }] of known) if (factMillis(fact) < at) known.delete(id);
    },
  };
}
