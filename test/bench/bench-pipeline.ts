import { DEFAULT_RULE_SETTINGS } from '../../shared/model/settings.ts';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { createPipeline } from '../../shared/pipeline/create.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { memoryBlobs } from '../../shared/store/memory/blobs.ts';
import { memoryWakeups } from '../../shared/store/memory/wakeups.ts';
import type { Store } from '../../shared/store/ports.ts';

/** The live pipeline on a store, under a clock that the benchmark moves; without receivers. */
export function benchPipeline(store: Store, clock: { readonly now: Millis }): Pipeline {
  const now = () => clock.now;
  return createPipeline({
    store,
    blobs: memoryBlobs(now),
    wakeups: memoryWakeups(),
    now,
    random: () => 0.5,
    readSetting: () => undefined,
    settings: {
      rules: DEFAULT_RULE_SETTINGS,
      settleMs: 2 * MINUTE,
      historyMs: 60 * MINUTE,
      repeatIntervalMs: 240 * MINUTE,
      allowLocalReceivers: true,
      blockedHosts: [],
      baseUrl: null,
    },
    log: () => undefined,
  });
}
