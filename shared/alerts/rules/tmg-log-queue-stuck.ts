import type { Fact } from '../../model/fact.ts';
import type { Millis } from '../../model/time.ts';
import { addEvidence } from '../ledger.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';
import { logsInUse, type QueueSeen, queueSeen } from './tmg-log-state.ts';

interface State {
  inUse: string[];
  /** Since when the status says that the log destination takes records; null while that is not known. */
  readyAt: Millis | null;
  /** The last listing: its two oldest files, when it was made, and since when the oldest has been that. */
  oldest: string | null;
  next: string | null;
  listedAt: Millis;
  oldestSince: Millis;
}

/**
 * The oldest file of the log queue stays although the destination is back: its status was ready while the file lay there, or newer
 * files were taken. An oldest file that changes is slow, not stuck; one that stays while the destination is down is neither. The
 * queue is emptied from its oldest end, so the second oldest file tells whether newer ones went.
 */
export const tmgLogQueueStuck = defineRule<State>({
  id: 'tmg.log-queue-stuck',
  title: 'TMG log queue stuck',
  runbook: 'tmglog-queue-stuck',
  entityKind: 'tmg-server',
  start: () => ({ inUse: [], readyAt: null, oldest: null, next: null, listedAt: 0, oldestSince: 0 }),
  on(event, state, context) {
    if (event.type !== 'fact') return;
    const { fact } = event;
    if (fact.kind === 'tmg.log-status') {
      state.inUse = logsInUse(state.inUse, fact);
      state.readyAt = state.inUse.length > 0 ? null : (state.readyAt ?? context.at);
    } else if (fact.kind === 'tmg.log-queue') {
      const seen = queueSeen(fact);
      if (seen.complete) listed(seen, fact, state, context);
    }
  },
});

function listed(seen: QueueSeen, { evidence }: Fact, state: State, context: RuleContext): void {
  const { findings, at } = context;
  const stays = seen.oldest !== null && seen.oldest === state.oldest;
  const open = findings.current();
  if (open && stays) addEvidence(open, [evidence]);
  else if (open) findings.close(open, 'fact', at, [evidence]);
  if (!stays) state.oldestSince = at;
  const backAt = stays ? destinationBackAt(seen, state) : undefined;
  if (!open && backAt !== undefined) stuck(seen, evidence, Math.max(backAt, state.oldestSince), context);
  state.oldest = seen.oldest;
  state.next = seen.next;
  state.listedAt = at;
}

/** Since when the destination has been known to be back while this file lay there; undefined while it is not. */
function destinationBackAt(seen: QueueSeen, state: State): Millis | undefined {
  if (state.next !== null && state.next !== seen.next) return state.listedAt;
  const { readyAt } = state;
  if (readyAt === null) return undefined;
  const layThere = state.oldestSince <= readyAt || (seen.oldestAt !== null && seen.oldestAt <= readyAt);
  return layThere ? readyAt : undefined;
}

function stuck(
  { oldest, files }: QueueSeen,
  evidence: Fact['evidence'],
  startsAt: Millis,
  { entity, site, findings }: RuleContext,
): void {
  findings.open({
    severity: 'critical',
    labels: serverLabels(entity, site),
    startsAt,
    summary: `The log queue of ${entity.key} is stuck on ${oldest}; ${files} files wait.`,
    cause:
      'The log destination takes records again, but TMG Control (mspadmin.exe) holds the oldest file open and does not go on. A known fault.',
    remedy:
      'In a maintenance window stop the TMG Control service, which stops TMG, delete the locked file (its records are lost), and start it again. Software Update 1 for TMG 2010 SP1 corrects the fault. Do not just restart: TMG may fail to start with too much in the queue.',
    more: { file: oldest ?? '', files: String(files) },
    evidence: [evidence],
  });
}
