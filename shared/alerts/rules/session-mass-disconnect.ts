import type { Fact } from '../../model/fact.ts';
import type { Position } from '../../model/record.ts';
import type { Millis } from '../../model/time.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';
import { forgetBefore } from './window.ts';

/** Open sessions remembered of one server, whose healthy bound is 4,990 connections. */
const MAX_OPEN = 10_000;
/** Of these so many are kept when there are more: the newest, since the others' end was mostly never logged. */
const KEPT_OPEN = 5_000;

/** The sessions as one kind of record tells them. Telemetry and ocserv's own lines tell the same sessions twice. */
interface View<Open> {
  /** Open sessions and when they were opened. */
  open: Open;
  closed: { at: Millis; dpd: boolean; evidence: Position }[];
}
/** Ids of sessions are mostly numbers, by which objects are slow to be changed. */
type OpenSessions = Map<string, Millis>;

interface State<Open = OpenSessions> {
  views: Record<string, View<Open>>;
  /** What the last check-in said: sessions opened before the first line heard count as well. */
  connected: { at: Millis; count: number } | null;
  /** When ocserv last stopped or started: no session outlives that. */
  restartedAt: Millis | null;
}

/** A server loses more than 30 % and at least 20 of its sessions within a minute. Probes never count. */
export const sessionMassDisconnect = defineRule<State, State<Record<string, Millis>>>({
  id: 'session.mass-disconnect',
  title: 'Many sessions ended at once',
  runbook: 'sessionmass-disconnect',
  entityKind: 'tunnel-server',
  factKinds: ['server.checkin', 'server.started', 'server.stopping', 'session.opened', 'session.closed'],
  start: () => ({ views: {}, connected: null, restartedAt: null }),
  save: (state) => ({ ...state, views: withOpen(state.views, (open) => Object.fromEntries(open)) }),
  load: (state) => ({ ...state, views: withOpen(state.views, (open) => new Map(Object.entries(open))) }),
  on(event, state, context) {
    if (event.type !== 'fact') return;
    const { fact } = event;
    const connections = fact.kind === 'server.checkin' ? fact.attributes['activeConnections'] : undefined;
    if (typeof connections === 'number') state.connected = { at: context.at, count: connections };
    if (fact.kind === 'server.stopping' || fact.kind === 'server.started') state.restartedAt = context.at;
    // A server that died ended no session in its log.
    if (fact.kind === 'server.started') for (const view of Object.values(state.views)) view.open.clear();
    if ((fact.kind !== 'session.opened' && fact.kind !== 'session.closed') || fact.attributes['probe'] === true) return;
    const name = String(fact.attributes['view'] ?? '');
    const known = state.views[name];
    const view = known ?? { open: new Map(), closed: [] };
    if (known === undefined) state.views[name] = view;
    const session = String(fact.attributes['session'] ?? fact.id);
    if (fact.kind === 'session.opened') {
      if (!view.open.has(session)) opened(view, session, context.at);
      return;
    }
    view.open.delete(session);
    const isRecent = state.connected && context.at - state.connected.at <= context.settings.servingMs;
    const connected = isRecent ? (state.connected?.count ?? 0) : 0;
    closed(view, fact, { connected, restartedAt: state.restartedAt }, context);
  },
});

/**
 * Sessions whose end was never logged must not grow the snapshot for ever. Thousands are forgotten at once, since to go through all of
 * them takes long.
 */
function opened(view: View<OpenSessions>, session: string, at: Millis): void {
  view.open.set(session, at);
  if (view.open.size <= MAX_OPEN) return;
  // In the order of the saved ones, so that of two opened at once the same is kept.
  const newest = Object.entries(Object.fromEntries(view.open)).sort(([, a], [, b]) => b - a);
  view.open = new Map(newest.slice(0, KEPT_OPEN));
}

const withOpen = <From, To>(
  views: Readonly<Record<string, View<From>>>,
  change: (open: From) => To,
): Record<string, View<To>> =>
  Object.fromEntries(Object.entries(views).map(([name, { open, closed }]) => [name, { open: change(open), closed }]));

interface Around {
  /** How many were open as the server itself said not long ago: more than this pipeline saw opening, at first. */
  readonly connected: number;
  readonly restartedAt: Millis | null;
}

function closed(view: View<OpenSessions>, fact: Fact, { connected, restartedAt }: Around, context: RuleContext): void {
  const { settings, at, findings } = context;
  view.closed.push({ at, dpd: fact.attributes['dpd'] === true, evidence: fact.evidence });
  forgetBefore(view.closed, at - settings.massDisconnectWindowMs);
  const lost = view.closed.length;
  const before = Math.max(view.open.size + lost, connected);
  if (lost < settings.massDisconnectCount || lost <= before * settings.massDisconnectShare) return;
  const first = view.closed[0];
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
      evidence: view.closed.slice(0, 5).map((one) => one.evidence),
    },
    at,
  );
}

function describe(view: View<OpenSessions>, before: number, restarted: boolean, { entity }: RuleContext) {
  const lost = view.closed.length;
  const dpd = view.closed.filter((one) => one.dpd).length;
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
