import { DAY, HOUR, MINUTE, type Millis, SECOND } from './time.ts';

/** The four editable metrics and their pair of bounds: healthy H and unhealthy U. The operators stay the metric's own. */
export const EDITABLE_METRICS = ['cpuUsage', 'memoryUsage', 'diskSpaceFree', 'latency'] as const;
export type EditableMetric = (typeof EDITABLE_METRICS)[number];
export interface ThresholdPair {
  readonly healthy: number;
  readonly unhealthy: number;
}
export type Thresholds = Readonly<Record<EditableMetric, ThresholdPair>>;

/** Microsoft's page: CPU and memory in %, disk in GB free, latency in ms. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  cpuUsage: { healthy: 95, unhealthy: 100 },
  memoryUsage: { healthy: 95, unhealthy: 100 },
  diskSpaceFree: { healthy: 5, unhealthy: 3 },
  latency: { healthy: 10, unhealthy: 20 },
};

/** Every window and count of the rules. `<=` the window counts as within it. */
export interface RuleSettings {
  readonly shortInterruptionMs: Millis;
  readonly failoverWindowMs: Millis;
  readonly downWindowMs: Millis;
  readonly flapWindowMs: Millis;
  readonly flapCount: number;
  readonly flapQuietCount: number;
  readonly causeBeforeMs: Millis;
  readonly causeAfterMs: Millis;
  readonly checkInMs: Millis;
  readonly servingMs: Millis;
  readonly quietMs: Millis;
  readonly staleMs: Millis;
  /** Only servers that check in have continuous logs, unless their source says so. */
  readonly staleNeedsCheckIns: boolean;
  readonly massDisconnectWindowMs: Millis;
  readonly massDisconnectShare: number;
  readonly massDisconnectCount: number;
  readonly dpdWindowMs: Millis;
  readonly dpdCount: number;
  readonly dpdShare: number;
  readonly dpdQuietShare: number;
  readonly badCheckIns: number;
  readonly goodCheckIns: number;
  readonly expiringMs: Millis;
  readonly unverifiableMs: Millis;
  readonly accessDnsShare: number;
  readonly accessMinLines: number;
  readonly ikeFailureCount: number;
  readonly ikeWindowMs: Millis;
  readonly bgpDownMs: Millis;
  readonly p2sCount: number;
  readonly p2sWindowMs: Millis;
  readonly p2sShare: number;
  readonly p2sQuietShare: number;
  /** A point-to-site request that gets no further for this long has stopped. */
  readonly p2sStallMs: Millis;
  /** The count of a syslog sender's messages must grow between two outputs at least this far apart. */
  readonly listenerSilentMs: Millis;
  readonly vpnFailureCount: number;
  readonly vpnFailureWindowMs: Millis;
  /** Gateways known to be active-active: one instance down is `degraded` even when the pair was never seen together. */
  readonly activeActiveGateways: readonly string[];
}

export const DEFAULT_RULE_SETTINGS: RuleSettings = {
  shortInterruptionMs: SECOND,
  failoverWindowMs: 3 * MINUTE,
  downWindowMs: 5 * MINUTE,
  flapWindowMs: 30 * MINUTE,
  flapCount: 5,
  flapQuietCount: 2,
  causeBeforeMs: 10 * MINUTE,
  causeAfterMs: 5 * MINUTE,
  checkInMs: 5 * MINUTE,
  servingMs: 15 * MINUTE,
  quietMs: 30 * MINUTE,
  staleMs: HOUR,
  staleNeedsCheckIns: true,
  massDisconnectWindowMs: MINUTE,
  massDisconnectShare: 0.3,
  massDisconnectCount: 20,
  dpdWindowMs: 10 * MINUTE,
  dpdCount: 10,
  dpdShare: 0.5,
  dpdQuietShare: 0.25,
  badCheckIns: 2,
  goodCheckIns: 2,
  expiringMs: 30 * DAY,
  unverifiableMs: HOUR,
  accessDnsShare: 0.5,
  accessMinLines: 1,
  ikeFailureCount: 3,
  ikeWindowMs: 10 * MINUTE,
  bgpDownMs: 3 * MINUTE,
  p2sCount: 5,
  p2sWindowMs: 15 * MINUTE,
  p2sShare: 0.5,
  p2sQuietShare: 0.25,
  p2sStallMs: MINUTE,
  listenerSilentMs: 5 * MINUTE,
  vpnFailureCount: 3,
  vpnFailureWindowMs: 10 * MINUTE,
  activeActiveGateways: [],
};

/** Thresholds as they were from a moment on. A change is an event of its own: history is never judged by later bounds. */
export interface ThresholdRevision {
  readonly from: Millis;
  readonly thresholds: Thresholds;
}

/** What an evaluation works under: the rule settings, and every threshold revision that its interval needs, oldest first. */
export interface Settings {
  readonly rules: RuleSettings;
  readonly thresholds: readonly ThresholdRevision[];
}

export const DEFAULT_SETTINGS: Settings = {
  rules: DEFAULT_RULE_SETTINGS,
  thresholds: [{ from: Number.NEGATIVE_INFINITY, thresholds: DEFAULT_THRESHOLDS }],
};

/** The thresholds in force at an instant. */
export function thresholdsAt(settings: Settings, at: Millis): Thresholds {
  let current = DEFAULT_THRESHOLDS;
  for (const revision of settings.thresholds) if (revision.from <= at) current = revision.thresholds;
  return current;
}
