import type { Fact } from '../../model/fact.ts';
import type { Millis } from '../../model/time.ts';
import { addEvidence } from '../ledger.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { serverLabels } from './server-labels.ts';
import { logsInUse, queueSeen } from './tmg-log-state.ts';

interface State {
  inUse: string[];
  /** When the queue was last known to be empty or not in use. */
  clearAt: Millis;
}

/** TMG writes its logs to disk because their destination does not take them. Ends with the status ready, or an empty queue. */
export const tmgLogQueueInUse = defineRule<State>({
  id: 'tmg.log-queue-in-use',
  title: 'TMG log queue in use',
  runbook: 'tmglog-queue-in-use',
  entityKind: 'tmg-server',
  start: () => ({ inUse: [], clearAt: 0 }),
  on(event, state, context) {
    if (event.type !== 'fact') return;
    const { fact } = event;
    if (fact.kind === 'tmg.log-status') {
      state.inUse = logsInUse(state.inUse, fact);
      if (state.inUse.length === 0) ended(fact, state, context);
      else if (fact.attributes['status'] === 'in-use') inUse(fact, context, context.at, 'its status says so');
    } else if (fact.kind === 'tmg.log-queue') {
      const { files, oldest, oldestAt } = queueSeen(fact);
      if (files === 0) {
        state.inUse = [];
        ended(fact, state, context);
        return;
      }
      const since = Math.max(state.clearAt, Math.min(context.at, oldestAt ?? context.at));
      const waiting = files === 1 ? '1 file waits' : `${files} files wait`;
      inUse(fact, context, since, `${waiting}, the oldest is ${oldest ?? 'not named'}`);
    }
  },
});

function inUse(fact: Fact, { entity, site, findings }: RuleContext, startsAt: Millis, how: string): void {
  const open = findings.current();
  if (open) {
    addEvidence(open, [fact.evidence]);
    return;
  }
  findings.open({
    severity: 'warning',
    labels: serverLabels(entity, site),
    startsAt,
    summary: `The log queue of ${entity.key} is in use: ${how}.`,
    cause:
      'The log destination does not take the records, or not fast enough: SQL Server is stopped, its disk is full, the load is high, or the hardware is too small.',
    remedy:
      'See that SQL Server (instance MSFW) runs and that the disks of the logs and of the queue have space. TMG then empties the queue by itself; when it grows under normal load, log less or use larger hardware.',
    evidence: [fact.evidence],
  });
}

function ended({ evidence }: Fact, state: State, { findings, at }: RuleContext): void {
  state.clearAt = at;
  const open = findings.current();
  if (open) findings.close(open, 'fact', at, [evidence]);
}
