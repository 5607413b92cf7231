import * as z from 'zod';
import type { EntityRef } from '../model/entity.ts';
import type { DeliveryResult, Notification } from '../model/notification.ts';
import { deliver } from '../notify/deliver.ts';
import { requestFor } from '../notify/request.ts';
import { nextAttempt } from '../notify/retry.ts';
import type { Owed } from '../store/ports.ts';
import type { Pipeline } from './pipeline.ts';

/** While an attempt runs, others keep away for this long; a sender that dies leaves the row to the clock. */
const ATTEMPT_MS = 60_000;

const notificationSchema = z.custom<Notification>(
  (value) => typeof value === 'object' && value !== null && 'alert' in value,
);

/**
 * Sends one owed notification, once it is its turn: an earlier one of the same alert to the same receiver goes first, so that
 * an old `firing` never overtakes its `resolved`. The row is the truth; being called twice sends once, but for a crash after
 * the receiver's answer, when the same id is sent again.
 */
export async function deliverOwed(pipeline: Pipeline, entity: EntityRef, owedId: string): Promise<void> {
  const stored = await pipeline.store.outbox.read(entity, owedId);
  if (stored?.owed.state !== 'owed') return;
  const now = pipeline.now();
  const { owed } = stored;
  if (owed.nextAt > now) return wakeAt(pipeline, owed, owed.nextAt);
  const earlier = await firstInLine(pipeline, owed);
  if (earlier) return wakeAt(pipeline, owed, Math.max(earlier.nextAt, now) + 1_000);

  // Claim the attempt, with a due row behind it for the case that this process dies.
  await pipeline.store.due.schedule([dueAt(owed, now + ATTEMPT_MS)]);
  const claimed: Owed = { ...owed, attempts: owed.attempts + 1, nextAt: now + ATTEMPT_MS };
  if ((await pipeline.store.outbox.save(claimed, stored.etag)) === 'conflict') return;
  const result = await attempt(pipeline, claimed);
  await record(pipeline, claimed, result);
}

async function attempt(pipeline: Pipeline, owed: Owed): Promise<DeliveryResult> {
  const receiver = (await pipeline.receivers()).find((one) => one.id === owed.receiver);
  if (!receiver) return { outcome: 'give-up', reason: 'receiver-deleted' };
  const notification = notificationSchema.safeParse(owed.notification);
  if (!notification.success) return { outcome: 'give-up', reason: 'notification-unreadable' };
  const { baseUrl } = pipeline.settings;
  const links = baseUrl === null ? {} : { alert: `${baseUrl}/api/alerts/${notification.data.alert.id}` };
  const request = requestFor(notification.data, receiver, pipeline.now(), pipeline.readSetting, links);
  // A secret that is not there yet may be there after the next deployment.
  if (!request.ok) return { outcome: 'retry', reason: request.error.code };
  return deliver(request.value, {
    allowLocal: pipeline.settings.allowLocalReceivers,
    blockedHosts: pipeline.settings.blockedHosts,
    now: pipeline.now(),
  });
}

async function record(pipeline: Pipeline, owed: Owed, result: DeliveryResult): Promise<void> {
  const stored = await pipeline.store.outbox.read(owed.entity, owed.id);
  if (stored?.owed.state !== 'owed') return;
  const after = afterAttempt(pipeline, stored.owed, result);
  if (after.state === 'owed') await pipeline.store.due.schedule([dueAt(after, after.nextAt)]);
  await pipeline.store.outbox.save(after, stored.etag);
  pipeline.log(`notification.${after.state === 'owed' ? 'retried' : after.state}`, {
    receiver: owed.receiver,
    notification: owed.id,
    attempts: after.attempts,
    result: after.lastResult,
  });
  if (after.state === 'owed') {
    await pipeline.wakeups.deliver(owed.entity, owed.id, Math.max(0, after.nextAt - pipeline.now()));
  }
}

function afterAttempt(pipeline: Pipeline, owed: Owed, result: DeliveryResult): Owed {
  if (result.outcome === 'ok') return { ...owed, state: 'sent', lastResult: `${result.status}` };
  const lastResult = result.status === undefined ? result.reason : `${result.status} ${result.reason}`;
  const next = nextAttempt(owed.attempts, result, pipeline.now(), pipeline.random);
  if ('giveUp' in next) return { ...owed, state: 'given-up', lastResult };
  return { ...owed, nextAt: next.at, lastResult };
}

/** The owed notification that must go out before this one: of the same alert, to the same receiver, with a lower ordinal. */
async function firstInLine(pipeline: Pipeline, owed: Owed): Promise<Owed | undefined> {
  const ordinal = ordinalOf(owed);
  const rows = await pipeline.store.outbox.list(owed.entity);
  return rows.find(
    (other) =>
      other.state === 'owed' &&
      other.alertId === owed.alertId &&
      other.receiver === owed.receiver &&
      ordinalOf(other) < ordinal,
  );
}

function ordinalOf(owed: Owed): number {
  const notification = notificationSchema.safeParse(owed.notification);
  return notification.success ? (notification.data.alert.told?.ordinal ?? 0) : 0;
}

const dueAt = (owed: Owed, at: number) => ({ entity: owed.entity, at, kind: 'deliver' as const, owedId: owed.id });

async function wakeAt(pipeline: Pipeline, owed: Owed, at: number): Promise<void> {
  await pipeline.store.due.schedule([dueAt(owed, at)]);
  await pipeline.wakeups.deliver(owed.entity, owed.id, Math.max(0, at - pipeline.now()));
}
