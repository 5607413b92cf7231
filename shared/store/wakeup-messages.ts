import * as z from 'zod';
import { type EntityRef, entityId, parseEntityId } from '../model/entity.ts';
import type { WakeupKind } from './wakeup-queues.ts';

const entityText = z.string().transform((text, issues): EntityRef => {
  const entity = parseEntityId(text);
  if (entity !== undefined) return entity;
  issues.addIssue({ code: 'custom', message: 'expected kind!key' });
  return z.NEVER;
});

/**
 * What a message of each queue says, read from its JSON. The keys stay clear of the trigger's metadata names (`id`,
 * `dequeueCount`, `popReceipt`, …): a message's top-level keys would hide them.
 */
export const wakeupSchemas = {
  cursor: z.object({ cursor: z.string() }),
  /** `revision`: the thresholds that brought this about; an entity that was evaluated under them meanwhile needs nothing. */
  evaluate: z.object({ entities: z.array(entityText), revision: z.number().default(0) }),
  deliver: z.object({ entity: entityText, owed: z.string() }),
  settings: z.object({ revision: z.number() }),
} as const satisfies Record<WakeupKind, z.ZodType>;

/** The most bytes of JSON a message may have: base64 makes 64 KiB of it, which is what a queue takes. */
export const MAX_MESSAGE_BYTES = 48 * 1024;

/** As many as are evaluated well within a function's time, and few enough for instances to share what is many. */
const MAX_ENTITIES = 100;

export interface EvaluateMessage {
  readonly entities: readonly string[];
  readonly revision: number;
}

/** Entities as messages of at most 100 and 48 KiB each; every entity once. */
export function evaluateMessages(entities: readonly EntityRef[], revision = 0): EvaluateMessage[] {
  const messages: { entities: string[]; revision: number }[] = [];
  let room = 0;
  for (const id of new Set(entities.map(entityId))) {
    const bytes = Buffer.byteLength(JSON.stringify(id)) + 1;
    let message = messages.at(-1);
    if (message === undefined || bytes > room || message.entities.length === MAX_ENTITIES) {
      message = { entities: [], revision };
      messages.push(message);
      room = MAX_MESSAGE_BYTES - 64;
    }
    message.entities.push(id);
    room -= bytes;
  }
  return messages;
}
