import { factMillis } from '../../model/fact.ts';
import type { Position } from '../../model/record.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { defineRule } from './rule.ts';
import { serverLabels } from './server-labels.ts';

interface State {
  /** Begin and end of the stretch in which lines came without a gap longer than the window. */
  from: Millis | null;
  lastAt: Millis | null;
  checksIn: boolean;
  evidence: Position | null;
}

/** Lines over this long, without a gap of the stale window, are a stream and no stray ones. */
const CONTINUOUS_FOR: Millis = 10 * MINUTE;

/**
 * A continuous source fell silent. Continuous = a server that checks in and whose log lines had been coming for a while. A bundle uploaded once has no check-ins beside it; access lines never count (off by default).
 */
export const logsStale = defineRule<State>({
  id: 'logs.stale',
  title: 'Log source is silent',
  runbook: 'logsstale',
  entityKind: 'tunnel-server',
  factKinds: ['server.checkin', 'server.heard'],
  start: () => ({ from: null, lastAt: null, checksIn: false, evidence: null }),
  on(event, state, { entity, site, settings, findings, at }) {
    const open = findings.current();
    if (event.type === 'fact' && event.fact.kind === 'server.checkin') state.checksIn = true;
    if (event.type === 'fact' && event.fact.kind === 'server.heard') {
      if (open) findings.close(open, 'fact', at, [event.fact.evidence]);
      const heardAt = factMillis(event.fact);
      if (state.lastAt === null || heardAt - state.lastAt > settings.staleMs) state.from = heardAt;
      state.lastAt = heardAt;
      state.evidence = event.fact.evidence;
    }
    if (event.type !== 'clock' || open || state.lastAt === null) return;
    findings.open({
      severity: 'warning',
      labels: { ...serverLabels(entity, site), source: `syslog/${entity.key}` },
      startsAt: state.lastAt,
      byClock: true,
      summary: `No log line of ${entity.key} came for more than ${Math.round(settings.staleMs / 60_000)} min.`,
      cause: 'The log shipper, or the way from the server to this pipeline, stopped; the server itself checks in.',
      remedy:
        'Look at the shipper on the server (rsyslog, Fluent Bit, Vector), its queue and its credentials, then at the network to the Event Hub or storage.',
      evidence: state.evidence ? [state.evidence] : [],
    });
  },
  dueAt({ from, lastAt, checksIn }, { findings, settings }) {
    if (from === null || lastAt === null || findings.current()) return undefined;
    if (!checksIn && settings.staleNeedsCheckIns) return undefined;
    return lastAt - from >= Math.min(CONTINUOUS_FOR, settings.staleMs) ? lastAt + settings.staleMs + 1 : undefined;
  },
});
