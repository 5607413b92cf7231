import { isDeepStrictEqual } from 'node:util';
import type { Alert } from '../model/alert.ts';
import { digest } from '../model/fact.ts';
import { type Finding, fingerprintOf } from '../model/finding.ts';
import type { Millis } from '../model/time.ts';

export interface ReconcileContext {
  readonly now: Millis;
  /** The instant the findings were judged at. */
  readonly horizon: Millis;
  /** Up to here every record of the routes that feed the entity is absorbed: absence is believed no further. Default: horizon. */
  readonly watermark?: Millis;
  /** Where the fold began: what ended before it is history and is left alone. */
  readonly foldedFrom: Millis;
  /** False while records of the entity may still be on their way: what only the clock found then stays pending. */
  readonly settled: boolean;
  /** Known from old files only: nothing about it pages anybody. */
  readonly historical: boolean;
  /** Rules that threw: what they do not find is not contradicted. */
  readonly broken?: ReadonlySet<string>;
}

export interface Reconciled {
  /** New and changed alerts, to be stored. */
  readonly changed: readonly Alert[];
  /** Ids of pending alerts that did not come true. */
  readonly dropped: readonly string[];
  /** Every alert that stands afterwards. */
  readonly alerts: readonly Alert[];
}

/**
 * Matches findings to the known alerts of the same fingerprint by overlap. An alert keeps its id while its start and end are
 * corrected; of two that merge the older survives. No finding means no change, unless the facts now contradict the alert:
 * then it is resolved as disproved. A pure function of its inputs.
 */
export function reconcile(
  findings: readonly Finding[],
  known: readonly Alert[],
  context: ReconcileContext,
): Reconciled {
  const unclaimed = new Set([...known].sort(compareKnown));
  const ids = new Set(known.map((alert) => alert.id));
  const changed: Alert[] = [];
  const kept: Alert[] = [];
  const ordered = [...findings].sort((a, b) => a.startsAt - b.startsAt);
  // An equal start is a surer sign than an overlap, so those are matched first.
  const same = ordered.map((finding) => claim(unclaimed, finding, (alert) => alert.startsAt === finding.startsAt));
  ordered.forEach((finding, index) => {
    const before =
      same[index] ?? claim(unclaimed, finding, (alert) => alert.endedBy !== 'disproved' && overlaps(alert, finding));
    if (isAwaited(finding, context) && finding.endsAt !== null && before?.state !== 'firing') {
      // Over, as far as the records tell that are here; those still on their way may say that it never was.
      if (before) kept.push(before);
      return;
    }
    const after = corrected(before?.id ?? newId(finding, ids), before, finding, context);
    if (before && sameAlert(before, after)) kept.push(before);
    else {
      changed.push(after);
      kept.push(after);
    }
  });
  const dropped: string[] = [];
  for (const alert of unclaimed) {
    if (!isContradicted(alert, context)) kept.push(alert);
    else if (alert.state === 'pending') dropped.push(alert.id);
    else {
      const disproved: Alert = {
        ...alert,
        state: 'resolved',
        endsAt: context.now,
        endedBy: 'disproved',
        updatedAt: context.now,
      };
      changed.push(disproved);
      kept.push(disproved);
    }
  }
  return { changed, dropped, alerts: kept };
}

/** The oldest known alert of the finding's fingerprint that matches. */
function claim(unclaimed: Set<Alert>, finding: Finding, matches: (alert: Alert) => boolean): Alert | undefined {
  const fingerprint = fingerprintOf(finding.rule, finding.labels);
  for (const alert of unclaimed) {
    if (alert.fingerprint !== fingerprint || !matches(alert)) continue;
    // What people were told of is never taken back into waiting, where it could vanish without a word.
    if (isPending(finding) && alert.state !== 'pending') continue;
    unclaimed.delete(alert);
    return alert;
  }
  return undefined;
}

/** Oldest first; what was disproved only where nothing else matches. */
function compareKnown(a: Alert, b: Alert): number {
  const disproved = Number(a.endedBy === 'disproved') - Number(b.endedBy === 'disproved');
  return disproved || a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1);
}

/** Only the clock found it, and records that could disprove it may still be on their way. */
export const isAwaited = (
  finding: Finding,
  { horizon, watermark = horizon, settled }: Pick<ReconcileContext, 'horizon' | 'watermark' | 'settled'>,
): boolean => finding.byClock && (finding.foundAt > watermark || (finding.endsAt === null && !settled));

const isPending = ({ endsAt, phase }: Finding): boolean => endsAt === null && phase === 'pending';

interface Interval {
  readonly startsAt: Millis;
  readonly endsAt: Millis | null;
}

const overlaps = (a: Interval, b: Interval): boolean =>
  a.startsAt < (b.endsAt ?? Number.POSITIVE_INFINITY) && b.startsAt < (a.endsAt ?? Number.POSITIVE_INFINITY);

/** From fingerprint and start. Where an alert whose start was corrected has that id already, the next free one. */
function newId(finding: Finding, ids: Set<string>): string {
  const parts = [fingerprintOf(finding.rule, finding.labels), finding.startsAt];
  let id = digest(parts);
  for (let ordinal = 2; ids.has(id); ordinal++) id = digest([...parts, ordinal]);
  ids.add(id);
  return id;
}

function corrected(id: string, before: Alert | undefined, finding: Finding, context: ReconcileContext): Alert {
  const fingerprint = fingerprintOf(finding.rule, finding.labels);
  const withheld = isAwaited(finding, context) && (before === undefined || before.state === 'pending');
  const pending = isPending(finding) || (withheld && finding.endsAt === null);
  return {
    id,
    fingerprint,
    rule: finding.rule,
    entity: finding.entity,
    severity: finding.severity,
    state: pending ? 'pending' : finding.endsAt === null ? 'firing' : 'resolved',
    nature: finding.nature,
    startsAt: finding.startsAt,
    foundAt: finding.foundAt,
    endsAt: finding.endsAt,
    endedBy: finding.endedBy,
    byClock: finding.byClock,
    labels: finding.labels,
    annotations: finding.annotations,
    evidence: finding.evidence,
    knownAt: before?.knownAt ?? context.now,
    updatedAt: context.now,
    told: before?.told ?? null,
    suppressedBy: context.historical ? 'historical' : null,
    acknowledged: before?.acknowledged ?? null,
  };
}

/** Nothing but the moment of writing differs. */
function sameAlert(a: Alert, b: Alert): boolean {
  return isDeepStrictEqual({ ...a, updatedAt: 0 }, { ...b, updatedAt: 0 });
}

/** The fold covered the alert's time and did not find it. */
function isContradicted(alert: Alert, { horizon, foldedFrom, broken }: ReconcileContext): boolean {
  if (alert.endedBy === 'disproved' || broken?.has(alert.rule)) return false;
  if (alert.endsAt !== null && alert.endsAt <= foldedFrom) return false;
  return horizon >= alert.foundAt || alert.state === 'pending';
}
