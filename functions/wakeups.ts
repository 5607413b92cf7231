import { app } from '@azure/functions';
import { getPipeline } from '../shared/app.ts';
import { WAKEUP_QUEUES } from '../shared/store/wakeup-queues.ts';

const messages = async () => (await import('../shared/store/wakeup-messages.ts')).wakeupSchemas;

/** Works the next slice of a blob. */
export async function cursorWakeup(message: unknown): Promise<void> {
  const { workCursor } = await import('../shared/pipeline/work-cursor.ts');
  const { cursor } = (await messages()).cursor.parse(message);
  await workCursor(await getPipeline(), cursor);
}

/** Evaluates a batch of entities. */
export async function evaluateWakeup(message: unknown): Promise<void> {
  const { evaluateAll } = await import('../shared/pipeline/absorb.ts');
  const { entities, revision } = (await messages()).evaluate.parse(message);
  await evaluateAll(await getPipeline(), entities, revision);
}

/** Sends one owed notification. */
export async function deliverWakeup(message: unknown): Promise<void> {
  const { deliverOwed } = await import('../shared/pipeline/deliver-owed.ts');
  const { entity, owed } = (await messages()).deliver.parse(message);
  await deliverOwed(await getPipeline(), entity, owed);
}

/** Thresholds changed: hands everybody they concern to evaluation, in batches. */
export async function settingsWakeup(message: unknown): Promise<void> {
  const { fanOutSettings } = await import('../shared/pipeline/fan-out.ts');
  const { revision } = (await messages()).settings.parse(message);
  await fanOutSettings(await getPipeline(), revision);
}

const HANDLERS = {
  cursor: cursorWakeup,
  evaluate: evaluateWakeup,
  deliver: deliverWakeup,
  settings: settingsWakeup,
} as const;

for (const kind of ['cursor', 'evaluate', 'deliver', 'settings'] as const) {
  app.storageQueue(`${kind}-wakeup`, {
    queueName: WAKEUP_QUEUES[kind],
    connection: 'TUNNELWATCH_STORAGE',
    handler: HANDLERS[kind],
  });
}
