import { SECOND } from '../model/time.ts';
import { type Receiver, receiverSchema } from '../notify/receiver.ts';
import type { Pipeline } from './pipeline.ts';
import { ThresholdSettings } from './thresholds.ts';

export const RECEIVERS = 'receivers';
const CACHE_MS = 10 * SECOND;

/** A pipeline on these stores: adds what reads its settings out of them, cached for at most ten seconds. */
export function createPipeline(parts: Omit<Pipeline, 'thresholds' | 'receivers' | 'forgetReceivers'>): Pipeline {
  const { store, now, log } = parts;
  let cache: { readonly at: number; readonly receivers: Receiver[] } | undefined;
  const readReceivers = async (): Promise<Receiver[]> => {
    if (cache && now() - cache.at < CACHE_MS) return cache.receivers;
    const receivers: Receiver[] = [];
    let after: string | undefined;
    do {
      const page = await store.documents.list(RECEIVERS, after === undefined ? {} : { after });
      for (const { id, body } of page.items) {
        const parsed = receiverSchema.safeParse(body);
        if (parsed.success) receivers.push(parsed.data);
        // One bad row must not keep the others from being told.
        else log('receiver.unreadable', { receiver: id });
      }
      after = page.next;
    } while (after !== undefined);
    cache = { at: now(), receivers };
    return receivers;
  };
  return {
    ...parts,
    thresholds: new ThresholdSettings(store.documents, now),
    receivers: readReceivers,
    forgetReceivers: () => {
      cache = undefined;
    },
  };
}
