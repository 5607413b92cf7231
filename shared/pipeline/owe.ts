import type { Alert } from '../model/alert.ts';
import type { EntityRef } from '../model/entity.ts';
import { decide, notificationOf } from '../notify/decide.ts';
import { routes } from '../notify/receiver.ts';
import type { Json, Owed } from '../store/ports.ts';
import type { Pipeline } from './pipeline.ts';

export interface Owing {
  /** The alerts with what they were told now. */
  readonly told: readonly Alert[];
  readonly owed: readonly Owed[];
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
  const owed: Owed[] = [];
  const told = alerts.map((alert) => {
    const { suppressedBy } = alert;
    const decision = decide({ alert, now, isLive, suppressedBy, historyMs: pipeline.settings.historyMs });
    if (!decision.notify) return alert;
    const heard = receivers.filter((receiver) => routes(receiver, alert) === true);
    if (heard.length === 0) return alert;
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
    return after;
  });
  return { told, owed };
}
