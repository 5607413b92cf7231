/** Severities everywhere, mildest first. */
export const SEVERITIES = ['informational', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Rank for comparisons: informational 0, warning 1, critical 2. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** One step milder; informational stays. Example: `lowered('critical')` is `warning`. */
export const lowered = (severity: Severity): Severity =>
  SEVERITIES[Math.max(0, severityRank(severity) - 1)] ?? severity;
