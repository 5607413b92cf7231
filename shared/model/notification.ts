import type { Alert } from './alert.ts';
import type { Millis } from './time.ts';

/** A notification goes out for a named reason only. The word is the same in logs, metrics, answers and tests. */
export const NOTIFY_REASONS = [
  'first',
  'worse',
  'new-in-group',
  'resolved',
  'disproved',
  'repeat-due',
  'escalated',
  'acknowledged',
  'unmuted',
  'heartbeat',
  'test',
] as const;
export type NotifyReason = (typeof NOTIFY_REASONS)[number];

/** Why nothing goes out. */
export type SilentReason =
  | 'unchanged'
  | 'pending'
  | 'historical'
  | 'inhibited'
  | 'silenced'
  | 'muted'
  | 'superseded'
  | 'never-told'
  | 'below-severity'
  | 'not-routed';

/** What a receiver is told. `id` = alert id + reason + ordinal: the same on every attempt, so that a receiver can dedupe. */
export interface Notification {
  readonly id: string;
  readonly reason: NotifyReason;
  readonly alert: Alert;
  readonly createdAt: Millis;
}

/** `ok` is done; `retry` may succeed later (not before `retryAfterMs`); `give-up` never will. */
export type DeliveryResult =
  | { readonly outcome: 'ok'; readonly status: number }
  | { readonly outcome: 'retry'; readonly reason: string; readonly status?: number; readonly retryAfterMs?: number }
  | { readonly outcome: 'give-up'; readonly reason: string; readonly status?: number };
