import type { Position } from '../../model/record.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { defineRule } from './rule.ts';
import { gatewayName, tunnelLabels } from './tunnel-labels.ts';

interface State {
  /** The disconnects inside the window, oldest first, with where the last few stand. */
  disconnects: Millis[];
  evidence: Position[];
}

/** Disconnect after disconnect. It starts at the fifth in half an hour and ends by the clock, when fewer than two are left. */
export const tunnelFlapping = defineRule<State>({
  id: 'tunnel.flapping',
  title: 'Tunnel is flapping',
  runbook: 'tunnelflapping',
  entityKind: 'tunnel',
  start: () => ({ disconnects: [], evidence: [] }),
  on(event, state, { at, entity, settings, findings }) {
    const open = findings.current();
    if (event.type === 'clock' && open) {
      findings.close(open, 'clock', at - 1);
      return;
    }
    if (event.type !== 'moment' || event.moment.type !== 'disconnected') return;
    state.disconnects.push(at);
    state.disconnects = state.disconnects.filter((time) => at - time <= settings.flapWindowMs);
    state.evidence = [...state.evidence, event.moment.evidence].slice(-settings.flapCount);
    if (open) {
      const count = Number(open.annotations['disconnects']) + 1;
      open.annotations['disconnects'] = String(count);
      open.annotations['periodMs'] = String(Math.round((at - Number(open.annotations['firstMs'])) / (count - 1)));
      return;
    }
    if (state.disconnects.length < settings.flapCount) return;
    const first = state.disconnects[0] ?? at;
    const count = state.disconnects.length;
    findings.open({
      severity: 'critical',
      labels: tunnelLabels(entity),
      startsAt: at,
      summary: `Tunnel to ${tunnelLabels(entity).remoteIp} of ${gatewayName(entity)} is flapping: ${count} disconnects in ${Math.ceil((at - first) / MINUTE)} min.`,
      cause: 'An unstable path, or two ends whose lifetimes, DPD timers or policies disagree.',
      remedy:
        'Compare IKE lifetimes, DPD timers and proposals of both ends, look for packet loss on the line, and check that only one device answers for the remote address.',
      more: {
        disconnects: String(count),
        firstMs: String(first),
        periodMs: String(Math.round((at - first) / Math.max(1, count - 1))),
      },
      evidence: state.evidence,
    });
  },
  dueAt(state, { findings, settings }) {
    if (!findings.current()) return undefined;
    // The window includes its end, so the quiet begins one millisecond later.
    const deciding = state.disconnects.at(-settings.flapQuietCount);
    return (deciding ?? state.disconnects[0] ?? 0) + settings.flapWindowMs + 1;
  },
});
