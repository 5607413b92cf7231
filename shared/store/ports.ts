import type { Alert } from '../model/alert.ts';
import type { EntityKind, EntityRef } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import type { Millis } from '../model/time.ts';

/**
 * What the pipeline needs of a store, in small interfaces named by what callers do. Two homes: `memory/` and `table/` (Azure
 * Table, Blob and Queue Storage); one contract suite runs on both. Every write is an upsert or guarded by an ETag. Network
 * errors, 408, 429 and 5xx throw `StoreUnavailable` (callers let the platform retry); a refusal throws `StoreRefused`.
 */
export interface Store {
  readonly facts: FactStore;
  readonly entities: EntityStore;
  readonly due: DueStore;
  readonly outbox: OutboxStore;
  readonly documents: DocumentStore;
  readonly deadLetters: DeadLetterStore;
  /** Drops whole months of facts that are older than so many months. */
  dropOlderThan(now: Millis, months: number): Promise<void>;
}

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** Storage said no for good (another 4xx, or a guard of our own): trying again changes nothing. `status` 403 = misconfigured. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Whether trying again may help: storage is away, or refuses us as a whole (403). Anything else would fail for ever. */
export const mayPass = (error: unknown): boolean =>
  error instanceof StoreUnavailable || (error instanceof StoreRefused && error.status === 403);

export interface StoredFact {
  readonly fact: Fact;
  /** Wall clock of its arrival: says whether the entity is live and whether its records have settled. */
  readonly arrivedAt: Millis;
  /** `uploads`, `archive` or `stream`: what feeds the entity. */
  readonly route: string;
}

export interface FactStore {
  /** Upserts (the same id replaces), the last of equal ids wins, batched by partition. Durable when it returns. */
  put(facts: readonly StoredFact[]): Promise<void>;
  /** The entity's facts with event time in (after, until], in the order of `compareFacts`. */
  read(entity: EntityRef, after: Millis, until: Millis): Promise<readonly StoredFact[]>;
}

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface EntityRecord {
  /** The head's version, for `commit`. */
  readonly etag: string;
  /**
   * What evaluation keeps: snapshot, revision, latest check-in, routes. Up to 900 KiB of JSON, compressed and split by the
   * store. Null when it cannot be read, or when a first commit in slices was cut off: fold the facts again, on this etag.
   */
  readonly head: Json;
  /** Open and pending alerts, and those that ended at or after `endedSince`. */
  readonly alerts: readonly Alert[];
}

/** A row of the lists, enough to show an entity without reading it. */
export interface EntitySummary {
  readonly entity: EntityRef;
  readonly slug: string;
  /** `site`, `live`, `lastFactAt`, `checkIn` attributes, state and detail at the last evaluation, … */
  readonly about: { readonly [key: string]: Json };
}

export interface EntityChange {
  readonly entity: EntityRef;
  /** The etag read before the facts; undefined for a new entity, which must then not exist. */
  readonly etag: string | undefined;
  readonly head: Json;
  readonly alerts: readonly Alert[];
  /** Ids of pending alerts to delete. */
  readonly dropped: readonly string[];
  readonly owed: readonly Owed[];
  readonly summary: EntitySummary;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; hand it back for the next page. */
  readonly next?: string;
}

export interface EntityStore {
  read(entity: EntityRef, endedSince: Millis): Promise<EntityRecord | undefined>;
  /**
   * Index rows first (rebuildable, re-evaluation rewrites them), then head, alerts and outbox in one transaction on the etag.
   * More changes than a transaction holds go in slices with the head written last. `conflict`: somebody else was faster.
   */
  commit(change: EntityChange): Promise<'committed' | 'conflict'>;
  list(
    kind: EntityKind,
    options?: { keyPrefix?: string; after?: string; limit?: number },
  ): Promise<Page<EntitySummary>>;
  /** The summary whose slug it is. */
  bySlug(kind: EntityKind, slug: string): Promise<EntitySummary | undefined>;
  /** Newest start first, from the alert index. `open` = pending or firing. */
  alerts(options: AlertQuery): Promise<Page<Alert>>;
  alert(id: string): Promise<Alert | undefined>;
}

export interface AlertQuery {
  readonly open?: boolean;
  readonly rule?: string;
  readonly severity?: string;
  readonly state?: string;
  readonly entity?: EntityRef;
  readonly startsAfter?: Millis;
  readonly startsBefore?: Millis;
  readonly after?: string;
  readonly limit?: number;
}

export interface DueItem {
  readonly entity: EntityRef;
  readonly at: Millis;
  /** `guard`: evaluate as well, unless whoever scheduled it got to do so itself and took it away. */
  readonly kind: 'evaluate' | 'guard' | 'deliver';
  /** The owed notification of a `deliver`. */
  readonly owedId?: string;
  /** Digest of the facts of a `guard`: each absorb has its own. */
  readonly guarded?: string;
}

