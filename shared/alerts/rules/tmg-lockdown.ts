import type { Millis } from '../../model/time.ts';
import { addEvidence } from '../ledger.ts';
import { defineRule } from './rule.ts';
import { serverLabels } from './server-labels.ts';

interface State {
  /** When the last packet was refused for it. */
  refusedAt: Millis;
}

/** The firewall engine refuses everything because it could log nothing. Ends when traffic between networks passes again. */
export const tmgLockdown = defineRule<State>({
  id: 'tmg.lockdown',
  title: 'TMG in lockdown mode',
  runbook: 'tmglockdown',
  entityKind: 'tmg-server',
  start: () => ({ refusedAt: 0 }),
  on(event, state, { entity, site, findings, at }) {
    if (event.type !== 'fact') return;
    const { kind, evidence } = event.fact;
    const open = findings.current();
    if (kind === 'tmg.lockdown') {
      state.refusedAt = at;
      if (open) addEvidence(open, [evidence]);
      else {
        findings.open({
          severity: 'critical',
          labels: serverLabels(entity, site),
          startsAt: at,
          summary: `${entity.key} is in lockdown mode: traffic is blocked (result 0xC004001E).`,
          cause: 'Neither the log destination nor the log queue could be written, as it happens when the disk is full.',
          remedy:
            'Free space on the disk of the log queue, see that SQL Server (instance MSFW) or the log folder can be written, then start the Firewall service again.',
          evidence: [evidence],
        });
      }
      // Of one second nobody knows the order: only what passes later ends it.
    } else if (kind === 'tmg.allowed' && open && at > state.refusedAt) findings.close(open, 'fact', at, [evidence]);
  },
});
