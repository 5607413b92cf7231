import type { Fact } from '../../model/fact.ts';
import type { Position } from '../../model/record.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';
import { forgetBefore } from './window.ts';

interface State {
  ends: { at: Millis; dpd: boolean; evidence: Position }[];
  /** Clients that a worker gave up, and when: releases before 0.11 give no reason where the session ends. */
  lost: Record<string, Millis>;
}

/** A session ends at once when its worker gives up. */
const ENDS_WITHIN: Millis = MINUTE;

/** Ten or more, and at least half, of a server's session ends in ten minutes are dead peer detection: network, not users. */
export const sessionDpdTimeouts = defineRule<State>({
  id: 'session.dpd-timeouts',
  title: 'Sessions end by dead peer detection',
  runbook: 'sessiondpd-timeouts',
  entityKind: 'tunnel-server',
  factKinds: ['session.closed', 'session.dpd-lost'],
  start: () => ({ ends: [], lost: {} }),
  on(event, state, context) {
    const { at, settings } = context;
    if (event.type === 'fact' && event.fact.kind === 'session.dpd-lost') {
      state.lost = { ...recent(state.lost, at), [clientOf(event.fact)]: at };
      return;
    }
    const ended = event.type === 'fact' && event.fact.kind === 'session.closed' ? event.fact : undefined;
    // Only ocserv's own lines give a reason; telemetry lines of the same sessions would halve the share.
    if (ended && ended.attributes['view'] === 'ocserv' && ended.attributes['probe'] !== true) {
      state.ends.push({ at, dpd: isDpd(ended, state.lost, at), evidence: ended.evidence });
    } else if (event.type !== 'clock') return;
    forgetBefore(state.ends, at - settings.dpdWindowMs);
    judge(state, context, ended ? 'fact' : 'clock');
  },
  dueAt({ ends }, { findings, settings }) {
    const first = ends[0];
    return findings.current() && first ? first.at + settings.dpdWindowMs + 1 : undefined;
  },
});

const clientOf = ({ attributes: { user, client } }: Fact): string => `${user ?? ''}@${client ?? ''}`;

const recent = (lost: Readonly<Record<string, Millis>>, now: Millis): Record<string, Millis> =>
  Object.fromEntries(Object.entries(lost).filter(([, at]) => now - at <= ENDS_WITHIN));

const isDpd = (ended: Fact, lost: Readonly<Record<string, Millis>>, now: Millis): boolean =>
  ended.attributes['dpd'] === true ||
  (ended.attributes['reason'] == null && Object.hasOwn(recent(lost, now), clientOf(ended)));

function judge({ ends }: State, { entity, site, settings, findings, at }: RuleContext, by: 'fact' | 'clock'): void {
  // Counted first: a busy server has a thousand ends in its window, and each of them is judged.
  let count = 0;
  for (const end of ends) if (end.dpd) count++;
  const open = findings.current();
  if (open) {
    // An empty window is no data, and nothing ends because data stopped.
    if (ends.length > 0 && count < ends.length * settings.dpdQuietShare) findings.close(open, by, at);
    return;
  }
  if (count < settings.dpdCount || count < ends.length * settings.dpdShare) return;
  const dpd = ends.filter((end) => end.dpd);
  const first = dpd[0];
  if (!first) return;
  findings.open({
    severity: 'warning',
    labels: serverLabels(entity, site),
    startsAt: first.at,
    foundAt: at,
    summary: `${dpd.length} of ${ends.length} sessions of ${entity.key} ended by dead peer detection within ${Math.round(settings.dpdWindowMs / 60_000)} min.`,
    cause:
      'Peers stopped answering without saying goodbye: packet loss or a middlebox that forgets UDP flows, not the users.',
    remedy:
      'Look at the line and at firewalls between clients and server: packet loss, UDP 443 blocked or with short timeouts, MTU.',
    more: { dpdEnds: String(dpd.length), ends: String(ends.length) },
    evidence: dpd.slice(0, 5).map((end) => end.evidence),
  });
}
