import type { RuleSettings } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';
import type { Receiver } from '../notify/receiver.ts';
import type { ReadSetting } from '../notify/request.ts';
import type { BlobSource, Store, Wakeups } from '../store/ports.ts';
import type { LastSeen } from './last-seen.ts';
import type { Presence } from './presence.ts';
import type { SourceSettings } from './sources.ts';
import type { ThresholdSettings } from './thresholds.ts';

/** What every stage works with. `app.ts` makes the real one; tests make theirs with memory stores and a clock of their own. */
export interface Pipeline {
  readonly store: Store;
  readonly blobs: BlobSource;
  readonly wakeups: Wakeups;
  readonly now: () => Millis;
  /** Uniform in [0, 1): jitter of retries. */
  readonly random: () => number;
  /** Reads an app setting by name: where receivers' secrets are. */
  readonly readSetting: ReadSetting;
  readonly thresholds: ThresholdSettings;
  readonly presence: Presence;
  readonly receivers: () => Promise<readonly Receiver[]>;
  /** Drops the cached receivers, after one was saved here. */
  readonly forgetReceivers: () => void;
  /** Settings of log sources by their name. */
  readonly sources: () => Promise<ReadonlyMap<string, SourceSettings>>;
  readonly forgetSources: () => void;
  readonly settings: PipelineSettings;
  readonly lastSeen: LastSeen;
  readonly log: (event: string, fields: Readonly<Record<string, string | number | boolean | null>>) => void;
}

export interface PipelineSettings {
  readonly rules: RuleSettings;
  /** How long a condition found by the clock waits after its entity's last record. */
  readonly settleMs: Millis;
  /** What ended longer ago when first heard of is history and is not told. */
  readonly historyMs: Millis;
  /** How long after it was told last a condition that still fires is told again. */
  readonly repeatIntervalMs: Millis;
  readonly allowLocalReceivers: boolean;
  /** Hosts that no receiver may be on, such as the one that hands out this app's own tokens. */
  readonly blockedHosts: readonly string[];
  /** Where the page of this deployment is, for links in messages. */
  readonly baseUrl: string | null;
}
