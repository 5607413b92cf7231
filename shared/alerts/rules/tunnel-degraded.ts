import { parentOf } from '../../model/entity.ts';
import type { Draft } from '../ledger.ts';
import { type Lost, lostRedundancy } from '../tunnel-timeline.ts';
import { defineRule, type RuleContext } from './rule.ts';
import { gatewayName, tunnelLabels } from './tunnel-labels.ts';

/** One of two instances that were up together stays down: traffic flows, the redundancy is gone. */
export const tunnelDegraded = defineRule({
  id: 'tunnel.degraded',
  title: 'Tunnel lost its redundancy',
  runbook: 'tunneldegraded',
  entityKind: 'tunnel',
  start: () => null,
  on(event, _state, context) {
    const { findings, tunnel } = context;
    const open = findings.current();
    if (event.type === 'clock') {
      const down = findings.openOf('tunnel.down');
      if (open?.phase === 'pending') findings.confirm(open);
      else if (open && down) findings.close(open, 'superseded', down.startsAt);
      return;
    }
    if (event.type !== 'moment') return;
    const lost = lostRedundancy(tunnel, isActiveActive(context));
    const waitsForDown = open?.phase === 'firing' && tunnel.downSince !== null;
    if (open && !waitsForDown && !isSame(open, lost)) {
      if (open.phase === 'pending') findings.drop(open);
      else findings.close(open, 'fact', context.at, event.moment.evidence ? [event.moment.evidence] : []);
    }
    if (waitsForDown) return;
    if (lost && !findings.current()) begin(context, lost);
  },
  dueByOthers: true,
  dueAt(_state, { findings }) {
    const open = findings.current();
    if (open?.phase === 'pending') return open.foundAt;
    const down = findings.openOf('tunnel.down');
    return open && down ? down.foundAt : undefined;
  },
});

/** A firing one stays the same while the same instance is missing, whatever happens to its sibling meanwhile. */
const isSame = (open: Draft, lost: Lost | undefined): boolean =>
  open.labels.instance === lost?.instance && (open.phase === 'firing' || open.startsAt === lost?.since);

const isActiveActive = ({ entity, settings }: RuleContext): boolean =>
  settings.activeActiveGateways.some((id) => id.toLowerCase() === parentOf(entity)?.key);

function begin({ entity, settings, findings, tunnel }: RuleContext, lost: Lost): void {
  findings.open({
    severity: 'warning',
    labels: { ...tunnelLabels(entity), instance: lost.instance },
    startsAt: lost.since,
    foundAt: lost.since + settings.downWindowMs + 1,
    phase: 'pending',
    byClock: true,
    summary: `Tunnel to ${tunnelLabels(entity).remoteIp} of ${gatewayName(entity)} runs on one instance: ${lost.instance} is down.`,
    cause: 'One instance of an active-active pair stays disconnected while the other carries the traffic.',
    remedy: `Check the on-premises tunnel to the public IP of ${lost.instance}. Until it is back, the next maintenance is an outage.`,
    evidence: tunnel.episode?.evidence ?? [],
  });
}
