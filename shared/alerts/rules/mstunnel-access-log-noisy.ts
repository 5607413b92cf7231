import { factMillis } from '../../model/fact.ts';
import type { Position } from '../../model/record.ts';
import { HOUR, type Millis } from '../../model/time.ts';
import { defineRule } from './rule.ts';
import { serverLabels } from './server-labels.ts';

interface State {
  /** The hour being summed up, over all sources that count its lines. */
  hour: Millis | null;
  lines: number;
  dns: number;
  evidence: Position[];
}

/** More than half of an hour's access lines are DNS: the access log is set to trace it. Reads counters; it never pages. */
export const mstunnelAccessLogNoisy = defineRule<State>({
  id: 'mstunnel.access-log-noisy',
  title: 'Access log is mostly DNS',
  runbook: 'mstunnelaccess-log-noisy',
  entityKind: 'tunnel-server',
  factKinds: ['access.counted'],
  start: () => ({ hour: null, lines: 0, dns: 0, evidence: [] }),
  on(event, state, { entity, site, settings, findings }) {
    if (event.type === 'fact' && event.fact.kind === 'access.counted') {
      const hour = factMillis(event.fact);
      if (state.hour !== hour) Object.assign(state, { hour, lines: 0, dns: 0, evidence: [] });
      state.lines += Number(event.fact.attributes['lines']) || 0;
      state.dns += Number(event.fact.attributes['dns']) || 0;
      state.evidence = [...state.evidence, event.fact.evidence].slice(0, 5);
    }
    if (event.type !== 'clock' || state.hour === null) return;
    const { hour, lines, dns } = state;
    state.hour = null;
    if (lines < settings.accessMinLines || dns <= lines * settings.accessDnsShare) return;
    findings.happened(
      {
        severity: 'informational',
        labels: serverLabels(entity, site),
        startsAt: hour,
        summary: `${dns} of ${lines} access lines of ${entity.key} in an hour are DNS.`,
        cause: 'TRACE_SESSIONS=2 logs every DNS query.',
        remedy: 'Set TRACE_SESSIONS=1 and run `mst-cli server restart`.',
        more: { lines: String(lines), dns: String(dns) },
        evidence: state.evidence,
      },
      hour + HOUR,
    );
  },
  // The counts of an hour all stand at its start: once they are summed up they are judged.
  dueAt: ({ hour }) => (hour === null ? undefined : hour + 1),
});
