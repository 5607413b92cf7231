import type { Fact } from '../../model/fact.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';
import { type SessionEnd, SessionEnds } from './session-ends.ts';

interface State<Ends = SessionEnds> {
  ends: Ends;
  /** Clients that a worker gave up, and when: releases before 0.11 give no reason where the session ends. */
  lost: Record<string, Millis>;
}

/** A session ends at once when its worker gives up. */
const ENDS_WITHIN: Millis = MINUTE;

/** Ten or more, and at least half, of a server's session ends in ten minutes are dead peer detection: network, not users. */
export const sessionDpdTimeouts = defineRule<State, State<SessionEnd[]>>({
  id: 'session.dpd-timeouts',
  title: 'Sessions end by dead peer detection',
  runbook: 'sessiondpd-timeouts',
  entityKind: 'tunnel-server',
  factKinds: ['session.closed', 'session.dpd-lost'],
  start: () => ({ ends: new SessionEnds(), lost: {} }),
  save: (state) => ({ ...state, ends: state.ends.all() }),
  load: (state) => ({ ...state, ends: new SessionEnds(state.ends) }),
  on(event, state, context) {
    const { at, settings } = context;
    if (event.type === 'fact' && event.fact.kind === 'session.dpd-lost') {
      state.lost = { ...recent(state.lost, at), [clientOf(event.fact)]: at };
      return;
    }
    const ended = event.type === 'fact' && event.fact.kind === 'session.closed' ? event.fact : undefined;
    // Only ocserv's own lines give a reason; telemetry lines of the same sessions would halve the share.
    if (ended && ended.attributes['view'] === 'ocserv' && ended.attributes['probe'] !== true) {
      state.ends.add({ at, dpd: isDpd(ended, state.lost, at), evidence: ended.evidence });
    } else if (event.type !== 'clock') return;
    state.ends.forgetBefore(at - settings.dpdWindowMs);
    judge(state, context, ended ? 'fact' : 'clock');
  },
  dueAt({ ends }, { findings, settings }) {
    const first = findings.current() && ends.first;
    return first && first.at + settings.dpdWindowMs + 1;
  },
});

const clientOf = ({ attributes: { user, client } }: Fact): string => `${user ?? ''}@${client ?? ''}`;

const recent = (lost: Readonly<Record<string, Millis>>, now: Millis): Record<string, Millis> =>
  Object.fromEntries(Object.entries(lost).filter(([, at]) => now - at <= ENDS_WITHIN));

const isDpd = (ended: Fact, lost: Readonly<Record<string, Millis>>, now: Millis): boolean =>
  ended.attributes['dpd'] === true ||
  (ended.attributes['reason'] == null && now - (lost[clientOf(ended)] ?? Number.NEGATIVE_INFINITY) <= ENDS_WITHIN);

function judge({ ends }: State, { entity, site, settings, findings, at }: RuleContext, by: 'fact' | 'clock'): void {
  const { count, dpdCount } = ends;
  const open = findings.current();
  if (open) {
    // An empty window is no data, and nothing ends because data stopped.
    if (count > 0 && dpdCount < count * settings.dpdQuietShare) findings.close(open, by, at);
    return;
  }
  if (dpdCount < settings.dpdCount || dpdCount < count * settings.dpdShare) return;
  const dpd = ends.all().filter((end) => end.dpd);
  const first = dpd[0];
  if (!first) return;
  findings.open({
    severity: 'warning',
    labels: serverLabels(entity, site),
    startsAt: first.at,
    foundAt: at,
    summary: `${dpdCount} of ${count} sessions of ${entity.key} ended by dead peer detection within ${Math.round(settings.dpdWindowMs / 60_000)} min.`,
    cause:
      'Peers stopped answering without saying goodbye: packet loss or a middlebox that forgets UDP flows, not the users.',
    remedy:
      'Look at the line and at firewalls between clients and server: packet loss, UDP 443 blocked or with short timeouts, MTU.',
    more: { dpdEnds: String(dpdCount), ends: String(count) },
    evidence: dpd.slice(0, 5).map((end) => end.evidence),
  });
}
