import { lastPart } from '../../model/entity.ts';
import { type Fact, factMillis } from '../../model/fact.ts';
import type { Position } from '../../model/record.ts';
import type { Millis } from '../../model/time.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { useridLabels } from './userid-trouble.ts';

export interface ListenerState {
  /** The count of log messages that was shown last. */
  count: { messages: number; at: Millis; evidence: Position; dated: boolean } | null;
  /** What the open finding is about. */
  why: 'none' | 'unchanged' | 'not-connected' | null;
  transport: string | null;
}

/**
 * A syslog sender from which a firewall's listener receives nothing: the count of its messages is 0, or has not grown since it
 * was shown before (counters are cumulative), or the sender is not connected by TLS. UDP has no connection: N/A is normal.
 */
export const useridListenerSilent = defineRule<ListenerState>({
  id: 'userid.listener-silent',
  title: 'User-ID syslog listener receives nothing',
  runbook: 'useridlistener-silent',
  entityKind: 'syslog-listener',
  start: () => ({ count: null, why: null, transport: null }),
  on(event, state, context) {
    if (event.type !== 'fact') return;
    if (event.fact.kind === 'userid.listener') onShown(event.fact, state, context);
  },
});

function onShown(fact: Fact, state: ListenerState, context: RuleContext): void {
  const { transport, enabled, connected } = fact.attributes;
  if (typeof transport === 'string') state.transport = transport;
  const why = enabled === false ? 'ok' : (notReceiving(fact, state, context) ?? notConnected(connected, state));
  const { messages } = fact.attributes;
  const before = state.count;
  if (typeof messages === 'number') {
    const at = factMillis(fact);
    state.count = { messages, at, evidence: fact.evidence, dated: !fact.flags.includes('no-time') };
  }
  const open = context.findings.current();
  if (why === 'ok') {
    if (open) context.findings.close(open, 'fact', factMillis(fact), [fact.evidence]);
    state.why = null;
  } else if (why !== undefined && !open) begin(why, fact, before, state, context);
}

type Why = 'none' | 'unchanged' | 'not-connected';

/** By the count of messages; undefined when it is not shown, or when too little time has passed to tell. */
function notReceiving(fact: Fact, { count }: ListenerState, { settings }: RuleContext): Why | 'ok' | undefined {
  const { messages } = fact.attributes;
  if (typeof messages !== 'number') return undefined;
  if (messages === 0) return 'none';
  if (count === null) return undefined;
  // Less than before: it was started anew, and has received something since.
  if (messages !== count.messages) return 'ok';
  const isNextInFile = !count.dated && fact.flags.includes('no-time') && fact.evidence.source === count.evidence.source;
  return isNextInFile || factMillis(fact) - count.at >= settings.listenerSilentMs ? 'unchanged' : undefined;
}

/** By the status of a TLS connection; a connection alone is no message, but ends that there was none. */
function notConnected(connected: unknown, { why }: ListenerState): Why | 'ok' | undefined {
  if (connected === false) return 'not-connected';
  return connected === true && why === 'not-connected' ? 'ok' : undefined;
}

const CAUSES: Readonly<Record<Why, string>> = {
  none: 'The count of its log messages is 0: nothing has come from it since the firewall counts.',
  unchanged: 'The count of its log messages has not grown since it was shown before.',
  'not-connected': 'It is not connected to the TLS listener.',
};

function begin(why: Why, fact: Fact, before: ListenerState['count'], state: ListenerState, context: RuleContext): void {
  const { entity, findings, at } = context;
  const labels = useridLabels(entity);
  const service = state.transport === 'udp' ? 'UDP' : state.transport === 'ssl' ? 'SSL' : 'UDP or -SSL';
  const port =
    state.transport === 'udp' ? 'UDP 514' : state.transport === 'ssl' ? 'TCP 6514' : 'UDP 514 or TCP 6514 (TLS)';
  const since = why === 'unchanged' && before ? before : null;
  state.why = why;
  findings.open({
    severity: 'warning',
    labels,
    startsAt: since?.at ?? factMillis(fact),
    foundAt: at,
    summary: `User-ID of ${labels.firewall} receives nothing from syslog sender ${lastPart(entity)}.`,
    cause: CAUSES[why],
    remedy: `Allow "User-ID Syslog Listener-${service}" in the management profile of the interface that receives, or in the management interface's services; see that the sender sends to that address at ${port}, that it stands among the permitted IP addresses${state.transport === 'udp' ? '' : ', and that it trusts the certificate of the listener'}.`,
    evidence: [...(since ? [since.evidence] : []), fact.evidence],
  });
}
