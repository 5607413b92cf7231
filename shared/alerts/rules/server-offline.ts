import { factMillis } from '../../model/fact.ts';
import type { Position } from '../../model/record.ts';
import type { Millis } from '../../model/time.ts';
import { defineRule } from './rule.ts';
import { serverLabels } from './server-labels.ts';

interface State {
  checkedInAt: Millis | null;
  /** Last session or access record: clients are being served, whatever the agent says. */
  servedAt: Millis | null;
  evidence: Position | null;
}

/** No check-in for five minutes, and no client served for fifteen. While clients connect, a silent agent is not an outage. */
export const serverOffline = defineRule<State>({
  id: 'server.offline',
  title: 'Tunnel server is offline',
  runbook: 'serveroffline',
  entityKind: 'tunnel-server',
  factKinds: ['server.checkin', 'server.accessed', 'session.opened', 'session.closed', 'session.dpd-lost'],
  start: () => ({ checkedInAt: null, servedAt: null, evidence: null }),
  on(event, state, { entity, site, findings, at }) {
    const open = findings.current();
    if (event.type === 'clock' && !open && state.checkedInAt !== null) {
      const lastSign = Math.max(state.checkedInAt, state.servedAt ?? 0);
      findings.open({
        severity: 'critical',
        labels: serverLabels(entity, site),
        startsAt: lastSign,
        byClock: true,
        summary: `Tunnel server ${entity.key} is offline: it has stopped checking in and serves no client.`,
        cause: 'The server, its network or its management agent is down; no session or access record came either.',
        remedy:
          'Reach the server and run `mst-cli agent status` and `mst-cli server status`. When Intune says offline as well, reinstall Microsoft Tunnel, which enrols the agent again, and install updates soon after release. When only this pipeline is silent, look at the shipper.',
        evidence: state.evidence ? [state.evidence] : [],
      });
    }
    if (event.type !== 'fact') return;
    const { fact } = event;
    if (fact.kind === 'server.checkin') {
      if (open) findings.close(open, 'fact', at, [fact.evidence]);
      state.checkedInAt = factMillis(fact);
      state.evidence = fact.evidence;
    } else if (
      fact.kind === 'server.accessed' ||
      (fact.kind.startsWith('session.') && fact.attributes['probe'] !== true)
    ) {
      state.servedAt = factMillis(fact);
    }
  },
  dueAt(state, { findings, settings }) {
    if (state.checkedInAt === null || findings.current()) return undefined;
    const silentAt = state.checkedInAt + settings.checkInMs;
    return Math.max(silentAt, state.servedAt === null ? silentAt : state.servedAt + settings.servingMs) + 1;
  },
});
