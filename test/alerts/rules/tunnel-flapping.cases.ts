import type { Fact } from '../../../shared/model/fact.ts';
import { late, type RuleCase } from '../case.ts';
import { connect, disconnect, every, type Offset, operation } from '../facts.ts';

/** A disconnect at each offset, and the connect that `gap` names a moment later. */
const flaps = (offsets: readonly Offset[], gap = '5s', to = 'IN_0'): Fact[] =>
  offsets.flatMap((offset) => [disconnect('IN_0', offset), connect(to, `${offset === '0' ? '+' : offset}${gap}`)]);

const FIVE = flaps(['0', '+1m', '+2m', '+3m', '+4m']);
/** It ends when the fourth of five leaves the window: fewer than two are left. */
const five = { severity: 'critical', state: 'resolved', startsAt: '+4m', endsAt: '+33m' } as const;

export const cases: readonly RuleCase[] = [
  {
    name: 'four disconnects',
    tag: 'quiet',
    given: flaps(['0', '+1m', '+2m', '+3m']),
    now: '+1h',
    expect: [],
  },
  {
    name: 'it starts at the fifth',
    tag: 'firing',
    given: FIVE,
    expect: [
      {
        severity: 'critical',
        state: 'firing',
        startsAt: '+4m',
        endsAt: null,
        annotations: { disconnects: '5', periodMs: '60000', summary: '5 disconnects in 4 min' },
      },
    ],
  },
  {
    name: 'the fifth at the end of the window',
    tag: 'just-over',
    given: flaps(['0', '+1m', '+2m', '+3m', '+30m']),
    expect: [{ severity: 'critical', state: 'firing', startsAt: '+30m', endsAt: null }],
  },
  {
    name: 'the fifth a millisecond after it',
    tag: 'just-under',
    given: flaps(['0', '+1m', '+2m', '+3m', '+30m1ms']),
    now: '+2h',
    expect: [],
  },
  {
    name: 'two left in the window: it goes on',
    tag: 'just-under',
    given: FIVE,
    now: '+33m',
    expect: [{ severity: 'critical', state: 'firing', startsAt: '+4m', endsAt: null }],
  },
  {
    name: 'fewer than two left: the clock ends it',
    tag: 'just-over',
    given: FIVE,
    now: '+33m1ms',
    expect: [{ ...five, endedBy: 'clock' }],
  },
  {
    name: 'every record twice is not twice as many',
    tag: 'duplicate',
    given: [...flaps(['0', '+1m', '+2m']), ...flaps(['0', '+1m', '+2m'])],
    now: '+1h',
    expect: [],
  },
  {
    name: 'the other way round',
    tag: 'out-of-order',
    given: [...FIVE].reverse(),
    now: '+1h',
    expect: [five],
  },
  {
    name: 'the third disconnect and connect arrive late',
    tag: 'late',
    given: [
      ...flaps(['0', '+1m', '+3m', '+4m']),
      late('+1h', disconnect('IN_0', '+2m')),
      late('+1h', connect('IN_0', '+2m5s')),
    ],
    now: '+2h',
    expect: [five],
  },
  {
    name: 'fifty in ten minutes are one alert',
    tag: 'more',
    given: flaps(every('+12s', '0', '+9m48s')),
    now: '+2h',
    expect: [
      {
        severity: 'critical',
        state: 'resolved',
        startsAt: '+48s',
        endsAt: '+39m36s',
        annotations: { disconnects: '50', periodMs: '12000' },
      },
      ...[0, 12, 24, 36].map((second) => ({
        rule: 'tunnel.network-fault',
        severity: 'warning' as const,
        state: 'resolved' as const,
        startsAt: `+${second}s`,
        endsAt: `+${second + 5}s`,
      })),
    ],
  },
  {
    name: 'short interruptions count',
    tag: 'more',
    given: flaps(['0', '+1m', '+2m', '+3m', '+4m'], '400ms'),
    now: '+2h',
    expect: [five],
  },
  {
    name: 'a sixth keeps it going',
    tag: 'more',
    given: [...FIVE, ...flaps(['+33m'])],
    now: '+2h',
    expect: [{ ...five, endsAt: '+34m' }],
  },
  {
    name: 'to and fro between the instances: the failovers after the fifth are part of it',
    tag: 'more',
    given: [0, 1, 2, 3, 4, 5].flatMap((n) => {
      const [from, to] = n % 2 === 0 ? ['IN_0', 'IN_1'] : ['IN_1', 'IN_0'];
      return [disconnect(from ?? '', `+${n}m`), connect(to ?? '', `+${n}m10s`)];
    }),
    now: '+10m',
    expect: [
      ...[0, 1, 2, 3].map((n) => ({
        rule: 'tunnel.failover',
        severity: 'informational' as const,
        state: 'resolved' as const,
        startsAt: `+${n}m`,
        endsAt: `+${n}m10s`,
      })),
      { severity: 'critical', state: 'firing', startsAt: '+4m', endsAt: null },
    ],
  },
  {
    name: 'it stays down after the last: both are told',
    tag: 'more',
    given: FIVE.slice(0, -1),
    now: '+10m',
    expect: [
      { rule: 'tunnel.down', severity: 'critical', state: 'firing', startsAt: '+4m', endsAt: null },
      { severity: 'critical', state: 'firing', startsAt: '+4m', endsAt: null },
    ],
  },
  {
    name: 'a new series after it ended is a new alert',
    tag: 'more',
    given: [...FIVE, ...flaps(['+2h', '+2h1m', '+2h2m', '+2h3m', '+2h4m'])],
    expect: [five, { severity: 'critical', state: 'firing', startsAt: '+2h4m', endsAt: null }],
  },
  {
    name: 'maintenance beside the fifth lowers it',
    tag: 'more',
    given: [...FIVE, operation('HostMaintenanceEvent', '+5m')],
    expect: [
      {
        severity: 'warning',
        state: 'firing',
        startsAt: '+4m',
        endsAt: null,
        annotations: { causeKind: 'maintenance' },
      },
    ],
  },
];
