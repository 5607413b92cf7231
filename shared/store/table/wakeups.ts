import { entityId } from '../../model/entity.ts';
import { DAY } from '../../model/time.ts';
import type { Wakeups } from '../ports.ts';
import { evaluateMessages } from '../wakeup-messages.ts';
import { WAKEUP_QUEUES, type WakeupKind } from '../wakeup-queues.ts';
import { type StorageConnection, type StorageOptions, storageClients } from './connection.ts';
import { withHome } from './ensure.ts';

/** The longest a queue hides a message. */
const longestDelaySeconds = (7 * DAY) / 1000;

/** Wake-ups as messages of Queue Storage: JSON in base64, as the queue trigger decodes it. */
export function queueWakeups(connection: StorageConnection, options: StorageOptions = {}): Wakeups {
  const clients = storageClients(connection, options);
  const { ask } = clients.requests;

  async function send(kind: WakeupKind, message: object, delayMs = 0): Promise<void> {
    const queue = (await clients.queues()).getQueueClient(`${clients.prefix}${WAKEUP_QUEUES[kind]}`);
    const text = Buffer.from(JSON.stringify(message), 'utf8').toString('base64');
    const visibilityTimeout = Math.min(Math.max(Math.ceil(delayMs / 1000), 0), longestDelaySeconds - 1);
    const name = `wakeup.${kind}`;
    const submit = () => ask(name, (request) => queue.sendMessage(text, { ...request, visibilityTimeout }));
    await withHome(name, submit, () => ask('wakeup.create', (request) => queue.createIfNotExists(request)));
  }

  return {
    cursor: (id, delayMs) => send('cursor', { cursor: id }, delayMs),
    async evaluate(entities, revision) {
      for (const message of evaluateMessages(entities, revision)) await send('evaluate', message);
    },
    deliver: (entity, owedId, delayMs) => send('deliver', { entity: entityId(entity), owed: owedId }, delayMs),
    settings: (revision) => send('settings', { revision }),
  };
}
