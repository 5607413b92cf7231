import type * as z from 'zod';
import { type Millis, SECOND } from '../model/time.ts';
import type { DocumentStore } from '../store/ports.ts';
import type { Pipeline } from './pipeline.ts';

/** Settings that other instances save are seen here after this long at most. */
const CACHE_MS: Millis = 10 * SECOND;

/**
 * A small collection of settings, read whole and cached for at most ten seconds. A row that cannot be read is reported and left
 * out: one bad row must not silence the others.
 */
export class CachedDocuments<Schema extends z.ZodType> {
  readonly #documents: DocumentStore;
  readonly #collection: string;
  readonly #schema: Schema;
  readonly #now: () => Millis;
  readonly #log: Pipeline['log'];
  /** Whoever asks while it is being read shares it. */
  #cache: { readonly at: Millis; readonly rows: Promise<ReadonlyMap<string, z.infer<Schema>>> } | undefined;

  constructor(
    collection: string,
    schema: Schema,
    parts: { store: { documents: DocumentStore } } & Pick<Pipeline, 'now' | 'log'>,
  ) {
    this.#collection = collection;
    this.#schema = schema;
    this.#documents = parts.store.documents;
    this.#now = parts.now;
    this.#log = parts.log;
  }

  /** Every row by its id. */
  async all(): Promise<ReadonlyMap<string, z.infer<Schema>>> {
    if (this.#cache && this.#now() - this.#cache.at < CACHE_MS) return this.#cache.rows;
    const fresh = { at: this.#now(), rows: this.#read() };
    this.#cache = fresh;
    // Who asked gets the failure; the next one asks again.
    fresh.rows.catch(() => {
      if (this.#cache === fresh) this.#cache = undefined;
    });
    return fresh.rows;
  }

  async #read(): Promise<ReadonlyMap<string, z.infer<Schema>>> {
    const rows = new Map<string, z.infer<Schema>>();
    let after: string | undefined;
    do {
      const page = await this.#documents.list(this.#collection, after === undefined ? {} : { after });
      for (const { id, body } of page.items) {
        const parsed = this.#schema.safeParse(body);
        if (parsed.success) rows.set(id, parsed.data);
        else this.#log('settings.unreadable', { collection: this.#collection, id });
      }
      after = page.next;
    } while (after !== undefined);
    return rows;
  }

  /** After a row was saved here: the next read sees it. */
  forget(): void {
    this.#cache = undefined;
  }
}
