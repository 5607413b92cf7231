import { type Fact, type FactKind, factMillis } from '../model/fact.ts';
import type { Position } from '../model/record.ts';
import { MINUTE, type Millis, SECOND } from '../model/time.ts';
import { causeRank } from './ike-causes.ts';

/** Sessions remembered of a tunnel: an outage makes one every few seconds, and a record without peers is matched by them. */
const MAX_SESSIONS = 32;
/** One failed negotiation is told of by several records: notify, error code, tunnel closed, clean-up. */
const SAME_FAILURE: Millis = 3 * SECOND;
/** What gave up waiting for the answer to a refusal is that refusal's end, not another failure. */
const TIMEOUT_TAIL: Millis = 2 * MINUTE;
/** A session that is closed this soon after its last message, and was never established, failed; later it had served. */
const STILL_NEGOTIATING: Millis = 2 * MINUTE;
const MAX_EVENTS = 8;

/** One negotiation, as far as its messages tell. */
export interface Negotiation {
  /** The session, or the instance where a record has none. */
  key: string;
  /** Sender of the first message whose responder cookie is 0. */
  initiator: 'azure' | 'peer' | null;
  /** Messages seen, as `exchange:direction`. */
  messages: string[];
  lastMessageAt: Millis;
  /** Proposals of the first message, by direction. */
  proposals: { send?: string; received?: string };
  selectors: string | null;
  /** The phase that was established last; 0 for none. */
  established: 0 | 1 | 2;
  failure: Failure | null;
}

/** A negotiation that failed, with what a person needs to know of it. */
export interface Failure {
  at: Millis;
  session: string | null;
  instance: string | null;
  cause: string;
  code: string | null;
  phase: 1 | 2;
  initiator: Negotiation['initiator'];
  /** The message that was sent or received last, as `exchange:direction`. */
  last: string | null;
  proposals: Negotiation['proposals'];
  selectors: string | null;
  /** Stated by a closed session that names no failure we know. */
  status: string | null;
  evidence: Position;
}

export interface IkeEvent {
  at: Millis;
  type: 'failed' | 'established' | 'closed';
  /** Cause of a failure, status of a close. */
  detail: string;
}

/** What the fold remembers of a tunnel's key exchange. Plain JSON. */
export interface IkeState {
  /** The one touched last at the end. */
  negotiations: Negotiation[];
  last: Failure | null;
  events: IkeEvent[];
}

export type IkeMoment =
  /** `isNew`: another negotiation; else the same one, with a more telling cause. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly isNew: boolean }
  | { readonly type: 'established'; readonly phase: 1 | 2; readonly evidence: Position };

export const startIke = (): IkeState => ({ negotiations: [], last: null, events: [] });

const NOTHING: readonly IkeMoment[] = [];

/** Folds one IKE fact (`isOfIke`) into the negotiations and says what it amounts to. Facts come in event-time order. */
export function applyIkeFact(state: IkeState, fact: Fact): readonly IkeMoment[] {
  if (fact.kind === 'ike.message') return noteMessage(touched(state, keyOf(fact)), fact);
  const outcome = outcomeOf(fact);
  if (outcome === undefined) return NOTHING;
  const known = state.negotiations.find(({ key }) => key === keyOf(fact));
  // A gateway's record without peers is some other tunnel's, unless the session is one of this tunnel's.
  if (fact.kind === 'gateway.ike' && known === undefined) return NOTHING;
  const negotiation = touched(state, keyOf(fact));
  if (outcome === 'established') return establish(state, negotiation, fact);
  if (outcome === 'closed') return close(state, negotiation, fact);
  return outcome === 'failed' ? fail(state, negotiation, fact, text(fact, 'cause') ?? 'other') : NOTHING;
}

/** Whether facts of a kind tell of a key exchange. */
export const isOfIke = (kind: FactKind): boolean => kind === 'gateway.ike' || kind.startsWith('ike.');

const outcomeOf = ({ kind, attributes }: Fact): unknown =>
  kind === 'gateway.ike' ? attributes['outcome'] : kind.slice('ike.'.length);

const text = (fact: Fact, name: string): string | null => {
  const value = fact.attributes[name];
  return typeof value === 'string' ? value : null;
};

const keyOf = (fact: Fact): string => text(fact, 'session') ?? `of ${text(fact, 'instance') ?? 'unknown'}`;

/** The negotiation of that key, moved to the end, made when it is new. */
function touched(state: IkeState, key: string): Negotiation {
  const at = state.negotiations.findIndex((negotiation) => negotiation.key === key);
  const negotiation = (at < 0 ? undefined : state.negotiations.splice(at, 1)[0]) ?? startNegotiation(key);
  state.negotiations.push(negotiation);
  if (state.negotiations.length > MAX_SESSIONS) state.negotiations.shift();
  return negotiation;
}

const startNegotiation = (key: string): Negotiation => ({
  key,
  initiator: null,
  messages: [],
  lastMessageAt: 0,
  proposals: {},
  selectors: null,
  established: 0,
  failure: null,
});

