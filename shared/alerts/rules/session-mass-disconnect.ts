import type { Fact } from '../../model/fact.ts';
import type { Millis } from '../../model/time.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';
import { type SessionEnd, SessionEnds } from './session-ends.ts';

/** Open sessions remembered of one server, whose healthy bound is 4,990 connections. */
const MAX_OPEN = 10_000;
/** Of these so many are kept when there are more: the newest, since the others' end was mostly never logged. */
const KEPT_OPEN = 5_000;

/** The sessions as one kind of record tells them. Telemetry and ocserv's own lines tell the same sessions twice. */
interface View<Open = OpenSessions, Ends = SessionEnds> {
  /** Open sessions and when they were opened. */
  open: Open;
  closed: Ends;
}
/** Ids of sessions are mostly numbers, by which objects are slow to be changed. */
type OpenSessions = Map<string, Millis>;

interface State<Views = Map<string, View>> {
  views: Views;
  /** What the last check-in said: sessions opened before the first line heard count as well. */
  connected: { at: Millis; count: number } | null;
  /** When ocserv last stopped or started: no session outlives that. */
  restartedAt: Millis | null;
}
type Saved = State<Record<string, View<Record<string, Millis>, SessionEnd[]>>>;

/** A server loses more than 30 % and at least 20 of its sessions within a minute. Probes never count. */
export const sessionMassDisconnect = defineRule<State, Saved>({
  id: 'session.mass-disconnect',
  title: 'Many sessions ended at once',
  runbook: 'sessionmass-disconnect',
  entityKind: 'tunnel-server',
  factKinds: ['server.checkin', 'server.started', 'server.stopping', 'session.opened', 'session.closed'],
  start: () => ({ views: new Map(), connected: null, restartedAt: null }),
  save: (state) => ({
    ...state,
    views: Object.fromEntries(
      Array.from(state.views, ([name, { open, closed }]) => [
        name,
        { open: Object.fromEntries(open), closed: closed.all() },
      ]),
    ),
  }),
  load: (state) => ({
    ...state,
    views: new Map(
      Object.entries(state.views).map(([name, { open, closed }]) => [
        name,
        { open: new Map(Object.entries(open)), closed: new SessionEnds(closed) },
      ]),
    ),
  }),
  on(event, state, context) {
    if (event.type !== 'fact') return;
    const { fact } = event;
    if (fact.kind !== 'session.opened' && fact.kind !== 'session.closed') noteServer(state, fact, context.at);
    else if (fact.attributes['probe'] !== true) {
      const view = viewOf(state, fact);
      const session = String(fact.attributes['session'] ?? fact.id);
      if (fact.kind === 'session.closed') closed(view, session, fact, state, context);
      else if (!view.open.has(session)) opened(view, session, context.at);
    }
  },
});

function noteServer(state: State, { kind, attributes: { activeConnections } }: Fact, at: Millis): void {
  if (kind === 'server.checkin' && typeof activeConnections === 'number')
    state.connected = { at, count: activeConnections };
  if (kind === 'server.stopping' || kind === 'server.started') state.restartedAt = at;
  // A server that died ended no session in its log.
  if (kind === 'server.started') for (const { open } of state.views.values()) open.clear();
}

function viewOf({ views }: State, fact: Fact): View {
  const name = String(fact.attributes['view'] ?? '');
  const known = views.get(name);
  if (known !== undefined) return known;
  const view = { open: new Map(), closed: new SessionEnds() };
  views.set(name, view);
  return view;
}

/**
 * Sessions whose end was never logged must not grow the snapshot for ever. Thousands are forgotten at once, since to go through all of
 * them takes long.
 */
function opened(view: View, session: string, at: Millis): void {
  view.open.set(session, at);
  if (view.open.size <= MAX_OPEN) return;
  // In the order of the saved ones, so that of two opened at once the same is kept.
  const newest = Object.entries(Object.fromEntries(view.open)).sort(([, a], [, b]) => b - a);
  view.open = new Map(newest.slice(0, KEPT_OPEN));
}

function closed(view: View, session: string, fact: Fact, state: State, context: RuleContext): void {
  const { at, settings } = context;
  view.open.delete(session);
  view.closed.add({ at, dpd: fact.attributes['dpd'] === true, evidence: fact.evidence });
  view.closed.forgetBefore(at - settings.massDisconnectWindowMs);
  const lost = view.closed.count;
  if (lost < settings.massDisconnectCount) return;
  const before = Math.max(view.open.size + lost, connectedAt(state, context));
  if (lost > before * settings.massDisconnectShare) lostAtOnce(view, before, state, context);
}

/** How many were open as the server itself said not long ago: more than this pipeline saw opening, at first. */
const connectedAt = ({ connected }: State, { at, settings }: RuleContext): number =>
  connected !== null && at - connected.at <= settings.servingMs ? connected.count : 0;

function lostAtOnce(view: View, before: number, { restartedAt }: State, context: RuleContext): void {
  const { settings, at, findings } = context;
  const { first, count: lost } = view.closed;
  if (!first) return;
  const restarted = restartedAt !== null && first.at - restartedAt <= settings.massDisconnectWindowMs;
  const last = findings.lastEvent();
  if (last?.endsAt != null && first.at - last.endsAt <= settings.massDisconnectWindowMs) {
    // The same loss goes on, or the other kind of record tells it too.
    last.endsAt = Math.max(last.endsAt, at);
    if (lost <= Number(last.annotations['sessionsLost'])) return;
    const { summary, cause, more } = describe(view, before, restarted, context);
    Object.assign(last.annotations, { summary, cause, ...more });
    return;
  }
  const { entity, site } = context;
  findings.happened(
    {
      severity: 'critical',
      labels: serverLabels(entity, site),
      startsAt: first.at,
      ...describe(view, before, restarted, context),
      evidence: view.closed
        .all()
        .slice(0, 5)
        .map((one) => one.evidence),
    },
    at,
  );
}

function describe(
  { closed: { count: lost, dpdCount: dpd } }: View,
  before: number,
  restarted: boolean,
  { entity }: RuleContext,
) {
  return {
    summary: `${lost} of ${before} sessions of ${entity.key} ended within a minute.`,
    cause: restarted
      ? 'ocserv was stopped or started at that time.'
      : dpd * 2 >= lost
        ? `Most ended by dead peer detection (${dpd} of ${lost}): the network.`
        : `Few ended by dead peer detection (${dpd} of ${lost}): the server or its restart rather than the network.`,
    remedy:
      'Check whether the server or its container restarted, then the line and the firewall before it. The share of DPD tells which.',
    more: { sessionsLost: String(lost), sessionsBefore: String(before), dpdShare: (dpd / lost).toFixed(2) },
  };
}
