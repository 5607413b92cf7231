import { factMillis } from '../../model/fact.ts';
import { HOUR } from '../../model/time.ts';
import { defineRule } from './rule.ts';
import { serverLabels } from './server-labels.ts';

/** More than half of an hour's access lines are DNS: the access log is set to trace it. Reads counters; it never pages. */
export const mstunnelAccessLogNoisy = defineRule({
  id: 'mstunnel.access-log-noisy',
  title: 'Access log is mostly DNS',
  runbook: 'mstunnelaccess-log-noisy',
  entityKind: 'tunnel-server',
  start: () => null,
  on(event, _state, { entity, site, settings, findings }) {
    if (event.type !== 'fact' || event.fact.kind !== 'access.counted') return;
    const lines = Number(event.fact.attributes['lines']);
    const dns = Number(event.fact.attributes['dns']);
    if (!(lines >= settings.accessMinLines) || !(dns > lines * settings.accessDnsShare)) return;
    const hour = factMillis(event.fact);
    findings.happened(
      {
        severity: 'informational',
        labels: serverLabels(entity, site),
        startsAt: hour,
        summary: `${dns} of ${lines} access lines of ${entity.key} in an hour are DNS.`,
        cause: 'TRACE_SESSIONS=2 logs every DNS query.',
        remedy: 'Set TRACE_SESSIONS=1 and run `mst-cli server restart`.',
        more: { lines: String(lines), dns: String(dns) },
        evidence: [event.fact.evidence],
      },
      hour + HOUR,
    );
  },
});
