import { randomUUID } from 'node:crypto';
import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { TypedData } from './rpc.ts';

/**
 * Trigger metadata of a queue message. The platform adds every top-level property of a JSON object in the message (arrays and
 * nulls left out, scalars as text) **over** its own, whatever their case: an `id` in a message hides the message's id.
 */
export function queueTriggerMetadata(
  message: Pick<
    DequeuedMessageItem,
    'messageId' | 'dequeueCount' | 'insertedOn' | 'expiresOn' | 'nextVisibleOn' | 'popReceipt'
  >,
  text: string,
): Record<string, TypedData> {
  const metadata = new Map<string, [name: string, value: TypedData]>();
  const put = (name: string, value: TypedData) => {
    const sameName = metadata.get(name.toLowerCase())?.[0];
    metadata.set(name.toLowerCase(), [sameName ?? name, value]);
  };
  put('QueueTrigger', { string: text });
  put('DequeueCount', { json: String(message.dequeueCount) });
  put('Id', { string: message.messageId });
  put('InsertionTime', { json: JSON.stringify(message.insertedOn) });
  put('ExpirationTime', { json: JSON.stringify(message.expiresOn) });
  put('NextVisibleTime', { json: JSON.stringify(message.nextVisibleOn) });
  put('PopReceipt', { string: message.popReceipt });
  put('sys', { json: JSON.stringify({ UtcNow: new Date().toISOString(), RandGuid: randomUUID() }) });
  for (const [name, value] of Object.entries(topLevel(text))) {
    if (value === null || Array.isArray(value)) continue;
    put(name, typeof value === 'object' ? { json: JSON.stringify(value) } : { string: String(value) });
  }
  return Object.fromEntries(metadata.values());
}

function topLevel(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
