import type { EntityRef } from './entity.ts';
import type { Annotations, EndedBy, Labels } from './finding.ts';
import type { Position } from './record.ts';
import type { Severity } from './severity.ts';
import type { Millis } from './time.ts';

export const ALERT_STATES = ['pending', 'firing', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Why an alert is not told although it stands. */
export type SuppressedBy = 'historical' | 'inhibited' | 'silenced' | 'muted';

/** One alert per fingerprint and start. It keeps its id while its start and end are corrected. */
export interface Alert {
  readonly id: string;
  readonly fingerprint: string;
  readonly rule: string;
  readonly entity: EntityRef;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly nature: 'condition' | 'event';
  readonly startsAt: Millis;
  readonly foundAt: Millis;
  readonly endsAt: Millis | null;
  readonly endedBy: EndedBy | 'disproved' | null;
  readonly byClock: boolean;
  readonly labels: Labels;
  readonly annotations: Annotations;
  readonly evidence: readonly Position[];
  /** When this pipeline first knew of it and last changed it (wall clock of the evaluation). */
  readonly knownAt: Millis;
  readonly updatedAt: Millis;
  /** What receivers were told last, so that only news is told. */
  readonly told: Told | null;
  readonly suppressedBy: SuppressedBy | null;
  readonly acknowledged: { readonly by: string; readonly at: Millis } | null;
}

export interface Told {
  readonly state: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly at: Millis;
  /** Notifications told so far: the ordinal that makes their ids stable. */
  readonly ordinal: number;
}
