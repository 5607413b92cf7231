import { late, type RuleCase } from '../case.ts';
import { connect, disconnect, operation } from '../facts.ts';

const UP = connect('IN_0', '-1d');
const FAULT = [UP, disconnect('IN_0', '0', 'DPD timeout'), connect('IN_0', '+42s')];
const fault = { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+42s' } as const;

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
  {
    name: 'maintenance beside it lowers it',
    tag: 'more',
    given: [...FAULT, operation('ServiceHealthMaintenance', '+2m')],
    expect: [{ ...fault, severity: 'informational', annotations: { causeKind: 'maintenance' } }],
  },
];
