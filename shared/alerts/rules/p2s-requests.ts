import type { Fact } from '../../model/fact.ts';
import type { Position } from '../../model/record.ts';
import type { RuleSettings } from '../../model/settings.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { type AlertRule, defineRule, type RuleContext } from './rule.ts';
import { gatewayName } from './tunnel-labels.ts';

/** One point-to-site session by its id: how far it got. User names are masked and may collide, so they are no key. */
interface Request {
  session: string;
  at: Millis;
  /** When it got this far. */
  movedAt: Millis;
  authenticated: boolean;
  /** It connected, or it will not any more: it failed, or said nothing more for too long. */
  outcome: 'connected' | 'stopped' | null;
  lastStep: string;
  evidence: Position;
}

interface State {
  /** Those of the window, oldest first. */
  requests: Request[];
  /** When the first of those under way has been silent for too long; null when none is. */
  stallsAt: Millis | null;
}

/** Requests looked at: a share of the last so many says as much as one of all. */
const MAX_REQUESTS = 500;

export interface StoppedRequests {
  readonly id: string;
  readonly title: string;
  readonly runbook: string;
  /** Whether it is about requests that stopped before or after authentication succeeded. */
  readonly stopped: 'before' | 'after';
  readonly cause: string;
  readonly remedy: string;
}

/**
 * At least so many requests of a gateway in a window, of which half or more stop. A request that gets no further for a minute has
 * stopped, for its end is often not logged; one that is under way counts among the others. It ends when less than a quarter of a
 * window's requests stop; an empty window is no data, and nothing ends because data stopped.
 */
export function stoppedRequests({ id, title, runbook, stopped, cause, remedy }: StoppedRequests): AlertRule {
  const isAfter = stopped === 'after';
  return defineRule<State>({
    id,
    title,
    runbook,
    entityKind: 'gateway',
    start: () => ({ requests: [], stallsAt: null }),
    on(event, state, context) {
      const { at, settings, findings } = context;
      const step = event.type === 'fact' && event.fact.kind.startsWith('p2s.') ? event.fact : undefined;
      if (step === undefined && event.type !== 'clock') return;
      if (step) note(state, step, at);
      forget(state, at, settings);
      stall(state, at, settings);
      const { requests } = state;
      const total = requests.length;
      const bad = requests.filter((request) => request.outcome === 'stopped' && request.authenticated === isAfter);
      const open = findings.current();
      if (open) {
        const isOver = total > 0 && bad.length < total * settings.p2sQuietShare;
        if (isOver) findings.close(open, step ? 'fact' : 'clock', at);
      } else if (total >= settings.p2sCount && bad.length >= total * settings.p2sShare) {
        begin(bad, total, step === undefined, context);
      }
    },
    dueAt({ requests, stallsAt }, { findings, settings }) {
      const [first] = requests;
      const leavesAt = first && findings.current() ? first.at + settings.p2sWindowMs + 1 : undefined;
      return stallsAt === null ? leavesAt : Math.min(stallsAt, leavesAt ?? stallsAt);
    },
  });

  function begin(bad: readonly Request[], total: number, byClock: boolean, context: RuleContext): void {
    const { entity, findings, settings, at } = context;
    const [first] = bad;
    if (!first) return;
    const minutes = Math.round(settings.p2sWindowMs / MINUTE);
    findings.open({
      severity: 'warning',
      labels: { gateway: entity.key },
      startsAt: first.at,
      foundAt: at,
      byClock,
      summary: `${bad.length} of ${total} point-to-site requests of ${gatewayName(entity)} stopped ${stopped} authentication within ${minutes} min.`,
      cause,
      remedy,
      more: { stopped: String(bad.length), requests: String(total), lastStep: bad.at(-1)?.lastStep ?? '' },
      evidence: bad.map(({ evidence }) => evidence),
    });
  }
}

/** Drops what left the window. Looked at with every step, so nothing is copied. */
function forget({ requests }: State, at: Millis, settings: RuleSettings): void {
  let gone = Math.max(0, requests.length - MAX_REQUESTS);
  while (at - (requests[gone]?.at ?? at) > settings.p2sWindowMs) gone++;
  if (gone > 0) requests.splice(0, gone);
}

/** Requests that got no further for too long have stopped; remembers when the next one will have. */
function stall(state: State, at: Millis, settings: RuleSettings): void {
  state.stallsAt = null;
  for (const request of state.requests) {
    if (request.outcome !== null) continue;
    const stallsAt = request.movedAt + settings.p2sStallMs + 1;
    if (at >= stallsAt) request.outcome = 'stopped';
    else state.stallsAt = Math.min(state.stallsAt ?? stallsAt, stallsAt);
  }
}

function note({ requests }: State, { kind, attributes, evidence }: Fact, at: Millis): void {
  const session = String(attributes['session']).toLowerCase();
  const known = requests.findLast((request) => request.session === session);
  // The end of a session that had been connected long before is no request.
  if (!known && kind === 'p2s.disconnected') return;
  const lastStep = String(attributes['said'] ?? '');
  const request = known ?? { session, at, movedAt: at, authenticated: false, outcome: null, lastStep, evidence };
  if (!known) requests.push(request);
  if (kind === 'p2s.requested' || request.outcome === 'connected') return;
  request.movedAt = at;
  request.lastStep = lastStep;
  if (kind === 'p2s.failed' || kind === 'p2s.disconnected') request.outcome = 'stopped';
  else request.outcome = kind === 'p2s.connected' ? 'connected' : null;
  if (kind === 'p2s.authenticated' || kind === 'p2s.connected') request.authenticated = true;
}
