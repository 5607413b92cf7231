import type { Alert, AlertState } from '../../shared/model/alert.ts';
import type { EntityRef } from '../../shared/model/entity.ts';
import type { Fact } from '../../shared/model/fact.ts';
import type { EndedBy, Labels } from '../../shared/model/finding.ts';
import {
  DEFAULT_RULE_SETTINGS,
  DEFAULT_SETTINGS,
  DEFAULT_THRESHOLDS,
  type RuleSettings,
  type Settings,
  type Thresholds,
} from '../../shared/model/settings.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { millisAt, type Offset } from './facts.ts';

/** What every rule's table must show. `more` is for what else its domain says. */
export const TAGS = ['quiet', 'firing', 'just-under', 'just-over', 'duplicate', 'out-of-order', 'late'] as const;
export type Tag = (typeof TAGS)[number] | 'more';

/** An alert as a row expects it: times as offsets, labels in part, annotations by a text they contain. */
export interface ExpectedAlert {
  /** Another rule than the table's: then all alerts of that rule are compared too. */
  readonly rule?: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly startsAt: Offset;
  readonly endsAt: Offset | null;
  readonly endedBy?: EndedBy;
  readonly labels?: Labels;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A fact that arrives later than the order of the table says. */
export interface Late {
  readonly fact: Fact;
  readonly arrivesAt: Offset;
}
export const late = (arrivesAt: Offset, fact: Fact): Late => ({ fact, arrivesAt });

/** One row: facts in the order of their arrival, the clock (else the last fact's time), and every alert that follows. */
export interface RuleCase {
  readonly name: string;
  readonly tag: Tag;
  readonly given: readonly (Fact | Late)[];
  readonly now?: Offset;
  readonly settings?: Settings;
  /** Whose alerts are looked at; else the one entity of the rule's kind that the facts know. */
  readonly entity?: EntityRef;
  readonly expect: readonly ExpectedAlert[];
  /** What stands just before the last fact arrives. */
  readonly meanwhile?: readonly ExpectedAlert[];
  /** How many alerts that were told the last facts disprove. */
  readonly disproved?: number;
}

/** Rule settings that differ from the defaults. */
export const withRules = (rules: Partial<RuleSettings>): Settings => ({
  ...DEFAULT_SETTINGS,
  rules: { ...DEFAULT_RULE_SETTINGS, ...rules },
});

/** The default thresholds, and others from each given instant on. */
export const withThresholds = (changes: Readonly<Record<Offset, Partial<Thresholds>>>): Settings => ({
  ...DEFAULT_SETTINGS,
  thresholds: [
    ...DEFAULT_SETTINGS.thresholds,
    ...Object.entries(changes).map(([from, thresholds]) => ({
      from: millisAt(from),
      thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds },
    })),
  ],
});

const instant = (offset: Offset | null): string | null =>
  offset === null ? null : new Date(millisAt(offset)).toISOString();
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Both sides in a form that a failed comparison shows well: only what the row states. */
export function comparable(alerts: readonly Alert[], rule: string, listed: readonly ExpectedAlert[]) {
  const expected = [...listed].sort(
    (a, b) => millisAt(a.startsAt) - millisAt(b.startsAt) || ((a.rule ?? rule) < (b.rule ?? rule) ? -1 : 1),
  );
  const rules = new Set([rule, ...expected.map((row) => row.rule ?? rule)]);
  const shown = alerts
    .filter((alert) => rules.has(alert.rule) && alert.endedBy !== 'disproved')
    .sort((a, b) => a.startsAt - b.startsAt || (a.rule < b.rule ? -1 : 1));
  const actual = shown.map((alert, index) => {
    const row = expected[index];
    return {
      rule: alert.rule,
      severity: alert.severity,
      state: alert.state,
      startsAt: iso(alert.startsAt),
      endsAt: iso(alert.endsAt),
      ...(row?.endedBy && { endedBy: alert.endedBy }),
      labels: pick(alert.labels, row?.labels),
      annotations: containing(alert.annotations, row?.annotations),
    };
  });
  const wanted = expected.map((row) => ({
    rule: row.rule ?? rule,
    severity: row.severity,
    state: row.state,
    startsAt: instant(row.startsAt),
    endsAt: instant(row.endsAt),
    ...(row.endedBy && { endedBy: row.endedBy }),
    labels: { ...row.labels },
    annotations: { ...row.annotations },
  }));
  return { actual, wanted };
}

const pick = (all: Labels, wanted: Labels = {}) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name in wanted));

/** A text that contains what is wanted counts as it; any other is shown whole. */
const containing = (all: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries(wanted).map(([name, text]) => [name, all[name]?.includes(text) ? text : all[name]]),
  );
