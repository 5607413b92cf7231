import type { Alert, SuppressedBy, Told } from '../model/alert.ts';
import type { Notification, NotifyReason, SilentReason } from '../model/notification.ts';
import { severityRank } from '../model/severity.ts';
import { HOUR, type Millis } from '../model/time.ts';

/** Alertmanager's default. */
const REPEAT_INTERVAL: Millis = 4 * HOUR;

export interface DecideInput {
  readonly alert: Alert;
  readonly now: Millis;
  /** False when the entity is known from old files only: nobody is paged for those. */
  readonly isLive: boolean;
  readonly suppressedBy: SuppressedBy | null;
  /** What ended longer ago than this when it was first heard of is history. Milliseconds; default one hour. */
  readonly historyMs?: Millis;
  /** How long after it was told last a condition that still fires is told again. Milliseconds; default four hours. */
  readonly repeatIntervalMs?: Millis;
}

/** `told` is what the alert must carry once the notification is written to the outbox. */
export interface Telling {
  readonly notify: true;
  readonly reason: NotifyReason;
  readonly told: Told;
}
export interface Silence {
  readonly notify: false;
  readonly reason: SilentReason;
}
export type Decision = Telling | Silence;

type Case = Required<DecideInput>;
type Row<Reason> = readonly [reason: Reason, applies: (input: Case) => boolean];

const wasOver = ({ alert, now, historyMs }: Case): boolean =>
  alert.state === 'resolved' && now - (alert.endsAt ?? alert.startsAt) > historyMs;
const toldFiring = ({ alert }: Case): boolean => alert.told?.state === 'firing';
/** Somebody was told that it fires, it still does, and nobody has taken it on. */
const isReminded = ({ nature, state, told, acknowledged }: Alert): boolean =>
  nature === 'condition' && state === 'firing' && told?.state === 'firing' && acknowledged === null;
const isRepeatDue = ({ alert, now, repeatIntervalMs }: Case): boolean =>
  isReminded(alert) && now - (alert.told?.at ?? now) >= repeatIntervalMs;
const isNewlyOver = (input: Case): boolean => toldFiring(input) && input.alert.state === 'resolved';

/** What is never news, whatever else holds. The first row that applies gives the reason. */
const SILENCES: readonly Row<SilentReason>[] = [
  ['pending', ({ alert }) => alert.state === 'pending'],
  // The wider finding that took over is told instead.
  ['superseded', ({ alert }) => alert.endedBy === 'superseded'],
  ['unchanged', ({ alert }) => alert.told !== null && alert.nature === 'event'],
  ['never-told', ({ alert }) => alert.told === null && alert.endedBy === 'disproved'],
  // What a receiver was told of keeps its right to an end, so only the first telling can be history.
  ['historical', (input) => input.alert.told === null && (!input.isLive || wasOver(input))],
];

/** What is news. The first row that applies gives the reason; none means `unchanged`. A new reason is a new row. */
const NEWS: readonly Row<NotifyReason>[] = [
  ['first', ({ alert }) => alert.told === null],
  // Told as over, then later records moved the end away: it is on again, and silence would hide it.
  ['first', ({ alert }) => alert.told?.state === 'resolved' && alert.state === 'firing'],
  ['disproved', (input) => isNewlyOver(input) && input.alert.endedBy === 'disproved'],
  ['resolved', isNewlyOver],
  [
    'worse',
    ({ alert }) => alert.told?.state === 'firing' && severityRank(alert.severity) > severityRank(alert.told.severity),
  ],
  // Counted from the last telling of whatever reason: a worsening an hour ago is reminder enough.
  ['repeat-due', isRepeatDue],
];

/**
 * Decides whether an alert is told now, and by which name. Pure: the same alert, told and suppression give the same answer
 * however often it is asked. A suppressed end stays news, since `told` does not change, and goes out when the suppression ends.
 */
export function decide(input: DecideInput): Decision {
  const complete: Case = { historyMs: HOUR, repeatIntervalMs: REPEAT_INTERVAL, ...input };
  const silence = SILENCES.find(([, applies]) => applies(complete));
  if (silence) return { notify: false, reason: silence[0] };
  const news = NEWS.find(([, applies]) => applies(complete));
  if (!news) return { notify: false, reason: 'unchanged' };
  if (input.suppressedBy) return { notify: false, reason: input.suppressedBy };
  return { notify: true, reason: news[0], told: toldNow(input.alert, input.now) };
}

/**
 * When an alert is to be looked at for its next repeat; null when it is not repeated. A repeat that was due and was not told
 * (suppressed, nobody routed to) is looked at again a whole interval later, never at once.
 */
export function nextRepeatAt(alert: Alert, now: Millis, repeatIntervalMs = REPEAT_INTERVAL): Millis | null {
  if (!isReminded(alert) || alert.told === null) return null;
  const passed = Math.max(0, Math.floor((now - alert.told.at) / repeatIntervalMs));
  return alert.told.at + (passed + 1) * repeatIntervalMs;
}

function toldNow(alert: Alert, now: Millis): Told {
  const ordinal = (alert.told?.ordinal ?? 0) + 1;
  return { state: alert.state === 'resolved' ? 'resolved' : 'firing', severity: alert.severity, at: now, ordinal };
}

/**
 * The notification of a decision. Its id is alert id, reason and ordinal, the same however often it is made again, and holds
 * no `.`, which separates the signed parts (Standard Webhooks).
 */
export function notificationOf(alert: Alert, decision: Telling, now: Millis): Notification {
  const id = `${alert.id}-${decision.reason}-${decision.told.ordinal}`.replaceAll('.', '_');
  return { id, reason: decision.reason, alert, createdAt: now };
}
