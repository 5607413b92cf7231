import { type EntityRef, entityId } from '../model/entity.ts';
import type { Fact, FactKind } from '../model/fact.ts';
import { MINUTE, type Millis } from '../model/time.ts';
import type { DueItem } from '../store/ports.ts';

/**
 * Signs of presence and running counts come with every batch of the stream and page nobody; nor do the packets of a key exchange,
 * which only say how far a negotiation came that another fact says has failed.
 */
const MAY_WAIT: ReadonlySet<FactKind> = new Set(['server.heard', 'server.accessed', 'access.counted', 'ike.message']);
/** Of an entity that was heard of so lately by this process, they are left to the clock. */
const LATELY: Millis = 2 * MINUTE;
const REMEMBERED = 10_000;

/**
 * Entities that this process hears of all the time. When nothing came but signs of that, a look of the clock serves: one due
 * row a minute instead of an evaluation for each batch. Memory only: what is forgotten costs an evaluation, never a fact.
 */
export class Presence {
  readonly #heardAt = new Map<string, Millis>();
  /** The last look that is surely scheduled. */
  readonly #lookAt = new Map<string, Millis>();

  /** Ids of the entities among these facts that may wait. */
  waiting(facts: readonly Fact[], now: Millis): ReadonlySet<string> {
    const waiting = new Set<string>();
    const told = new Set<string>();
    for (const { kind, entity } of facts) (MAY_WAIT.has(kind) ? waiting : told).add(entityId(entity));
    const isWaiting = (id: string) =>
      !told.has(id) && (this.#heardAt.get(id) ?? Number.NEGATIVE_INFINITY) >= now - LATELY;
    return new Set([...waiting].filter(isWaiting));
  }

  /** The looks of these entities that are not scheduled yet; call `scheduled` once they are. */
  looks(entities: readonly EntityRef[], now: Millis): readonly DueItem[] {
    const at = nextLook(now);
    return entities
      .filter((entity) => this.#lookAt.get(entityId(entity)) !== at)
      .map((entity): DueItem => ({ entity, at, kind: 'evaluate' }));
  }

  scheduled(looks: readonly DueItem[]): void {
    remember(
      this.#lookAt,
      looks.map(({ entity, at }) => [entityId(entity), at] as const),
    );
  }

  heard(entities: readonly EntityRef[], now: Millis): void {
    remember(
      this.#heardAt,
      entities.map((entity) => [entityId(entity), now] as const),
    );
  }
}

/** A full minute, at least one and at most two from now: no clock takes the row away before the facts are written. */
const nextLook = (now: Millis): Millis => Math.ceil((now + MINUTE) / MINUTE) * MINUTE;

function remember(times: Map<string, Millis>, news: readonly (readonly [string, Millis])[]): void {
  if (times.size > REMEMBERED) times.clear();
  for (const [id, at] of news) times.set(id, at);
}