/** When something must be looked at again although no record announces it. Table: partition = minute and shard. */
export interface DueStore {
  schedule(items: readonly DueItem[]): Promise<void>;
  /** What is due at or before `now`, oldest first; stays until `done`. */
  due(now: Millis, limit: number): Promise<readonly DueItem[]>;
  done(items: readonly DueItem[]): Promise<void>;
}

/** A notification owed to one receiver. The row is the truth; a queue message only wakes the sender. */
export interface Owed {
  readonly id: string;
  readonly entity: EntityRef;
  readonly alertId: string;
  readonly receiver: string;
  /** The notification as decided (model/notification.ts), frozen. */
  readonly notification: Json;
  readonly state: 'owed' | 'sent' | 'given-up';
  readonly attempts: number;
  readonly nextAt: Millis;
  readonly createdAt: Millis;
  readonly lastResult: string | null;
}

export interface OutboxStore {
  read(entity: EntityRef, id: string): Promise<{ readonly owed: Owed; readonly etag: string } | undefined>;
  /** All rows of an entity, oldest first: delivery log, and the order per alert. */
  list(entity: EntityRef): Promise<readonly Owed[]>;
  save(owed: Owed, etag: string): Promise<'saved' | 'conflict'>;
}

export interface StoredDocument {
  readonly id: string;
  readonly etag: string;
  readonly body: Json;
  readonly updatedAt: Millis;
}

/** Small JSON documents with ETags: thresholds, receivers, sources, cursors, progress. */
export interface DocumentStore {
  get(collection: string, id: string): Promise<StoredDocument | undefined>;
  /** `ifMatch`: an etag, `'*'` for any existing, null for must not exist, undefined for upsert. */
  put(
    collection: string,
    id: string,
    body: Json,
    ifMatch?: string | null,
  ): Promise<{ readonly etag: string } | 'conflict'>;
  delete(collection: string, id: string, ifMatch?: string): Promise<'deleted' | 'conflict' | 'missing'>;
  list(
    collection: string,
    options?: { prefix?: string; after?: string; limit?: number },
  ): Promise<Page<StoredDocument>>;
  /** Several writes of one collection, all or none: a change and its audit record. */
  transaction(
    collection: string,
    writes: readonly { readonly id: string; readonly body: Json | null; readonly ifMatch?: string | null }[],
  ): Promise<'committed' | 'conflict'>;
}

export interface DeadLetter {
  readonly source: string;
  readonly line: number;
  readonly byte: number;
  readonly reason: string;
  readonly detail: string;
  readonly at: Millis;
  /** The raw bytes, base64. */
  readonly raw: string;
  readonly context: { readonly [key: string]: Json };
}

/** Kept whole in blobs named by source position: writing again overwrites. */
export interface DeadLetterStore {
  /** One blob per slice or event, an empty list takes it away; returns its id, which fits a URL path as it is. */
  put(source: string, byte: number, letters: readonly DeadLetter[]): Promise<string>;
  list(options?: { after?: string; limit?: number }): Promise<
    Page<{
      readonly id: string;
      readonly source: string;
      readonly count: number;
      readonly at: Millis;
      readonly reason: string;
    }>
  >;
  get(id: string): Promise<readonly DeadLetter[] | undefined>;
  delete(id: string): Promise<void>;
}

export interface BlobProperties {
  readonly container: string;
  readonly name: string;
  readonly length: number;
  readonly etag: string;
  readonly createdAt: Millis;
  readonly lastModified: Millis;
  readonly appendable: boolean;
  /** What whoever uploaded it said of it; not in lists. Names are in lower case. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The blobs that customers write; only ever read, by ranges. */
export interface BlobSource {
  properties(container: string, name: string): Promise<BlobProperties | undefined>;
  /** Exactly [offset, offset+count) of that version; `changed` when the blob is another one by now. */
  read(container: string, name: string, offset: number, count: number, etag?: string): Promise<Uint8Array | 'changed'>;
  list(container: string, prefix?: string): AsyncIterable<BlobProperties>;
  containers(prefix: string): Promise<readonly string[]>;
}

/** Queue messages that wake somebody. Losing one loses time only: the rows are the truth. */
export interface Wakeups {
  /** Work a slice of this cursor. */
  cursor(id: string, delayMs?: number): Promise<void>;
  /** Evaluate these, but for those that were evaluated under this threshold revision by then. */
  evaluate(entities: readonly EntityRef[], revision?: number): Promise<void>;
  deliver(entity: EntityRef, owedId: string, delayMs?: number): Promise<void>;
  /** Thresholds or settings changed: look at everybody they concern. */
  settings(revision: number): Promise<void>;
}
