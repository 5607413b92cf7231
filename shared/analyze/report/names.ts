import { type EntityRef, lastPart, parentOf } from '../../model/entity.ts';
import { printable, shortened } from './layout.ts';

const MAX_WIDTH = 60;

/** Names of entities as people say them: the last part of an ARM id, unless two gateways would share it. */
export class EntityNames {
  readonly #ambiguous: ReadonlySet<string>;

  constructor(entities: Iterable<EntityRef>) {
    const ids = new Set([...entities].map((entity) => gatewayOf(entity)).filter((id) => id !== undefined));
    const byName = Map.groupBy(ids, shortName);
    this.#ambiguous = new Set([...byName].filter(([, same]) => same.length > 1).map(([name]) => name));
  }

  of(entity: EntityRef): string {
    const gateway = gatewayOf(entity);
    const root = gateway === undefined ? (parentOf(entity) ?? entity).key : this.#gateway(gateway);
    return shortened(printable(parentOf(entity) ? `${root} ${lastPart(entity)}` : root), MAX_WIDTH);
  }

  #gateway(id: string): string {
    const name = shortName(id);
    return this.#ambiguous.has(name) ? id : name;
  }
}

const gatewayOf = (entity: EntityRef): string | undefined =>
  entity.kind === 'gateway' ? entity.key : entity.kind === 'tunnel' ? parentOf(entity)?.key : undefined;

const shortName = (id: string): string => id.slice(id.lastIndexOf('/') + 1) || id;
