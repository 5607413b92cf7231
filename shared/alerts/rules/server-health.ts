import type { Fact } from '../../model/fact.ts';
import type { Severity } from '../../model/severity.ts';
import { severityRank } from '../../model/severity.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';

interface State {
  /** The last check-ins that decide, newest last; kept whole, because thresholds may change under them. */
  checkIns: Fact[];
  /** Ids of the checks that were bad since the open finding began. */
  bad: string[];
}

/**
 * The worst of a server's own checks. Two bad check-ins in a row fire it and two good ones end it, so that one bad sample
 * pages nobody; good is one that says so of what was bad, for nothing ends because a value is missing. Other thresholds are judged at once on the check-ins already there.
 */
export const serverHealth = defineRule<State>({
  id: 'server.health',
  title: 'Tunnel server is not healthy',
  runbook: 'serverhealth',
  entityKind: 'tunnel-server',
  factKinds: ['server.checkin'],
  start: () => ({ checkIns: [], bad: [] }),
  on(event, state, context) {
    if (event.type === 'fact' && event.fact.kind === 'server.checkin') {
      const keep = Math.max(context.settings.badCheckIns, context.settings.goodCheckIns);
      state.checkIns = [...state.checkIns, event.fact].slice(-keep);
      judge(state, context);
    }
    if (event.type === 'thresholds') judge(state, context);
  },
});

function judge(state: State, context: RuleContext): void {
  const { checkIns } = state;
  const { findings, settings, at } = context;
  const levels = checkIns.map((checkIn) => context.checkInLevel(checkIn, context.thresholds, settings));
  const bad = levels.slice(-settings.badCheckIns);
  const good = levels.slice(-settings.goodCheckIns);
  const open = findings.current();
  if (!open) state.bad = [];
  state.bad = [...new Set([...state.bad, ...(levels.at(-1)?.worst ?? []).map((check) => check.id)])];
  const isGood = (level: Level): boolean =>
    level.state === 'healthy' && !state.bad.some((id) => level.unreported.includes(id));
  if (
    bad.length === settings.badCheckIns &&
    bad.every((level) => level.state === 'warning' || level.state === 'unhealthy')
  ) {
    const severity: Severity = bad.every((level) => level.state === 'unhealthy') ? 'critical' : 'warning';
    if (open?.phase === 'firing') worsen(open, severity, bad, context);
    else begin(checkIns.slice(-settings.badCheckIns), bad, severity, context);
    return;
  }
  const last = levels.at(-1);
  if (open?.phase === 'pending') {
    if (last && isGood(last)) findings.drop(open);
    return;
  }
  if (open) {
    const over = good.length === settings.goodCheckIns && good.every(isGood);
    if (over)
      findings.close(
        open,
        'fact',
        at,
        checkIns.slice(-1).map((fact) => fact.evidence),
      );
  } else if (last && (last.state === 'warning' || last.state === 'unhealthy')) {
    begin(checkIns.slice(-1), levels.slice(-1), last.state === 'unhealthy' ? 'critical' : 'warning', context);
  }
}

type Level = ReturnType<RuleContext['checkInLevel']>;

/**
 * The first bad sample is pending; the one that makes it `badCheckIns` in a row fires, from when the first one was seen. Samples
 * that only a later threshold makes bad are trouble since that threshold: history is never judged by later bounds.
 */
function begin(checkIns: readonly Fact[], levels: readonly Level[], severity: Severity, context: RuleContext): void {
  const { findings, entity, site, settings, at } = context;
  const open = findings.current();
  if (open) findings.drop(open);
  findings.open({
    severity,
    labels: serverLabels(entity, site),
    startsAt: open?.startsAt ?? at,
    foundAt: at,
    phase: levels.length >= settings.badCheckIns ? 'firing' : 'pending',
    ...describe(levels, entity.key),
    evidence: checkIns.map((fact) => fact.evidence),
  });
}

function worsen(
  open: NonNullable<ReturnType<RuleContext['findings']['current']>>,
  severity: Severity,
  levels: readonly Level[],
  { entity }: RuleContext,
): void {
  if (severityRank(severity) <= severityRank(open.severity)) return;
  open.severity = severity;
  const { summary, cause, remedy, more } = describe(levels, entity.key);
  Object.assign(open.annotations, { summary, cause, remedy, ...more });
}

function describe(levels: readonly Level[], server: string) {
  const worst = levels.at(-1)?.worst ?? [];
  const checks = worst.map((check) => check.id).join(', ');
  return {
    summary: `Tunnel server ${server} is not healthy: ${checks}.`,
    cause: worst.map((check) => `${check.id}: ${check.reason}`).join('; '),
    remedy: worst.map((check) => check.remedy).join(' '),
    more: { checks },
  };
}
