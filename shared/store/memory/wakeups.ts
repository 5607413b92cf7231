import { entityId } from '../../model/entity.ts';
import type { Wakeups } from '../ports.ts';
import { evaluateMessages } from '../wakeup-messages.ts';
import type { WakeupKind } from '../wakeup-queues.ts';

/** A message as a queue function gets it: plain JSON, to be read by `wakeupSchemas[kind]`. */
export interface SentWakeup {
  readonly kind: WakeupKind;
  readonly message: unknown;
  readonly delayMs: number;
}

export interface MemoryWakeups extends Wakeups {
  /** What waits, oldest first. */
  readonly waiting: readonly SentWakeup[];
  /** Takes what waits, for a test to deliver, to lose or to deliver twice. */
  take(): readonly SentWakeup[];
}

/** Queue messages that are kept until a test takes them. */
export function memoryWakeups(): MemoryWakeups {
  const waiting: SentWakeup[] = [];
  const send = async (kind: WakeupKind, message: unknown, delayMs = 0) =>
    void waiting.push({ kind, message: JSON.parse(JSON.stringify(message)), delayMs });
  return {
    waiting,
    take: () => waiting.splice(0),
    cursor: (id, delayMs) => send('cursor', { cursor: id }, delayMs),
    async evaluate(entities, revision) {
      for (const message of evaluateMessages(entities, revision)) await send('evaluate', message);
    },
    deliver: (entity, owedId, delayMs) => send('deliver', { entity: entityId(entity), owed: owedId }, delayMs),
    settings: (revision) => send('settings', { revision }),
  };
}
