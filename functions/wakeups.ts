import { app } from '@azure/functions';
import { getPipeline } from '../shared/app.ts';
import { evaluateAll } from '../shared/pipeline/absorb.ts';
import { deliverOwed } from '../shared/pipeline/deliver-owed.ts';
import { fanOutSettings } from '../shared/pipeline/fan-out.ts';
import { workCursor } from '../shared/pipeline/work-cursor.ts';
import { WAKEUP_QUEUES, wakeupSchemas } from '../shared/store/wakeup-messages.ts';

/** Works the next slice of a blob. */
export async function cursorWakeup(message: unknown): Promise<void> {
  const { cursor } = wakeupSchemas.cursor.parse(message);
  await workCursor(await getPipeline(), cursor);
}

/** Evaluates a batch of entities. */
export async function evaluateWakeup(message: unknown): Promise<void> {
  const { entities, revision } = wakeupSchemas.evaluate.parse(message);
  await evaluateAll(await getPipeline(), entities, revision);
}

/** Sends one owed notification. */
export async function deliverWakeup(message: unknown): Promise<void> {
  const { entity, owed } = wakeupSchemas.deliver.parse(message);
  await deliverOwed(await getPipeline(), entity, owed);
}

/** Thresholds changed: hands everybody they concern to evaluation, in batches. */
export async function settingsWakeup(message: unknown): Promise<void> {
  const { revision } = wakeupSchemas.settings.parse(message);
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
