import { isDeepStrictEqual } from 'node:util';
import { type Evaluation, evaluate } from '../alerts/evaluate.ts';
import { type FoldState, SNAPSHOT_VERSION } from '../alerts/fold.ts';
import { inhibit } from '../alerts/inhibit.ts';
import { isAwaited, reconcile } from '../alerts/reconcile.ts';
import { enginePorts } from '../engine.ts';
import type { Alert } from '../model/alert.ts';
import { type EntityRef, explainersOf } from '../model/entity.ts';
import { compareFacts, digest, factMillis, isFor, LIVE_WITHIN, latenessOf, SKEW } from '../model/fact.ts';
import type { Settings } from '../model/settings.ts';
import { DAY, MINUTE, type Millis } from '../model/time.ts';
import {
  type DueItem,
  type EntityRecord,
  type EntitySummary,
  type Json,
  type Owed,
  type StoredFact,
  StoreUnavailable,
} from '../store/ports.ts';
import { sourceOf } from './cursor.ts';
import { entitySummary } from './entity-summary.ts';
import { oweNotifications } from './owe.ts';
import type { Pipeline } from './pipeline.ts';
import { sourceSettings, withSource } from './sources.ts';
import { lowestOf, type Progress, readProgress } from './watermark.ts';

/** What an entity's head row keeps between evaluations. */
export interface Head {
  readonly live: boolean;
  readonly routes: readonly string[];
  readonly snapshot: FoldState | null;
  /** Threshold revision of the last evaluation: an older one never overwrites it. */
  readonly revision: number;
  /** When the clock will look at it again; null when only a record can change it. */
  readonly dueAt: Millis | null;
  readonly lastFactAt: Millis | null;
  readonly lastArrivedAt: Millis | null;
  /** The log source that a server was last heard through, for its settings. */
  readonly source: string | null;
  /** Digest of what the list row shows, but for the times of the last records. */
  readonly shown: string;
}

const NEW: Head = {
  live: false,
  routes: [],
  snapshot: null,
  revision: 0,
  dueAt: null,
  lastFactAt: null,
  lastArrivedAt: null,
  source: null,
  shown: '',
};
const MAX_TRIES = 20;
/** How soon an entity whose routes lag behind is looked at again. */
const LAGGING: Millis = MINUTE / 2;
/** The snapshot moves in steps, so that not every evaluation writes the head. */
const SNAPSHOT_STEP = 4;
/** When the last record came is written down this often at most, by whoever may leave it to the clock. */
const SEEN_STEP: Millis = MINUTE;

export interface EvaluatedEntity {
  readonly changed: readonly Alert[];
  readonly outcome: 'committed' | 'unchanged' | 'left-to-the-clock' | 'unknown-entity';
}

/**
 * Evaluates one entity from its stored facts and commits what follows: head, alerts and owed notifications in one transaction
 * on the head's ETag, read before the facts. Another evaluation in between: start again. Twice in a row: nothing changes.
 */
export async function evaluateEntity(
  pipeline: Pipeline,
  entity: EntityRef,
  how: HowToEvaluate = {},
): Promise<EvaluatedEntity> {
  const forRevision = how.forRevision ?? 0;
  let revision = forRevision;
  // Before the facts: a record absorbed in between then only makes the watermark lower than it could be.
  const progress = how.progress ?? { at: pipeline.now(), rows: await readProgress(pipeline) };
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const result = await tryEvaluate(pipeline, entity, revision, { ...how, forRevision, progress });
    if (typeof result === 'object') return result;
    revision = Math.max(revision, result);
  }
  // Whoever comes next finds fewer at it.
  throw new StoreUnavailable('an entity is evaluated by too many at once');
}

export interface HowToEvaluate {
  /** The threshold revision that is the only reason to evaluate; an entity that stands at it is left alone. */
  readonly forRevision?: number;
  readonly progress?: KnownProgress;
  /** Whoever asks schedules a look of the clock at what is left: when the last record came need not be written each time. */
  readonly mayLeaveTimes?: boolean;
}

/** The routes' progress rows and when they were read. */
export interface KnownProgress {
  readonly at: Millis;
  readonly rows: readonly Progress[];
}

