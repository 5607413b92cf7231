import type { DeliveryResult } from '../model/notification.ts';
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../model/time.ts';

/** A delivery that did not succeed. */
export type FailedDelivery = Exclude<DeliveryResult, { readonly outcome: 'ok' }>;

/** When the next attempt is due, or why there is none. */
export type NextAttempt = { readonly at: Millis } | { readonly giveUp: string };

export interface RetryPolicy {
  /** Wait before attempt 1, 2, …, in milliseconds; its length is the number of attempts. */
  readonly delaysMs: readonly Millis[];
  /** Share by which a wait may be shorter or longer, 0 to 1. */
  readonly jitter: number;
  /** The longest `Retry-After` that is obeyed. */
  readonly retryAfterCapMs: Millis;
}

/** The schedule of Standard Webhooks ("Retries"): ten attempts over 75 h 35 min 5 s. */
export const STANDARD_RETRIES: RetryPolicy = {
  delaysMs: [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  jitter: 0.2,
  retryAfterCapMs: DAY,
};

/**
 * What follows a failed attempt. `attempt` is the number of the one just made, from 1; `random` gives 0 to below 1. A
 * `Retry-After` can only lengthen the wait. The last attempt gives up with `exhausted`, for a person to see and replay.
 */
export function nextAttempt(
  attempt: number,
  result: FailedDelivery,
  now: Millis,
  random: () => number,
  policy: RetryPolicy = STANDARD_RETRIES,
): NextAttempt {
  if (result.outcome === 'give-up') return { giveUp: result.reason };
  const delayMs = policy.delaysMs[attempt];
  if (delayMs === undefined) return { giveUp: 'exhausted' };
  const jittered = delayMs * (1 + policy.jitter * (2 * random() - 1));
  const asked = Math.min(result.retryAfterMs ?? 0, policy.retryAfterCapMs);
  return { at: now + Math.round(Math.max(jittered, asked)) };
}
