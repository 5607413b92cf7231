import type { EntityRef } from './entity.ts';
import { digest } from './fact.ts';
import type { Position } from './record.ts';
import type { Severity } from './severity.ts';
import type { Millis } from './time.ts';

/** The label names, all strings: the identity of what an alert is about. */
export const LABELS = [
  'gateway',
  'remoteIp',
  'server',
  'site',
  'certificate',
  'source',
  'instance',
  'peer',
  'firewall',
  'vsys',
  'monitoredServer',
  'listener',
  'user',
] as const;
export type LabelName = (typeof LABELS)[number];
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

/** Prose beside the labels. `summary`, `cause` and `remedy` are always there. */
export type Annotations = Readonly<Record<string, string>>;

/**
 * - `fact`: a record ended it. `clock`: time ended it (a window ran out). `event`: it was over when it happened.
 * - `superseded`: a wider finding took over (degraded became down); nobody is told that it ended.
 */
export type EndedBy = 'fact' | 'clock' | 'event' | 'superseded';

/** Trouble as an interval, open or ended, as the facts tell it. */
export interface Finding {
  readonly rule: string;
  readonly entity: EntityRef;
  readonly severity: Severity;
  readonly labels: Labels;
  readonly annotations: Annotations;
  /** When the trouble began, not when it was found. */
  readonly startsAt: Millis;
  /** The instant from which the facts and the clock allow it to be known. */
  readonly foundAt: Millis;
  readonly endsAt: Millis | null;
  readonly endedBy: EndedBy | null;
  /** An event happened; a condition lasts. Events are told once and never resolved. */
  readonly nature: 'condition' | 'event';
  /** Still waiting for its window (`pending`), or found (`firing`). An ended one is always `firing` here. */
  readonly phase: 'pending' | 'firing';
  /** Found because time passed, with no record to announce it: judged at the watermark, told after `settle`. */
  readonly byClock: boolean;
  readonly evidence: readonly Position[];
}

/** `site` is an attribute of a server that may become known later, so it is a label but no part of the identity. */
export function fingerprintOf(rule: string, labels: Labels): string {
  const identity = LABELS.filter((name) => name !== 'site' && labels[name] !== undefined);
  return digest([rule, ...identity.flatMap((name) => [name, labels[name] ?? null])]);
}