/** Returns the revision to use at least when it must be tried again. */
async function tryEvaluate(
  pipeline: Pipeline,
  entity: EntityRef,
  atLeast: number,
  { forRevision, progress, mayLeaveTimes = false }: HowToEvaluate & { forRevision: number; progress: KnownProgress },
): Promise<EvaluatedEntity | number> {
  const now = pipeline.now();
  const record = await readRecord(pipeline, entity, now);
  const head = headOf(record);
  if (forRevision > 0 && head.revision >= forRevision) return { changed: [], outcome: 'unchanged' };
  const lateness = latenessOf(entity.kind);

  const before = head.snapshot?.at ?? Number.NEGATIVE_INFINITY;
  const stored = await pipeline.store.facts.read(entity, before, now + DAY);
  if (stored.length === 0 && !record) return { changed: [], outcome: 'unknown-entity' };
  const live = head.live || stored.some(({ fact, arrivedAt }) => Math.abs(arrivedAt - factMillis(fact)) <= LIVE_WITHIN);
  // The clock never runs over the gap between an old bundle and the first live record.
  const fresh = live && !head.live && record !== undefined;
  const own = fresh ? stored.filter(({ fact }) => factMillis(fact) > now - lateness) : stored;
  const routes = [...new Set([...head.routes, ...own.map(({ route }) => route)])].sort();

  const lastFactAt = lastOf(own, head, now);
  const horizon = live ? now : lastFactAt;
  const watermark = live ? lowestOf(progress.rows, routes, progress.at) : lastFactAt;
  const site = siteOf(own, head);
  const { revision, revisions } = await pipeline.thresholds.revisionsFor({ server: serverOf(entity), site }, atLeast);
  if (revision < head.revision) return head.revision;

  const source = heardThrough(own) ?? head.source;
  const rules =
    source === null
      ? pipeline.settings.rules
      : withSource(pipeline.settings.rules, await sourceSettings(pipeline, source));
  const settings: Settings = { rules, thresholds: revisions };
  const facts = await withExplainers(pipeline, entity, own, fresh ? now - lateness : before);
  const step = lateness / SNAPSHOT_STEP;
  const snapshotAt = Math.floor((Math.min(horizon, watermark) - lateness) / step) * step;
  const evaluation = await evaluate({
    entity,
    snapshot: fresh ? undefined : (head.snapshot ?? undefined),
    facts,
    settings,
    ports: enginePorts,
    horizon,
    snapshotAt,
  });
  for (const broken of evaluation.broken) pipeline.log('rule.failed', { rule: broken.rule, entity: entity.kind });

  const lastArrivedAt = lastArrival(own, head);
  const settled = lastArrivedAt === null || now - lastArrivedAt >= pipeline.settings.settleMs;
  const known = (record?.alerts ?? []).filter((alert) => !fresh || alert.suppressedBy !== 'historical');
  const reconciled = reconcile(evaluation.findings, known, {
    now,
    horizon,
    watermark,
    foldedFrom: fresh ? now - lateness : before,
    settled,
    historical: !live,
    broken: new Set(evaluation.broken.map(({ rule }) => rule)),
  });
  const alerts = inhibit(reconciled.alerts);
  const { told, owed, repeatAt } = await oweNotifications(pipeline, entity, alerts, live);
  const changed = changedAlerts(told, known);
  const { settleMs } = pipeline.settings;
  const dueAt = nextDueAt(evaluation, { live, settled, watermark, lastArrivedAt, now, settleMs, repeatAt });

  const judged = {
    live,
    routes,
    snapshot: evaluation.snapshot ?? null,
    revision,
    dueAt: keepsDue(head.dueAt, dueAt, now) ? head.dueAt : dueAt,
    lastFactAt: Number.isFinite(lastFactAt) ? lastFactAt : null,
    lastArrivedAt,
    source,
  };
  const believed = evaluation.findings.filter((finding) => !isAwaited(finding, { horizon, watermark, settled }));
  const summary = entitySummary(entity, judged, { ...evaluation, findings: believed });
  const after: Head = { ...judged, shown: shownBy(summary) };
  const head_ = JSON.parse(JSON.stringify(after)) as Json;
  if (record && changed.length === 0 && reconciled.dropped.length === 0 && owed.length === 0) {
    if (isDeepStrictEqual(record.head, head_)) return { changed: [], outcome: 'unchanged' };
    if (mayLeaveTimes && movesOnlyTimes(head, after, now)) return { changed: [], outcome: 'left-to-the-clock' };
  }

  // Due rows first: whatever happens next, somebody comes back for the clock and for what is owed.
  const due = dueItems(entity, after.dueAt === head.dueAt ? null : after.dueAt, owed);
  if (due.length > 0) await pipeline.store.due.schedule(due);
  const outcome = await pipeline.store.entities.commit({
    entity,
    etag: record?.etag,
    head: head_,
    alerts: changed,
    dropped: reconciled.dropped,
    owed,
    summary,
  });
  if (outcome === 'conflict') return atLeast;
  for (const one of owed) await pipeline.wakeups.deliver(entity, one.id);
  for (const alert of changed) {
    pipeline.log(`alert.${alert.state}`, { rule: alert.rule, alert: alert.id, severity: alert.severity });
  }
  return { changed, outcome: 'committed' };
}

/** An entity known from old records only needs its old alerts beside it; a live one those that its fold can still change. */
async function readRecord(pipeline: Pipeline, entity: EntityRef, now: Millis): Promise<EntityRecord | undefined> {
  const record = await pipeline.store.entities.read(entity, now - latenessOf(entity.kind) - DAY);
  if (!record || headOf(record).live) return record;
  return pipeline.store.entities.read(entity, Number.NEGATIVE_INFINITY);
}

/** A head this version cannot read counts as new: the facts are all there to fold again. */
export function headOf(record: EntityRecord | undefined): Head {
  if (!record || typeof record.head !== 'object' || record.head === null) return NEW;
  const head = { ...NEW, ...(record.head as object) } as Head;
  return head.snapshot?.version === SNAPSHOT_VERSION ? head : { ...head, snapshot: null };
}

