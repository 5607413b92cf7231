import type { Alert } from '../model/alert.ts';
import type { EntityRef } from '../model/entity.ts';
import type { Millis } from '../model/time.ts';
import { decide, nextRepeatAt, notificationOf } from '../notify/decide.ts';
import { type Receiver, routes } from '../notify/receiver.ts';
import type { Json, Owed } from '../store/ports.ts';
import type { Pipeline } from './pipeline.ts';

export interface Owing {
  /** The alerts with what they were told now. */
  readonly told: readonly Alert[];
  readonly owed: readonly Owed[];
  /** When the first of them is to be told again if it still fires; null when none is. */
  readonly repeatAt: Millis | null;
}

/**
 * Decides what is news about an entity's alerts and owes it to every receiver it is routed to. An alert counts as told only
 * when somebody is told: a receiver that is added later still hears of what lasts.
 */
export async function oweNotifications(
  pipeline: Pipeline,
  entity: EntityRef,
  alerts: readonly Alert[],
  isLive: boolean,
): Promise<Owing> {
  const receivers = await pipeline.receivers();
  const now = pipeline.now();
  const { historyMs, repeatIntervalMs } = pipeline.settings;
  const owed: Owed[] = [];
  const told: Alert[] = [];
  for (const alert of alerts) {
    const { suppressedBy } = alert;
    const decision = decide({ alert, now, isLive, suppressedBy, historyMs, repeatIntervalMs });
    const routed = decision.notify ? receivers.filter((receiver) => routes(receiver, alert) === true) : [];
    const isRepeat = decision.reason === 'repeat-due';
    const heard = isRepeat && routed.length > 0 ? await caughtUp(pipeline, alert, routed) : routed;
    if (!decision.notify || heard.length === 0) {
      told.push(alert);
      continue;
    }
    const after: Alert = { ...alert, told: decision.told };
    const notification = notificationOf(after, decision, now);
    for (const receiver of heard) {
      owed.push({
        id: `${notification.id}-${receiver.id}`,
        entity,
        alertId: alert.id,
        receiver: receiver.id,
        notification: JSON.parse(JSON.stringify(notification)) as Json,
        state: 'owed',
        attempts: 0,
        nextAt: now,
        createdAt: now,
        lastResult: null,
      });
    }
    told.push(after);
  }
  const repeats = told.flatMap((alert) => nextRepeatAt(alert, now, repeatIntervalMs) ?? []);
  return { told, owed, repeatAt: repeats.length > 0 ? Math.min(...repeats) : null };
}

/** A receiver that was not reached yet needs no reminder: after days away it would get all of them at once. */
async function caughtUp(pipeline: Pipeline, alert: Alert, receivers: readonly Receiver[]): Promise<Receiver[]> {
  const rows = await pipeline.store.outbox.list(alert.entity);
  const behind = new Set(
    rows.flatMap(({ alertId, state, receiver }) => (alertId === alert.id && state === 'owed' ? [receiver] : [])),
  );
  return receivers.filter(({ id }) => !behind.has(id));
}
