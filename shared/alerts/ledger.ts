import type { EntityRef } from '../model/entity.ts';
import { type Annotations, type EndedBy, type Finding, fingerprintOf, type Labels } from '../model/finding.ts';
import type { Position } from '../model/record.ts';
import { lowered, type Severity, severityRank } from '../model/severity.ts';
import { HOUR, type Millis } from '../model/time.ts';

/** How many positions a finding keeps as evidence: enough to look it up, little enough to store. */
const MAX_EVIDENCE = 10;

/** How long an ended finding keeps another of its fingerprint from overlapping it; the fold keeps them for at least that. */
export const ENDED_COUNTS: Millis = HOUR;

/** A finding while the fold still works on it. Plain JSON: it is part of the snapshot. */
export interface Draft {
  rule: string;
  severity: Severity;
  labels: Labels;
  annotations: Record<string, string>;
  startsAt: Millis;
  foundAt: Millis;
  endsAt: Millis | null;
  endedBy: EndedBy | null;
  nature: 'condition' | 'event';
  phase: 'pending' | 'firing';
  byClock: boolean;
  evidence: Position[];
  /** What explains it; see causes.ts. */
  cause: Cause | null;
}

export type CauseKind = 'maintenance' | 'reset' | 'configuration-change' | 'service-incident' | 'resource-health';

export interface Cause {
  kind: CauseKind;
  at: Millis;
  text: string;
  /** Maintenance and reset lower a severity by one step, but never that of `tunnel.down`. */
  lowers: boolean;
  /** Of two the stronger is named; 0 for what is only likely. */
  strength: number;
  evidence: Position;
}

export interface Opening {
  readonly severity: Severity;
  readonly labels: Labels;
  readonly startsAt: Millis;
  readonly foundAt?: Millis;
  readonly phase?: 'pending' | 'firing';
  readonly byClock?: boolean;
  readonly summary: string;
  readonly cause: string;
  readonly remedy: string;
  readonly more?: Annotations;
  readonly evidence: readonly Position[];
}

/** The present of a fold, as far as findings need it. */
interface LedgerState {
  readonly at: Millis;
  readonly drafts: Draft[];
}

/** One rule's view of the findings of one entity: at most one condition per set of labels is open at a time. */
export class Ledger {
  readonly #rule: string;
  readonly #state: LedgerState;
  /** How many of the rule's own conditions are open: nearly every rule asks at every fact, and mostly there is none. */
  #openCount: number;

  constructor(rule: string, state: LedgerState) {
    this.#rule = rule;
    this.#state = state;
    this.#openCount = state.drafts.filter((draft) => draft.rule === rule && draft.endsAt === null).length;
  }

  /** The open condition, if any; of a rule that has one for each of several labels, the one with these. */
  current(labels?: Labels): Draft | undefined {
    if (this.#openCount === 0) return undefined;
    if (labels === undefined) return this.openOf(this.#rule);
    const fingerprint = fingerprintOf(this.#rule, labels);
    return this.#state.drafts.find(
      ({ rule, endsAt, labels: its }) =>
        rule === this.#rule && endsAt === null && fingerprintOf(rule, its) === fingerprint,
    );
  }

  /** Begins a condition that lasts until `close`. */
  open(opening: Opening): Draft {
    return this.#add(opening, 'condition', null);
  }

  /** Records something that happened and was over at `endsAt`; told once. */
  happened(opening: Opening, endsAt: Millis): Draft {
    return this.#add(opening, 'event', endsAt);
  }

  /** Another rule's open condition about this entity. */
  openOf(rule: string): Draft | undefined {
    return this.#state.drafts.find((draft) => draft.endsAt === null && draft.rule === rule);
  }

  /** The last event of this rule, while it may still be added to. */
  lastEvent(): Draft | undefined {
    return this.#state.drafts.findLast((draft) => draft.rule === this.#rule && draft.nature === 'event');
  }

  /** The window of a pending condition has run out: it is real. */
  confirm(draft: Draft): void {
    draft.phase = 'firing';
  }

  /** A pending condition did not come true: nothing happened. */
  drop(draft: Draft): void {
    this.#openCount--;
    this.#state.drafts.splice(this.#state.drafts.indexOf(draft), 1);
  }

  /** Ends a condition. */
  close(draft: Draft, endedBy: EndedBy, endsAt: Millis = this.#state.at, evidence: readonly Position[] = []): void {
    if (draft.endsAt === null) this.#openCount--;
    draft.endsAt = Math.max(endsAt, draft.startsAt);
    draft.endedBy = endedBy;
    addEvidence(draft, evidence);
  }

  /** Findings of one fingerprint never overlap, and those that begin in the same instant are one. */
  #add(opening: Opening, nature: 'condition' | 'event', endsAt: Millis | null): Draft {
    if (endsAt === null) this.#openCount++;
    const before = this.#lastEnded(opening.labels);
    const startsAt = Math.max(opening.startsAt, before?.endsAt ?? opening.startsAt);
    if (before?.startsAt === startsAt) return goOn(before, opening, endsAt);
    const draft: Draft = {
      rule: this.#rule,
      severity: opening.severity,
      labels: opening.labels,
      annotations: {
        summary: opening.summary,
        cause: opening.cause,
        remedy: opening.remedy,
        ...opening.more,
      },
      startsAt,
      foundAt: opening.foundAt ?? this.#state.at,
      endsAt,
      endedBy: endsAt === null ? null : 'event',
      nature,
      phase: opening.phase ?? 'firing',
      byClock: opening.byClock ?? false,
      evidence: [],
      cause: null,
    };
    addEvidence(draft, opening.evidence);
    this.#state.drafts.push(draft);
    return draft;
  }

  /** Older ones may have been put aside already, so they never count. */
  #lastEnded(labels: Labels): Draft | undefined {
    const fingerprint = fingerprintOf(this.#rule, labels);
    return this.#state.drafts.findLast(
      ({ rule, endsAt, labels: its }) =>
        rule === this.#rule &&
        endsAt !== null &&
        endsAt + ENDED_COUNTS >= this.#state.at &&
        fingerprintOf(rule, its) === fingerprint,
    );
  }
}

/** An ended finding begins again in the instant it began: it goes on, as bad as the worse of the two. */
function goOn(draft: Draft, opening: Opening, endsAt: Millis | null): Draft {
  draft.endsAt = endsAt === null ? null : Math.max(endsAt, draft.endsAt ?? endsAt);
  draft.endedBy = endsAt === null ? null : 'event';
  if (severityRank(opening.severity) > severityRank(draft.severity)) draft.severity = opening.severity;
  addEvidence(draft, opening.evidence);
  return draft;
}

/** Adds positions that are not there yet, up to the bound. */
export function addEvidence(draft: Draft, positions: readonly Position[]): void {
  for (const position of positions) {
    if (draft.evidence.length >= MAX_EVIDENCE) return;
    const known = draft.evidence.some((have) => have.source === position.source && have.byte === position.byte);
    if (!known) draft.evidence.push(position);
  }
}

/** The finding a draft stands for, with its cause named and its severity lowered where the cause does that. */
export function findingOf(entity: EntityRef, draft: Draft): Finding {
  const { cause, ...rest } = draft;
  return {
    ...rest,
    entity,
    severity: cause?.lowers ? lowered(draft.severity) : draft.severity,
    annotations: cause ? { ...draft.annotations, cause: cause.text, causeKind: cause.kind } : { ...draft.annotations },
    evidence: cause ? [...draft.evidence, cause.evidence] : [...draft.evidence],
  };
}
