import { hash } from 'node:crypto';
import { type EntityKind, type EntityRef, entityId } from './entity.ts';
import type { Position, RecordFlag } from './record.ts';
import { HOUR, MINUTE, type Millis, millisOf, type Timestamp } from './time.ts';

export type Scalar = string | number | boolean | null;

/** Dotted name of a kind of fact, `tunnel.connected`; each has one file in ingest/facts, listed there. */
export type FactKind = string;

/** The small part of a record that health and rules need. */
export interface Fact {
  /** Hash over entity, stated time and the kind's identity fields: the same by every route, so writing it twice is once. */
  readonly id: string;
  readonly kind: FactKind;
  readonly entity: EntityRef;
  readonly time: Timestamp;
  readonly attributes: Readonly<Record<string, Scalar>>;
  /** Where it was read; of several places, the first one stored. */
  readonly evidence: Position;
  readonly flags: readonly RecordFlag[];
}

/** What a fact extractor says; `identity` are the normalised fields that make two statements the same fact. */
export interface FactDraft {
  readonly kind: FactKind;
  readonly entity: EntityRef;
  readonly time: Timestamp;
  readonly identity: readonly Scalar[];
  readonly attributes: Readonly<Record<string, Scalar>>;
}

/**
 * A fact as it was read. Its id is computed when it is asked for: where all facts are at hand, hardly any is. Its texts may be pieces
 * of the line; what outlives the line is made by `makeFact`.
 */
export class StatedFact implements FactDraft, Fact {
  readonly kind: FactKind;
  readonly entity: EntityRef;
  readonly time: Timestamp;
  readonly identity: readonly Scalar[];
  readonly attributes: Readonly<Record<string, Scalar>>;
  readonly evidence: Position;
  readonly flags: readonly RecordFlag[];
  #ms: Millis | undefined;

  /** `ms`: that of its time, where it is known. */
  constructor(draft: FactDraft, evidence: Position, flags: readonly RecordFlag[], ms?: Millis) {
    this.kind = draft.kind;
    this.entity = draft.entity;
    this.time = draft.time;
    this.identity = draft.identity;
    this.attributes = draft.attributes;
    this.evidence = evidence;
    this.flags = flags;
    this.#ms = ms;
  }

  get ms(): Millis {
    this.#ms ??= millisOf(this.time);
    return this.#ms;
  }

  get id(): string {
    return factId(this);
  }
}

/** Makes a fact of a draft. */
export function makeFact(draft: FactDraft, evidence: Position, flags: readonly RecordFlag[]): Fact {
  return {
    id: factId(draft),
    kind: draft.kind,
    entity: draft.entity,
    time: draft.time,
    attributes: draft.attributes,
    evidence,
    flags,
  };
}

/** 32 hex digits of SHA-256 over kind, entity, time and identity, each kept apart from the next. */
export const factId = ({ kind, entity, time, identity }: Omit<FactDraft, 'attributes'>): string =>
  digest([kind, entityId(entity), time, ...identity]);

/** 32 hex digits of SHA-256 over the parts; JSON keeps `["a","b"]` apart from `["ab"]`. */
export function digest(parts: readonly Scalar[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}

/** The millisecond of a fact's event time. */
export const factMillis = (fact: Fact): Millis => (fact instanceof StatedFact ? fact.ms : millisOf(fact.time));

/**
 * Of two facts of one tick, a disconnect comes before a connect, so that a tick ends in the state that lasts. A session opens
 * before it closes: syslog has whole seconds, and a session that lived within one would otherwise stay open for ever.
 */
const RANK: Readonly<Record<FactKind, number>> = {
  'gateway.operation': 0,
  'tunnel.disconnected': 1,
  'session.opened': 1,
  // A block says how the firewall stands before how its servers do; its log says why.
  'firewall.ha': 0,
  'userid.error': 1,
  // The worker gives up before the main process ends its session; a block's details come behind its first line.
  'session.dpd-lost': 1,
  'mstunnel.checkup-detail': 3,
  // Of the certificate that the same check-in shows.
  'certificate.revocation': 3,
};

/** The place of a kind within its tick: a digit. */
export const rankOf = (kind: FactKind): number => RANK[kind] ?? 2;

/** Kinds of facts that concern only some of the entities that their own entity explains. */
const ONLY_FOR: Readonly<Record<FactKind, readonly EntityKind[]>> = {
  'gateway.operation': ['tunnel'],
  'gateway.health': ['tunnel'],
  'gateway.bgp-peer': ['bgp-peer'],
  'gateway.routes': ['bgp-peer'],
  'gateway.ike': ['tunnel'],
  'p2s.requested': [],
  'p2s.authenticated': [],
  'p2s.connected': [],
  'p2s.failed': [],
  'p2s.disconnected': [],
  'firewall.ha': ['monitored-server'],
  'firewall.heard': ['monitored-server'],
  'userid.heard': ['monitored-server'],
  'userid.error': ['monitored-server'],
  'userid.monitored': [],
};

/** Whether a kind of fact enters the folds of such entities beside that of its own. */
export const isFor = (kind: FactKind, entity: EntityKind): boolean => ONLY_FOR[kind]?.includes(entity) ?? true;

/** Event-time order: time, then the rank of the kind, then id. Total and independent of arrival. */
export function compareFacts(a: Fact, b: Fact): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  const rank = rankOf(a.kind) - rankOf(b.kind);
  if (rank !== 0) return rank;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/**
 * How late a fact may come and still change alerts: the largest of the kinds that an entity's rules fold. Azure delivers
 * resource logs up to 48 h late; syslog and check-ins come at once.
 */
export function latenessOf(kind: EntityKind): Millis {
  return AZURE.has(kind) ? 72 * HOUR : HOUR;
}

const AZURE: ReadonlySet<EntityKind> = new Set(['gateway', 'tunnel', 'bgp-peer', 'azure-subscription']);

/** An entity is live once a fact of it arrived within this time of its event time. */
export const LIVE_WITHIN: Millis = HOUR;

/** The clock skew a fact's time may be ahead of its arrival and still be taken as it is. */
export const SKEW: Millis = 5 * MINUTE;
