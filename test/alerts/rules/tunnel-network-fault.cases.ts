import { late, type RuleCase } from '../case.ts';
import { change, connect, disconnect, health, inRegion, notice, operation } from '../facts.ts';

const UP = connect('IN_0', '-1d');
const FAULT = [UP, disconnect('IN_0', '0', 'DPD timeout'), connect('IN_0', '+42s')];
const fault = { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+42s' } as const;

const FAULT_THERE = FAULT.map((fact) => inRegion('eastus2', fact));

/** Maintenance and reset lower the severity where they are certain; `null`: nothing explains it. */
const explained = (
  name: string,
  causeKind: string | null,
  given: RuleCase['given'],
  lowers = causeKind === 'maintenance' || causeKind === 'reset',
): RuleCase => ({
  name,
  tag: 'more',
  given,
  now: '+2h',
  expect: [
    {
      ...fault,
      severity: lowers ? 'informational' : 'warning',
      annotations: causeKind === null ? { cause: 'Azure says: DPD timeout.' } : { causeKind },
    },
  ],
});

export const cases: readonly RuleCase[] = [
  {
    name: 'a failover is not this',
    tag: 'quiet',
    given: [UP, disconnect('IN_0', '0'), connect('IN_1', '+42s')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'lost and back on the same instance, with what Azure says',
    tag: 'firing',
    given: FAULT,
    expect: [
      {
        ...fault,
        endedBy: 'event',
        annotations: { summary: 'lost for 42 s on IN_0', cause: 'DPD timeout', stateChangeReason: 'DPD timeout' },
      },
    ],
  },
  {
    name: 'a short interruption: back within a second',
    tag: 'just-under',
    given: [UP, disconnect('IN_0', '0'), connect('IN_0', '+1s')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'a millisecond more than a second',
    tag: 'just-over',
    given: [UP, disconnect('IN_0', '0'), connect('IN_0', '+1s1ms')],
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+1s1ms' }],
  },
  {
    name: 'back at the down window',
    tag: 'just-under',
    given: [UP, disconnect('IN_0', '0'), connect('IN_0', '+5m')],
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+5m' }],
  },
  {
    name: 'back later: that was an outage',
    tag: 'just-over',
    given: [UP, disconnect('IN_0', '0'), connect('IN_0', '+5m1ms')],
    expect: [{ rule: 'tunnel.down', severity: 'critical', state: 'resolved', startsAt: '0', endsAt: '+5m1ms' }],
  },
  { name: 'every record twice', tag: 'duplicate', given: [...FAULT, ...FAULT], expect: [fault] },
  {
    name: 'the connect arrives before its disconnect',
    tag: 'out-of-order',
    given: [UP, connect('IN_0', '+42s'), disconnect('IN_0', '0')],
    now: '+1m',
    expect: [fault],
  },
  {
    name: 'an earlier disconnect arrives late: the same fault began before',
    tag: 'late',
    given: [...FAULT, late('+2h', disconnect('IN_0', '-18s'))],
    meanwhile: [fault],
    expect: [{ ...fault, startsAt: '-18s', annotations: { gapMs: '60000' } }],
    disproved: 0,
  },
  {
    name: 'one of a pair, while the other carries the traffic',
    tag: 'more',
    given: [UP, connect('IN_1', '-1d'), disconnect('IN_0', '0'), connect('IN_0', '+30s')],
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+30s' }],
  },
  {
    name: 'both of a pair lost and back: one fault, until the first is back',
    tag: 'more',
    given: [
      UP,
      connect('IN_1', '-1d'),
      disconnect('IN_0', '0'),
      disconnect('IN_1', '+10s'),
      connect('IN_0', '+40s'),
      connect('IN_1', '+50s'),
    ],
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+40s' }],
  },
  {
    name: 'the second of a pair goes late in the window: the gap of all is not lost',
    tag: 'more',
    given: [UP, connect('IN_1', '-1d'), disconnect('IN_0', '0'), disconnect('IN_1', '+3m'), connect('IN_1', '+6m')],
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+6m' }],
  },
  {
    name: 'an instance never heard of drops first of all: it had been up',
    tag: 'more',
    given: [disconnect('IN_0', '0'), connect('IN_0', '+42s')],
    expect: [fault],
  },
  explained('maintenance beside it lowers it', 'maintenance', [...FAULT, operation('HostMaintenanceEvent', '+2m')]),

  explained('Azure says it is unavailable', 'resource-health', [...FAULT, health('Unavailable', '+2m')]),
  explained('Azure says it is available again', null, [...FAULT, health('Available', '+2m')]),

  explained('maintenance announced for its region', 'maintenance', [notice('-1h', { until: '+1h' }), ...FAULT_THERE]),
  explained('of all regions', 'maintenance', [notice('-1h', { until: '+1h', regions: '' }), ...FAULT_THERE]),
  explained('of several regions', 'maintenance', [
    notice('-1h', { until: '+1h', regions: 'eastus2,westeurope' }),
    ...FAULT_THERE,
  ]),
  explained('of another region', null, [notice('-1h', { until: '+1h', regions: 'westeurope' }), ...FAULT_THERE]),
  explained('over for ten minutes', 'maintenance', [notice('-1h', { until: '-10m' }), ...FAULT_THERE]),
  explained('over for longer', null, [notice('-1h', { until: '-10m1s' }), ...FAULT_THERE]),
  explained('begins five minutes later', 'maintenance', [
    notice('-1h', { from: '+5m', until: '+2h' }),
    ...FAULT_THERE,
    operation('ValidateGatewayConfiguration', '+10m'),
  ]),
  explained('begins later than that', null, [notice('-1h', { from: '+5m1s', until: '+2h' }), ...FAULT_THERE]),
  explained('told of an hour after it began', 'maintenance', [
    ...FAULT_THERE,
    late('+1h', notice('+1h', { from: '-10m', until: '+30m' })),
  ]),
  explained(
    'the region of the gateway is not known: named, but likely only',
    'maintenance',
    [notice('-1h', { until: '+1h' }), ...FAULT],
    false,
  ),
  explained(
    'announced for two weeks: named, but likely only',
    'maintenance',
    [notice('-1h', { until: '+14d' }), ...FAULT_THERE],
    false,
  ),
  explained('begun before it was said, no end stated yet', 'maintenance', [
    notice('-1h', { from: '-2h' }),
    ...FAULT_THERE,
  ]),
  explained('an incident explains and lowers nothing', 'service-incident', [
    notice('-1h', { type: 'incident' }),
    ...FAULT_THERE,
  ]),
  explained('the last word about it counts: it was over', null, [
    notice('-2h', { from: '-3h', until: '+1h' }),
    notice('-1h', { from: '-3h', until: '-1h' }),
    ...FAULT_THERE,
  ]),
  explained('the last word about it counts: it was canceled', null, [
    notice('-2h', { from: '-2h', until: '+1h' }),
    notice('-1h', { from: '-2h', until: '+1h', canceled: true }),
    ...FAULT_THERE,
  ]),
  explained('a reset is surer than what is only likely', 'reset', [
    notice('-1h', { until: '+14d' }),
    ...FAULT_THERE,
    operation('reset', '+1m'),
  ]),

  explained('the local network gateway of its device was changed', 'configuration-change', [
    change('localNetworkGateways/write', '-1m', { remoteIp: '203.0.113.10' }),
    ...FAULT,
  ]),
  explained('that of another device', null, [
    change('localNetworkGateways/write', '-1m', { remoteIp: '203.0.113.99', resourceGroup: 'contoso-rg' }),
    ...FAULT,
  ]),
  explained('a connection in its resource group', 'configuration-change', [
    change('connections/write', '-1m', { resourceGroup: 'contoso-rg' }),
    ...FAULT,
  ]),
  explained('a connection in another resource group', null, [
    change('connections/write', '-1m', { resourceGroup: 'fabrikam-rg' }),
    ...FAULT,
  ]),
  explained('a change that failed', null, [
    change('connections/write', '-1m', { resourceGroup: 'contoso-rg', status: 'Failure' }),
    ...FAULT,
  ]),
  explained('a connection of the gateway', 'configuration-change', [operation('connections/write', '-1m'), ...FAULT]),
  explained('a validation changes nothing', null, [operation('ValidateGatewayConfiguration', '-1m'), ...FAULT]),
];