/**
 * Whether only the times of the last records moved, and were written down less than a step ago. Nothing is lost by leaving it:
 * those records are read again with the next ones, until the snapshot passes them, and then the head differs.
 */
function movesOnlyTimes(before: Head, after: Head, now: Millis): boolean {
  const { lastFactAt, lastArrivedAt } = after;
  if (before.lastArrivedAt === null || now - before.lastArrivedAt >= SEEN_STEP) return false;
  return JSON.stringify({ ...before, lastFactAt, lastArrivedAt }) === JSON.stringify({ ...NEW, ...after });
}

/** All but when something was last heard of it. */
function shownBy({ about }: EntitySummary): string {
  return digest([JSON.stringify({ ...about, lastFactAt: null, lastServedAt: null })]);
}

const serverOf = (entity: EntityRef): string => entity.key.split('|')[0] ?? entity.key;

function siteOf(facts: readonly StoredFact[], head: Head): string | undefined {
  const said = facts.findLast(({ fact }) => typeof fact.attributes['site'] === 'string')?.fact.attributes['site'];
  return typeof said === 'string' ? said : (head.snapshot?.site ?? undefined);
}

/** The source of a server's last log line, by the blob it stands in. */
function heardThrough(facts: readonly StoredFact[]): string | undefined {
  const last = facts.findLast(({ fact }) => fact.kind === 'server.heard')?.fact.evidence.source;
  const slash = last?.indexOf('/') ?? -1;
  return last === undefined || slash < 0 ? last : sourceOf(last.slice(0, slash), last.slice(slash + 1));
}

/** A tunnel is explained by what was done to its gateway, a monitored server by the troubles of its firewall. */
async function withExplainers(pipeline: Pipeline, entity: EntityRef, own: readonly StoredFact[], after: Millis) {
  const facts = own.map(({ fact }) => fact);
  const until = pipeline.now() + DAY;
  const explainers = explainersOf(entity);
  const theirs = await Promise.all(explainers.map((one) => pipeline.store.facts.read(one, after, until)));
  const offered = theirs.flat().flatMap(({ fact }) => (isFor(fact.kind, entity.kind) ? [fact] : []));
  return offered.length === 0 ? facts : [...facts, ...offered].sort(compareFacts);
}

/** A record dated in the future is not the last one: it would move the clock of an entity known from old files. */
function lastOf(facts: readonly StoredFact[], head: Head, now: Millis): Millis {
  const times = facts.map(({ fact }) => factMillis(fact)).filter((at) => at <= now + SKEW);
  return times.reduce((last, at) => Math.max(last, at), head.lastFactAt ?? Number.NEGATIVE_INFINITY);
}

/** Liveness lines of a server come every minute and settle nothing. */
function lastArrival(facts: readonly StoredFact[], head: Head): Millis | null {
  const deciding = facts.filter(({ fact }) => fact.kind !== 'server.heard');
  return deciding.reduce<Millis | null>((last, { arrivedAt }) => Math.max(last ?? 0, arrivedAt), head.lastArrivedAt);
}

function changedAlerts(alerts: readonly Alert[], known: readonly Alert[]): Alert[] {
  const before = new Map(known.map((alert) => [alert.id, JSON.stringify(alert)]));
  return alerts.filter((alert) => before.get(alert.id) !== JSON.stringify(alert));
}

interface DueContext {
  readonly live: boolean;
  readonly settled: boolean;
  readonly watermark: Millis;
  readonly lastArrivedAt: Millis | null;
  readonly now: Millis;
  readonly settleMs: Millis;
  /** When what still fires is told again. */
  readonly repeatAt: Millis | null;
}

/** When the clock must look again: the fold's next instant, a repeat, the end of settling, or soon where the watermark lags. */
function nextDueAt({ nextDue, future, findings }: Evaluation, context: DueContext): Millis | null {
  const { live, settled, watermark, lastArrivedAt, now, settleMs, repeatAt } = context;
  if (!live) return null;
  const times: Millis[] = nextDue === undefined ? [] : [nextDue];
  if (repeatAt !== null) times.push(repeatAt);
  if (future > 0) times.push(now + MINUTE);
  const awaited = findings.filter((finding) => finding.byClock && finding.phase === 'firing');
  if (awaited.some(({ foundAt }) => foundAt > watermark)) times.push(now + LAGGING);
  const unsettled = !settled && awaited.some(({ endsAt }) => endsAt === null);
  if (unsettled && lastArrivedAt !== null) times.push(lastArrivedAt + settleMs);
  return times.length > 0 ? Math.min(...times) : null;
}

/** A row that wakes earlier serves as well: it schedules the next one then. */
const keepsDue = (have: Millis | null, want: Millis | null, now: Millis): boolean =>
  have !== null && have > now && (want === null || have <= want);

const dueItems = (entity: EntityRef, dueAt: Millis | null, owed: readonly Owed[]): DueItem[] => [
  ...(dueAt === null ? [] : [{ entity, at: dueAt, kind: 'evaluate' as const }]),
  ...owed.map((one) => ({ entity, at: one.nextAt, kind: 'deliver' as const, owedId: one.id })),
];
