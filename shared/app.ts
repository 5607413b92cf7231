import type { Hub } from './pipeline/hub.ts';
import type { Pipeline } from './pipeline/pipeline.ts';

let wired: Promise<Pipeline> | undefined;

/**
 * The pipeline of this process, wired at the first call: importing does no I/O and reads no environment, and the storage SDKs
 * load only now. A failure is not remembered, so that a corrected setting or a storage that is back is seen.
 */
export function getPipeline(): Promise<Pipeline> {
  wired ??= wire().catch((error: unknown) => {
    wired = undefined;
    throw error;
  });
  return wired;
}

async function wire(): Promise<Pipeline> {
  const [{ readConfig }, { tableStore }, { blobSource }, { queueWakeups }, { connectionOf }, { createPipeline }] =
    await Promise.all([
      import('./config.ts'),
      import('./store/table/store.ts'),
      import('./store/table/blob-source.ts'),
      import('./store/table/wakeups.ts'),
      import('./store/table/connection.ts'),
      import('./pipeline/create.ts'),
    ]);
  const config = readConfig(process.env);
  const now = Date.now;
  const connection = await connectionOf(config.storage);
  return createPipeline({
    store: tableStore(connection, { now }),
    blobs: blobSource(connection),
    wakeups: queueWakeups(connection),
    settings: config.settings,
    now,
    random: Math.random,
    readSetting: (name) => process.env[name],
    log: (event, fields) => console.log(JSON.stringify({ event, ...fields })),
  });
}

/** Names that the deployment gives the stream. */
export const HUB = 'logs';
export const CONSUMER_GROUP = 'tunnelwatch';

let hub: Promise<Hub | null> | undefined;

/** The hub of this process, wired at the first call; null where none is set. */
export function getHub(): Promise<Hub | null> {
  hub ??= wireHub().catch((error: unknown) => {
    hub = undefined;
    throw error;
  });
  return hub;
}

async function wireHub(): Promise<Hub | null> {
  const { readConfig } = await import('./config.ts');
  const { hub: connection } = readConfig(process.env);
  if (connection === null) return null;
  const { eventHubOf } = await import('./store/hub/event-hub.ts');
  return eventHubOf(connection, { name: HUB, consumerGroup: CONSUMER_GROUP, now: Date.now });
}
