import { late, type RuleCase } from '../case.ts';
import { connect, disconnect, operation } from '../facts.ts';

const UP = connect('IN_0', '-1d');
const QUICK = [UP, disconnect('IN_0', '0'), connect('IN_1', '+20s')];
/** Over the failover window, so a warning unless a cause lowers it. */
const SLOW = [UP, disconnect('IN_0', '0'), connect('IN_1', '+4m')];

const quick = { severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '+20s' } as const;
const slow = { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+4m' } as const;
const loweredTo = (causeKind: string) => ({ ...slow, severity: 'informational' as const, annotations: { causeKind } });

export const cases: readonly RuleCase[] = [
  {
    name: 'back on the same instance',
    tag: 'quiet',
    given: [UP, disconnect('IN_0', '0'), connect('IN_0', '+20s')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'a cold start: connects of both instances',
    tag: 'quiet',
    given: [connect('IN_0', '0'), connect('IN_1', '+5s')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'back on the other instance within seconds',
    tag: 'firing',
    given: QUICK,
    expect: [
      {
        ...quick,
        endedBy: 'event',
        annotations: { summary: 'moved to IN_1 in 20 s', gapMs: '20000', from: 'IN_0', to: 'IN_1' },
      },
    ],
  },
  {
    name: 'at the failover window',
    tag: 'just-under',
    given: [UP, disconnect('IN_0', '0'), connect('IN_1', '+3m')],
    expect: [{ severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '+3m' }],
  },
  {
    name: 'over the failover window',
    tag: 'just-over',
    given: [UP, disconnect('IN_0', '0'), connect('IN_1', '+3m1ms')],
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+3m1ms' }],
  },
  {
    name: 'at the down window',
    tag: 'just-under',
    given: [UP, disconnect('IN_0', '0'), connect('IN_1', '+5m')],
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+5m' }],
  },
  {
    name: 'over the down window it was an outage',
    tag: 'just-over',
    given: [UP, disconnect('IN_0', '0'), connect('IN_1', '+5m1ms')],
    expect: [{ rule: 'tunnel.down', severity: 'critical', state: 'resolved', startsAt: '0', endsAt: '+5m1ms' }],
  },
  {
    name: 'make before break: the other was up a little before',
    tag: 'more',
    given: [UP, connect('IN_1', '-1m'), disconnect('IN_0', '0')],
    now: '+1h',
    expect: [{ severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '0', annotations: { gapMs: '0' } }],
  },
  {
    name: 'make before break, at the failover window',
    tag: 'just-under',
    given: [UP, connect('IN_1', '-3m'), disconnect('IN_0', '0')],
    now: '+1h',
    expect: [{ severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '0' }],
  },
  {
    name: 'up together for longer than that: lost redundancy, no failover',
    tag: 'just-over',
    given: [UP, connect('IN_1', '-3m1ms'), disconnect('IN_0', '0')],
    now: '+1h',
    expect: [{ rule: 'tunnel.degraded', severity: 'warning', state: 'firing', startsAt: '0', endsAt: null }],
  },
  {
    name: 'break and make in one tick',
    tag: 'more',
    given: [UP, connect('IN_1', '0'), disconnect('IN_0', '0')],
    expect: [{ severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '0' }],
  },
  {
    name: 'there and back within one tick is told once',
    tag: 'more',
    given: [UP, connect('IN_1', '-1m'), disconnect('IN_0', '0'), disconnect('IN_1', '0'), connect('IN_0', '0')],
    expect: [{ severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '0' }],
  },
  {
    name: 'then the other drops as well: the way back is one of its own',
    tag: 'more',
    given: [...QUICK, disconnect('IN_1', '+1m'), connect('IN_0', '+90s')],
    expect: [quick, { severity: 'informational', state: 'resolved', startsAt: '+1m', endsAt: '+90s' }],
  },
  {
    name: 'every record three times',
    tag: 'duplicate',
    given: [...QUICK, ...QUICK, ...QUICK],
    expect: [quick],
  },
  {
    name: 'the connect of the new instance arrives first',
    tag: 'out-of-order',
    given: [connect('IN_1', '+20s'), disconnect('IN_0', '0'), UP],
    now: '+1m',
    expect: [quick],
  },
  {
    name: 'a day late, and no outage any more',
    tag: 'late',
    given: [UP, disconnect('IN_0', '0'), late('+1d', connect('IN_1', '+20s'))],
    meanwhile: [{ rule: 'tunnel.down', severity: 'critical', state: 'firing', startsAt: '0', endsAt: null }],
    expect: [quick],
  },
  {
    name: 'an earlier connect on the same instance came late: it was a fault',
    tag: 'late',
    given: [...QUICK, late('+1h', connect('IN_0', '+10s'))],
    meanwhile: [quick],
    expect: [{ rule: 'tunnel.network-fault', severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+10s' }],
    disproved: 1,
  },
  {
    name: 'maintenance lowers it',
    tag: 'more',
    given: [operation('HostMaintenanceEvent', '-2m', { message: 'Upgrade gateway started' }), ...SLOW],
    expect: [
      { ...loweredTo('maintenance'), annotations: { causeKind: 'maintenance', cause: 'Upgrade gateway started' } },
    ],
  },
  {
    name: 'a reset lowers it and names who',
    tag: 'more',
    given: [operation('reset', '-30s', { who: 'admin@contoso.example' }), ...SLOW],
    expect: [{ ...loweredTo('reset'), annotations: { causeKind: 'reset', cause: 'admin@contoso.example' } }],
  },
  {
    name: 'a configuration change is named and lowers nothing',
    tag: 'more',
    given: [operation('SetGatewayConfiguration', '-30s', { status: 'Success' }), ...SLOW],
    expect: [{ ...slow, annotations: { causeKind: 'configuration-change' } }],
  },
  {
    name: 'validation changes nothing and explains nothing',
    tag: 'more',
    given: [operation('ValidateGatewayConfiguration', '-30s', { status: 'Success' }), ...SLOW],
    expect: [{ ...slow, annotations: { cause: 'The other instance took over' } }],
  },
  {
    name: 'a reset that failed explains nothing',
    tag: 'more',
    given: [operation('reset', '-30s', { status: 'Failed' }), ...SLOW],
    expect: [{ ...slow, annotations: { cause: 'The other instance took over' } }],
  },
  {
    name: 'the stronger cause is named: maintenance before a reset before a change',
    tag: 'more',
    given: [
      operation('SetConnectionConfiguration', '-3m'),
      operation('HostMaintenanceEvent', '-2m'),
      operation('reset', '-1m'),
      ...SLOW,
    ],
    expect: [loweredTo('maintenance')],
  },
  {
    name: 'maintenance ten minutes before the start',
    tag: 'just-under',
    given: [operation('HostMaintenanceEvent', '-10m'), ...SLOW],
    expect: [loweredTo('maintenance')],
  },
  {
    name: 'maintenance longer ago than that',
    tag: 'just-over',
    given: [operation('HostMaintenanceEvent', '-10m1ms'), ...SLOW],
    expect: [slow],
  },
  {
    name: 'maintenance logged five minutes after the start',
    tag: 'just-under',
    given: [...SLOW, operation('HostMaintenanceEvent', '+5m')],
    expect: [loweredTo('maintenance')],
  },
  {
    name: 'maintenance logged later than that',
    tag: 'just-over',
    given: [...SLOW, operation('HostMaintenanceEvent', '+5m1ms')],
    expect: [slow],
  },
  {
    name: 'the operation arrives a day late',
    tag: 'late',
    given: [...SLOW, late('+1d', operation('HostMaintenanceEvent', '-1m'))],
    meanwhile: [slow],
    expect: [loweredTo('maintenance')],
    disproved: 0,
  },
  {
    name: 'the second instance is maintained within the hour: one maintenance, though logged once',
    tag: 'more',
    given: [operation('HostMaintenanceEvent', '-1m'), ...QUICK, disconnect('IN_1', '+1h'), connect('IN_0', '+1h4m')],
    expect: [
      { ...quick, annotations: { causeKind: 'maintenance' } },
      {
        severity: 'informational',
        state: 'resolved',
        startsAt: '+1h',
        endsAt: '+1h4m',
        annotations: { causeKind: 'maintenance' },
      },
    ],
  },
  {
    name: 'a failover later than that stands by itself',
    tag: 'more',
    given: [operation('HostMaintenanceEvent', '-1m'), ...QUICK, disconnect('IN_1', '+1h1ms'), connect('IN_0', '+1h4m')],
    expect: [
      { ...quick, annotations: { causeKind: 'maintenance' } },
      {
        severity: 'warning',
        state: 'resolved',
        startsAt: '+1h1ms',
        endsAt: '+1h4m',
        annotations: { cause: 'The other instance took over' },
      },
    ],
  },
];
