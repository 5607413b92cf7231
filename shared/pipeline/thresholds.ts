import * as z from 'zod';
import {
  effectiveThresholds,
  NO_OVERRIDES,
  type Overrides,
  type ScopeThresholds,
  type ServerPlace,
  scopeThresholdsSchema,
  thresholdsOf,
} from '../health/thresholds.ts';
import type { ThresholdRevision } from '../model/settings.ts';
import { type Millis, SECOND } from '../model/time.ts';
import { type DocumentStore, type Json, StoreUnavailable } from '../store/ports.ts';

const COLLECTION = 'thresholds';
const REVISION = 'revision';
const CACHE_MS = 10 * SECOND;
/** Revisions read back: more than can be saved within the lateness of any entity that thresholds concern. */
const HISTORY_READ = 200;
/** Saves of other scopes that take the revision first, one after the other. */
const SAVE_TRIES = 10;

/** Whose thresholds: the tenant's, one site's or one server's. */
export type Scope =
  | { readonly kind: 'tenant' }
  | { readonly kind: 'site'; readonly name: string }
  | { readonly kind: 'server'; readonly name: string };

/** One saved change: who, when, what it was and what it became. */
export interface HistoryEntry {
  readonly revision: number;
  readonly at: Millis;
  readonly who: string;
  readonly scope: Scope;
  readonly before: ScopeThresholds;
  readonly after: ScopeThresholds;
}

export interface ScopeState {
  readonly pairs: ScopeThresholds;
  /** Null while nothing was ever saved in the scope. */
  readonly etag: string | null;
}

interface Loaded {
  readonly revision: number;
  readonly overrides: Overrides;
  /** Oldest first: what was in force from when on. */
  readonly timeline: readonly { readonly from: Millis; readonly overrides: Overrides }[];
  /** Newest first: which scope each revision changed, as far back as the history is read. */
  readonly changes: readonly { readonly revision: number; readonly scope: Scope }[];
}

const NOTHING_SAVED: Loaded = {
  revision: 0,
  overrides: NO_OVERRIDES,
  timeline: [{ from: Number.NEGATIVE_INFINITY, overrides: NO_OVERRIDES }],
  changes: [],
};

const storedScope = z.object({ scope: z.custom<Scope>(), pairs: scopeThresholdsSchema });
const storedEntry = z.object({
  revision: z.number(),
  at: z.number(),
  who: z.string(),
  scope: z.custom<Scope>(),
  before: scopeThresholdsSchema,
  after: scopeThresholdsSchema,
});
const storedRevision = z.object({ revision: z.number() });

const scopeId = (scope: Scope): string =>
  scope.kind === 'tenant' ? 'scope!tenant' : `scope!${scope.kind}!${scope.name}`;
/** Newest first in key order. */
const historyId = (revision: number): string => `history!${String(9_999_999_999 - revision).padStart(10, '0')}`;

/**
 * The saved thresholds: per scope, with an audit trail and a revision that counts every change. Evaluation asks for them as
 * they were over time, so that a change is judged from when it was saved. Cached for at most ten seconds.
 */
export class ThresholdSettings {
  readonly #documents: DocumentStore;
  readonly #now: () => Millis;
  /** Whoever asks while it is being loaded shares it. */
  #cache: { readonly at: Millis; readonly loaded: Promise<Loaded> } | undefined;
  /** Saves made here: a load that one overtook is not kept. */
  #saves = 0;

  constructor(documents: DocumentStore, now: () => Millis) {
    this.#documents = documents;
    this.#now = now;
  }

  /** The current overrides, their revision and when it was saved (-Infinity: never); at least as new as `atLeast`. */
  async current(
    atLeast = 0,
  ): Promise<{ readonly revision: number; readonly overrides: Overrides; readonly savedAt: Millis }> {
    const { revision, overrides, timeline } = await this.#load(atLeast);
    return { revision, overrides, savedAt: timeline.at(-1)?.from ?? Number.NEGATIVE_INFINITY };
  }

  /** Whether anything was saved after a revision that concerns a server, or may have been; at least as new as `atLeast`. */
  async concerned(atLeast = 0): Promise<(place: ServerPlace, sinceRevision: number) => boolean> {
    const { revision, changes } = await this.#load(atLeast);
    const oldest = changes.at(-1)?.revision ?? revision;
    return ({ server, site }, since) =>
      since < oldest - 1 ||
      changes.some(({ revision: saved, scope }) => {
        if (saved <= since) return false;
        return scope.kind === 'tenant' || scope.name === (scope.kind === 'site' ? site : server);
      });
  }

  /** What held for one server from when on, oldest first. */
  async revisionsFor(
    place: ServerPlace,
    atLeast = 0,
  ): Promise<{ readonly revision: number; readonly revisions: ThresholdRevision[] }> {
    const { timeline, revision } = await this.#load(atLeast);
    const revisions: ThresholdRevision[] = [];
    let last = '';
    for (const { from, overrides } of timeline) {
      const thresholds = thresholdsOf(effectiveThresholds(overrides, place));
      const text = JSON.stringify(thresholds);
      if (text !== last) revisions.push({ from, thresholds });
      last = text;
    }
    return { revision, revisions };
  }

