import { receiverSchema } from '../notify/receiver.ts';
import { CachedDocuments } from './cached-documents.ts';
import type { Pipeline } from './pipeline.ts';
import { Presence } from './presence.ts';
import { SOURCES, sourceSettingsSchema } from './sources.ts';
import { ThresholdSettings } from './thresholds.ts';

export const RECEIVERS = 'receivers';

type Parts = Omit<
  Pipeline,
  'thresholds' | 'presence' | 'receivers' | 'forgetReceivers' | 'sources' | 'forgetSources' | 'lastSeen'
>;

/** A pipeline on these stores: adds what reads its settings out of them. */
export function createPipeline(parts: Parts): Pipeline {
  const receivers = new CachedDocuments(RECEIVERS, receiverSchema, parts);
  const sources = new CachedDocuments(SOURCES, sourceSettingsSchema, parts);
  return {
    ...parts,
    thresholds: new ThresholdSettings(parts.store.documents, parts.now),
    presence: new Presence(),
    receivers: async () => [...(await receivers.all()).values()],
    forgetReceivers: () => receivers.forget(),
    sources: () => sources.all(),
    forgetSources: () => sources.forget(),
    lastSeen: { partitions: new Map(), blobs: null },
  };
}
