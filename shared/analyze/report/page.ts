import type { HealthState } from '../../model/health.ts';
import type { Severity } from '../../model/severity.ts';
import { isoOf, type Millis, millisOf, type Timestamp } from '../../model/time.ts';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'blue';

/** What the report is written on. */
export interface Page {
  /** Columns of the terminal. */
  readonly width: number;
  /** Colours a text, or leaves it as it is where colours are not wanted. */
  readonly paint: (style: Style, text: string) => string;
}

export const STATE_STYLES: Readonly<Record<HealthState, Style>> = {
  unhealthy: 'red',
  warning: 'yellow',
  unknown: 'dim',
  healthy: 'green',
};

export const SEVERITY_STYLES: Readonly<Record<Severity, Style>> = {
  critical: 'red',
  warning: 'yellow',
  informational: 'blue',
};

/** @example clock(0) is `1970-01-01 00:00:00`; the report says once that all times are UTC. */
export const clock = (at: Millis): string => isoOf(at).slice(0, 19).replace('T', ' ');
export const clockOf = (timestamp: Timestamp | undefined): string =>
  timestamp === undefined ? '–' : clock(millisOf(timestamp));
