import type { Alert } from './alert.ts';
import { type LogSet, type SaidBy, timelineOf } from './log-set.ts';
import type { Severity } from './severity.ts';
import { isoOf, type Millis, millisOf, type Timestamp } from './time.ts';

/** A log set as the API and `--json` give it: times are ISO in UTC with milliseconds. */
export interface LogSetAnswer {
  readonly id: string;
  readonly server: string;
  readonly incidentId: string | null;
  readonly incidentIdFrom: SaidBy | null;
  readonly verbosity: number | null;
  readonly verbosityFrom: SaidBy | null;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly uploadedAt: string | null;
  readonly bundles: string[];
  readonly records: number;
  readonly byTag: Record<string, number>;
  readonly byEvent: Record<string, number>;
  readonly notUnderstood: { deadLetters: number; lines: number; shapes: { shape: string; count: number }[] };
}

export interface TimelineAnswer {
  readonly at: string;
  readonly endsAt: string | null;
  readonly what: string;
  readonly severity: Severity | null;
  readonly summary: string;
}

export function logSetAnswer(set: LogSet): LogSetAnswer {
  const { incidentId, verbosity, notUnderstood } = set;
  return {
    id: set.id,
    server: set.server,
    incidentId: incidentId?.value ?? null,
    incidentIdFrom: incidentId?.by ?? null,
    verbosity: verbosity?.value ?? null,
    verbosityFrom: verbosity?.by ?? null,
    startsAt: ofTimestamp(set.startsAt),
    endsAt: ofTimestamp(set.endsAt),
    uploadedAt: ofMillis(set.uploadedAt),
    bundles: [...set.bundles],
    records: set.records,
    byTag: { ...set.byTag },
    byEvent: { ...set.byEvent },
    notUnderstood: {
      deadLetters: notUnderstood.deadLetters,
      lines: notUnderstood.lines,
      shapes: notUnderstood.shapes.map(([shape, count]) => ({ shape, count })),
    },
  };
}

/** A set's timeline, made of the alerts given and its own moments. */
export const timelineAnswer = (set: LogSet, alerts: Iterable<Alert>): TimelineAnswer[] =>
  timelineOf(set, alerts).map(({ at, endsAt, what, severity, summary }) => ({
    at: isoOf(at),
    endsAt: ofMillis(endsAt),
    what,
    severity,
    summary,
  }));

const ofMillis = (at: Millis | null): string | null => (at === null ? null : isoOf(at));
const ofTimestamp = (at: Timestamp | null): string | null => (at === null ? null : isoOf(millisOf(at)));