  async scope(scope: Scope): Promise<ScopeState> {
    const stored = await this.#documents.get(COLLECTION, scopeId(scope));
    if (!stored) return { pairs: {}, etag: null };
    return { pairs: storedScope.parse(stored.body).pairs, etag: stored.etag };
  }

  /**
   * Replaces one scope's pairs, with its audit record and the next revision, all or nothing. `ifMatch` is the scope's etag as
   * read (null: nothing saved yet); `conflict` when somebody else saved in between.
   */
  async save(
    scope: Scope,
    pairs: ScopeThresholds,
    who: string,
    ifMatch: string | null,
  ): Promise<{ readonly revision: number } | 'conflict'> {
    for (let attempt = 0; attempt < SAVE_TRIES; attempt++) {
      const before = await this.scope(scope);
      if (before.etag !== ifMatch) return 'conflict';
      const counter = await this.#documents.get(COLLECTION, REVISION);
      const revision = (counter ? storedRevision.parse(counter.body).revision : 0) + 1;
      const at = this.#now();
      const entry: HistoryEntry = { revision, at, who, scope, before: before.pairs, after: pairs };
      const outcome = await this.#documents.transaction(COLLECTION, [
        { id: scopeId(scope), body: json({ scope, pairs }), ifMatch: before.etag },
        { id: REVISION, body: { revision }, ifMatch: counter?.etag ?? null },
        { id: historyId(revision), body: json(entry) },
      ]);
      if (outcome === 'committed') {
        this.#saves++;
        this.#cache = undefined;
        return { revision };
      }
      // Another scope's save took the revision: only a change of this scope is a conflict.
    }
    throw new StoreUnavailable('thresholds are saved by too many at once');
  }

  /** The audit trail, newest first. */
  async history(
    options: { after?: string; limit?: number } = {},
  ): Promise<{ readonly items: HistoryEntry[]; readonly next?: string }> {
    const page = await this.#documents.list(COLLECTION, { prefix: 'history!', ...options });
    const items = page.items.flatMap(({ body }) => {
      const parsed = storedEntry.safeParse(body);
      return parsed.success ? [parsed.data] : [];
    });
    return page.next === undefined ? { items } : { items, next: page.next };
  }

  async #load(atLeast: number): Promise<Loaded> {
    const cached = this.#cache;
    if (cached && this.#now() - cached.at < CACHE_MS) {
      const loaded = await cached.loaded;
      if (loaded.revision >= atLeast) return loaded;
      if (this.#cache !== cached) return this.#load(atLeast);
    }
    const fresh = { at: this.#now(), loaded: this.#loadAnew(cached?.loaded) };
    this.#cache = fresh;
    // Who asked gets the failure; the next one asks again.
    fresh.loaded.catch(() => {
      if (this.#cache === fresh) this.#cache = undefined;
    });
    return fresh.loaded;
  }

  async #loadAnew(before: Promise<Loaded> | undefined): Promise<Loaded> {
    const known = await before?.catch(() => undefined);
    for (;;) {
      // A save in between would give old bounds under the new revision, which nobody would look at again.
      const saves = this.#saves;
      const revision = await this.#revision();
      // A save moves the revision with all it changes: the same one is the same thresholds, and none is none.
      const isKnown = revision === (known?.revision ?? 0) && saves === this.#saves;
      if (isKnown) return known ?? NOTHING_SAVED;
      const loaded = await this.#read(revision);
      if (saves !== this.#saves || revision !== (await this.#revision())) continue;
      return loaded;
    }
  }

  async #revision(): Promise<number> {
    const stored = await this.#documents.get(COLLECTION, REVISION);
    return stored ? storedRevision.parse(stored.body).revision : 0;
  }

  async #read(revision: number): Promise<Loaded> {
    const overrides: Mutable = { tenant: {}, sites: {}, servers: {} };
    for await (const body of this.#all('scope!')) {
      const parsed = storedScope.safeParse(body);
      if (parsed.success) put(overrides, parsed.data.scope, parsed.data.pairs);
    }
    const { items } = await this.history({ limit: HISTORY_READ });
    // Walk back from what holds now, undoing one change after the other.
    const timeline = [];
    let then: Overrides = structuredClone(overrides);
    for (const entry of items) {
      timeline.unshift({ from: entry.at, overrides: then });
      const earlier: Mutable = structuredClone(then) as Mutable;
      put(earlier, entry.scope, entry.before);
      then = earlier;
    }
    timeline.unshift({ from: Number.NEGATIVE_INFINITY, overrides: then });
    return { revision, overrides, timeline, changes: items };
  }

  async *#all(prefix: string): AsyncIterable<Json> {
    let after: string | undefined;
    do {
      const page = await this.#documents.list(COLLECTION, after === undefined ? { prefix } : { prefix, after });
      for (const item of page.items) yield item.body;
      after = page.next;
    } while (after !== undefined);
  }
}

interface Mutable extends Overrides {
  tenant: ScopeThresholds;
  sites: Record<string, ScopeThresholds>;
  servers: Record<string, ScopeThresholds>;
}

function put(overrides: Mutable, scope: Scope, pairs: ScopeThresholds): void {
  if (scope.kind === 'tenant') overrides.tenant = pairs;
  else if (scope.kind === 'site') overrides.sites[scope.name] = pairs;
  else overrides.servers[scope.name] = pairs;
}

/** Plain data through JSON, so that nothing but JSON is stored. */
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
