import { type EntityKind, type EntityRef, entityId, explainedKinds, explainersOf } from '../model/entity.ts';
import { compareFacts, type Fact, type FactKind, isFor } from '../model/fact.ts';

/** A gateway has few operations, a firewall few troubles; this many of a kind explain their tunnels and servers, and more would only cost memory. */
const MAX_OFFERED = 20_000;

/** Facts of the entities that explain others, while those are folded. Entities come in the order of the spool. */
export class Offers {
  readonly #byEntity = new Map<string, Fact[]>();
  readonly #offered = new Map<FactKind, number>();
  /** Facts beyond the bound, which explained nothing. */
  leftOut = 0;

  /** The same facts, remembering those that are of use to others. */
  noting(entity: EntityRef, facts: Iterable<Fact>): Iterable<Fact> {
    const kinds = explainedKinds(entity.kind);
    return kinds.length === 0 ? facts : this.#noting(entity, kinds, facts);
  }

  *#noting(entity: EntityRef, kinds: readonly EntityKind[], facts: Iterable<Fact>): Generator<Fact> {
    const offered: Fact[] = [];
    this.#byEntity.set(entityId(entity), offered);
    for (const fact of facts) {
      if (kinds.some((kind) => isFor(fact.kind, kind))) {
        if (this.#count(fact)) offered.push(fact);
        else this.leftOut++;
      }
      yield fact;
    }
  }

  /** What is offered to an entity, in event-time order. */
  to(entity: EntityRef): readonly Fact[] {
    const lists = explainersOf(entity)
      .map((other) => (this.#byEntity.get(entityId(other)) ?? []).filter(({ kind }) => isFor(kind, entity.kind)))
      .filter((list) => list.length > 0);
    return lists.length > 1 ? lists.flat().sort(compareFacts) : (lists[0] ?? []);
  }

  /** Nothing that follows belongs to what was before, but for the subscriptions, of which many gateways may be. */
  nextSystem(): void {
    this.#offered.clear();
    for (const [id, facts] of this.#byEntity) {
      if (id.startsWith('azure-subscription!')) for (const fact of facts) this.#count(fact);
      else this.#byEntity.delete(id);
    }
  }

  /** Whether it is within the bound: many of one kind must not crowd out the few of another. */
  #count({ kind }: Fact): boolean {
    const before = this.#offered.get(kind) ?? 0;
    this.#offered.set(kind, before + 1);
    return before < MAX_OFFERED;
  }
}
