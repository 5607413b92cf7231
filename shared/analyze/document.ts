import type { Alert } from '../model/alert.ts';
import type { Check, HealthState } from '../model/health.ts';
import type { Position, Rejection } from '../model/record.ts';
import { isoOf } from '../model/time.ts';
import type { Analysis } from './analyze.ts';
import { type LogSetDocument, logSetOf } from './log-set-document.ts';

/** The one document that `--json` prints. Times are ISO in UTC with milliseconds; `endsAt` is null while an alert is open. */
export interface AnalysisDocument {
  readonly summary: {
    readonly bytes: number;
    readonly lines: number;
    readonly records: number;
    readonly facts: number;
    readonly deadLetters: number;
    readonly byFormat: Readonly<Record<string, number>>;
  };
  readonly entities: readonly {
    readonly kind: string;
    readonly id: string;
    readonly state: HealthState;
    readonly detail: string;
    readonly checks: readonly Check[];
  }[];
  readonly alerts: readonly AlertDocument[];
  readonly logSets: readonly LogSetDocument[];
  readonly rejected: {
    readonly total: number;
    readonly first: readonly (Position & { readonly reason: string })[];
  };
  readonly notUnderstood: {
    /** Of `byFormat` those that were read in part only. */
    readonly partlyByFormat: Readonly<Record<string, number>>;
    /** Readable lines that no format knows, and their shapes, the most frequent first. */
    readonly lines: number;
    readonly shapes: readonly { readonly shape: string; readonly count: number; readonly first: Position }[];
  };
}

const MAX_SHAPES = 100;

export interface AlertDocument
  extends Pick<Alert, 'rule' | 'severity' | 'state' | 'labels' | 'annotations' | 'evidence'> {
  readonly startsAt: string;
  readonly endsAt: string | null;
}

/** Puts an analysis into the form that programs read. */
export function documentOf({ tally, judgement, logSets }: Analysis): AnalysisDocument {
  const { bytes, lines, records, deadLetters, byFormat, partlyByFormat, rejected, unknown } = tally;
  return {
    summary: {
      bytes,
      lines,
      records,
      facts: judgement.facts,
      deadLetters,
      byFormat: sorted(byFormat),
    },
    entities: judgement.entities.map(({ entity, health: { state, detail, checks } }) => ({
      kind: entity.kind,
      id: entity.key,
      state,
      detail,
      checks: checks.map(checkOf),
    })),
    alerts: judgement.alerts.map(alertOf),
    logSets: logSets.map((set) => logSetOf(set, judgement.alerts)),
    rejected: { total: deadLetters, first: rejected.map(rejectionOf) },
    notUnderstood: {
      partlyByFormat: sorted(partlyByFormat),
      lines: unknown.total,
      shapes: unknown
        .ranked()
        .slice(0, MAX_SHAPES)
        .map(({ shape, count, first }) => ({ shape, count, first: positionOf(first) })),
    },
  };
}

const sorted = (by: Iterable<[string, number]>): Record<string, number> =>
  Object.fromEntries([...by].sort(([a], [b]) => (a < b ? -1 : 1)));

const checkOf = ({ id, state, value, unit, observedAt, threshold, reason }: Check): Check => ({
  id,
  state,
  value,
  unit,
  observedAt,
  threshold,
  reason,
});

const alertOf = (alert: Alert): AlertDocument => ({
  rule: alert.rule,
  severity: alert.severity,
  state: alert.state,
  startsAt: isoOf(alert.startsAt),
  endsAt: alert.endsAt === null ? null : isoOf(alert.endsAt),
  labels: alert.labels,
  annotations: alert.annotations,
  evidence: alert.evidence.map(positionOf),
});

const positionOf = ({ source, line, byte }: Position): Position => ({ source, line, byte });
const rejectionOf = ({ position, reason }: Rejection) => ({ ...positionOf(position), reason });
