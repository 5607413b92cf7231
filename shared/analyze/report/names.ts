import { type EntityRef, lastPart, parentOf } from '../../model/entity.ts';
import { printable } from './layout.ts';

/** Names of entities as people say them: of an ARM id as little as tells the gateways of this report apart. */
export class EntityNames {
  readonly #gateways = new Map<string, string>();

  constructor(entities: Iterable<EntityRef>) {
    const ids = new Set([...entities].map(gatewayOf).filter((id) => id !== undefined));
    for (const spelling of SPELLINGS) {
      const spelled = Map.groupBy(
        [...ids].filter((id) => !this.#gateways.has(id)),
        spelling,
      );
      for (const [name, [id, ...others]] of spelled)
        if (id !== undefined && others.length === 0) this.#gateways.set(id, name);
    }
  }

  of(entity: EntityRef): string {
    const root = gatewayOf(entity) ?? (parentOf(entity) ?? entity).key;
    const name = this.#gateways.get(root) ?? root;
    return printable(parentOf(entity) ? `${name} ${lastPart(entity)}` : name);
  }
}

/** `/subscriptions/S/resourcegroups/G/providers/…/N` as `N`, else `G/N`, else whole. */
const SPELLINGS: readonly ((id: string) => string)[] = [
  (id) => id.slice(id.lastIndexOf('/') + 1) || id,
  (id) => `${id.split('/')[4] ?? ''}/${id.slice(id.lastIndexOf('/') + 1)}`,
  (id) => id,
];

const gatewayOf = (entity: EntityRef): string | undefined =>
  [entity, parentOf(entity)].find((one) => one?.kind === 'gateway')?.key;
