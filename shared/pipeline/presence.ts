import { type EntityRef, entityId } from '../model/entity.ts';
import type { Fact, FactKind } from '../model/fact.ts';
import { MINUTE, type Millis } from '../model/time.ts';
import type { DueItem } from '../store/ports.ts';

/**
 * Signs of presence and running counts come with every batch of the stream and page nobody; nor do the packets of a key exchange,
 * which only say how far a negotiation came that another fact says has failed.
 */
const MAY_WAIT: ReadonlySet<FactKind> = new Set(['server.heard', 'server.accessed', 'access.counted', 'ike.message']);
/** Azure tries a broken tunnel again every few seconds, for weeks. After so many batches another failure is no news, only its end is. */
const SAME_NEWS: ReadonlySet<FactKind> = new Set(['ike.failed']);
const SAME_NEWS_AFTER = 10;
/** Of an entity that was heard of so lately by this process, they are left to the clock. */
const LATELY: Millis = 2 * MINUTE;
const REMEMBERED = 10_000;

/**
 * Entities that this process hears of all the time. When nothing came but signs of that, a look of the clock serves: one due
 * row a minute instead of an evaluation for each batch. Memory only: what is forgotten costs an evaluation, never a fact.
 */
export class Presence {
  readonly #heardAt = new Map<string, Millis>();
  /** Batches in a row with nothing but the same news, each soon after the one before. */
  readonly #sameNews = new Map<string, { readonly batches: number; readonly at: Millis }>();
  /** The last look that is surely scheduled. */
  readonly #lookAt = new Map<string, Millis>();

  /** Ids of the entities among these facts that may wait. */
  waiting(facts: readonly Fact[], now: Millis): ReadonlySet<string> {
    const waiting = new Set<string>();
    const told = new Set<string>();
    const same = new Set<string>();
    for (const { kind, entity } of facts) {
      const into = MAY_WAIT.has(kind) ? waiting : SAME_NEWS.has(kind) ? same : told;
      into.add(entityId(entity));
    }
    for (const id of same) (this.#isOldNews(id, now) ? waiting : told).add(id);
    for (const id of told) if (!same.has(id)) this.#sameNews.delete(id);
    const isWaiting = (id: string) =>
      !told.has(id) && (this.#heardAt.get(id) ?? Number.NEGATIVE_INFINITY) >= now - LATELY;
    return new Set([...waiting].filter(isWaiting));
  }

  #isOldNews(id: string, now: Millis): boolean {
    const before = this.#sameNews.get(id);
    const batches = before !== undefined && before.at >= now - LATELY ? before.batches + 1 : 1;
    remember(this.#sameNews, [[id, { batches, at: now }]]);
    return batches > SAME_NEWS_AFTER;
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

function remember<T>(known: Map<string, T>, news: readonly (readonly [string, T])[]): void {
  if (known.size > REMEMBERED) known.clear();
  for (const [id, value] of news) known.set(id, value);
}