function noteMessage(negotiation: Negotiation, fact: Fact): readonly IkeMoment[] {
  const [exchange, direction, detail] = [text(fact, 'exchange'), text(fact, 'direction'), text(fact, 'detail')];
  const isFirst = fact.attributes['first'] === true && (exchange === 'sa-init' || exchange === 'main-mode');
  if (isFirst) negotiation.initiator ??= direction === 'send' ? 'azure' : 'peer';
  const message = `${exchange}:${direction}`;
  if (!negotiation.messages.includes(message)) negotiation.messages.push(message);
  negotiation.lastMessageAt = factMillis(fact);
  if (detail === null) return NOTHING;
  if (exchange === 'traffic-selectors') negotiation.selectors ??= detail;
  else if (direction === 'send') negotiation.proposals.send ??= detail;
  else negotiation.proposals.received ??= detail;
  return NOTHING;
}

/** Phase 1 alone carries no traffic: the failures of phase 2 stand. */
function establish(state: IkeState, negotiation: Negotiation, fact: Fact): readonly IkeMoment[] {
  const phase = fact.attributes['phase'] === 1 ? 1 : 2;
  negotiation.established = phase;
  negotiation.failure = null;
  if (phase === 2) {
    negotiation.selectors = null;
    note(state, { at: factMillis(fact), type: 'established', detail: '' });
  }
  return [{ type: 'established', phase, evidence: fact.evidence }];
}

function close(state: IkeState, negotiation: Negotiation, fact: Fact): readonly IkeMoment[] {
  const at = factMillis(fact);
  const { messages, established, failure, lastMessageAt } = negotiation;
  const wasNegotiating = messages.length > 0 && established === 0 && at - lastMessageAt <= STILL_NEGOTIATING;
  if (wasNegotiating && failure === null) return fail(state, negotiation, fact, 'other');
  note(state, { at, type: 'closed', detail: text(fact, 'status') ?? '' });
  return NOTHING;
}

function fail(state: IkeState, negotiation: Negotiation, fact: Fact, stated: string): readonly IkeMoment[] {
  const at = factMillis(fact);
  const cause = refined(stated, negotiation);
  const before = negotiation.failure;
  if (before && isSameFailure(before, at, cause)) {
    if (causeRank(cause) < causeRank(before.cause)) before.cause = cause;
    before.code ??= text(fact, 'code');
    if (state.last?.at === before.at && state.last.session === before.session) state.last = { ...before };
    return [{ type: 'failed', failure: { ...before }, isNew: false }];
  }
  const failure: Failure = {
    at,
    session: text(fact, 'session'),
    instance: text(fact, 'instance'),
    cause,
    code: text(fact, 'code'),
    phase: phaseOf(fact, negotiation),
    initiator: negotiation.initiator,
    last: lastMessage(fact, negotiation),
    proposals: { ...negotiation.proposals },
    selectors: negotiation.selectors,
    status: text(fact, 'status'),
    evidence: fact.evidence,
  };
  negotiation.failure = failure;
  state.last = { ...failure };
  note(state, { at, type: 'failed', detail: cause });
  return [{ type: 'failed', failure: { ...failure }, isNew: true }];
}

const isSameFailure = (before: Failure, at: Millis, cause: string): boolean =>
  at - before.at <= SAME_FAILURE ||
  (cause === 'timeout' && before.cause !== 'timeout' && at - before.at <= TIMEOUT_TAIL);

/** The peer had asked for address ranges, and then the second phase came to nothing: the ranges are what they disagree on. */
const refined = (cause: string, { selectors }: Negotiation): string =>
  selectors !== null && (cause === 'phase-2' || cause === 'timeout') ? 'traffic-selectors' : cause;

const SECOND_PHASE = ['create-child', 'quick-mode', 'traffic-selectors'];
const isSecond = (message: string): boolean => SECOND_PHASE.some((exchange) => message.startsWith(exchange));

function phaseOf(fact: Fact, { established, messages }: Negotiation): 1 | 2 {
  const stated = fact.attributes['phase'];
  if (stated === 1 || stated === 2) return stated;
  return established > 0 || messages.some(isSecond) ? 2 : 1;
}

/** The order of the exchanges; in each the initiator speaks first. */
const ORDER = ['sa-init', 'main-mode', 'auth', 'create-child', 'quick-mode'];

/** The failing record itself when it is a message; else the one that came furthest. */
function lastMessage(fact: Fact, { messages, initiator }: Negotiation): string | null {
  const [exchange, direction] = [text(fact, 'exchange'), text(fact, 'direction')];
  if (exchange !== null && (direction === 'send' || direction === 'received')) return `${exchange}:${direction}`;
  const answers = initiator === 'azure' ? 'received' : 'send';
  const place = (message: string): number =>
    2 * ORDER.indexOf(message.split(':')[0] ?? '') + (message.endsWith(answers) ? 1 : 0);
  return (
    messages
      .filter((message) => place(message) >= 0)
      .sort((a, b) => place(a) - place(b))
      .at(-1) ?? null
  );
}

function note(state: IkeState, event: IkeEvent): void {
  state.events = [...state.events, event].slice(-MAX_EVENTS);
}
