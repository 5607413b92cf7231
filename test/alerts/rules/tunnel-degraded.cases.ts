import { late, type RuleCase, withRules } from '../case.ts';
import { connect, disconnect, GATEWAY, operation } from '../facts.ts';

/** Both instances up since yesterday: active-active. */
const PAIR = [connect('IN_0', '-1d'), connect('IN_1', '-1d')];

export const cases: readonly RuleCase[] = [
  {
    name: 'the normal end of an active-standby failover',
    tag: 'quiet',
    given: [connect('IN_0', '-1d'), disconnect('IN_0', '0'), connect('IN_1', '+20s')],
    now: '+1d',
    expect: [],
  },
  {
    name: 'a failover that makes before it breaks',
    tag: 'quiet',
    given: [connect('IN_0', '-1d'), connect('IN_1', '-1m'), disconnect('IN_0', '0')],
    now: '+1d',
    expect: [],
  },
  {
    name: 'one of a pair stays down',
    tag: 'firing',
    given: [...PAIR, disconnect('IN_0', '0')],
    now: '+5m1ms',
    expect: [
      {
        severity: 'warning',
        state: 'firing',
        startsAt: '0',
        endsAt: null,
        labels: { instance: 'IN_0' },
        annotations: { summary: 'IN_0 is down' },
      },
      // Traffic flows, so this is not an outage.
    ],
  },
  {
    name: 'at the end of the window it is pending',
    tag: 'just-under',
    given: [...PAIR, disconnect('IN_0', '0')],
    now: '+5m',
    expect: [{ severity: 'warning', state: 'pending', startsAt: '0', endsAt: null }],
  },
  {
    name: 'back at the end of the window',
    tag: 'just-under',
    given: [...PAIR, disconnect('IN_0', '0'), connect('IN_0', '+5m')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'back a millisecond later: it was degraded until both were up',
    tag: 'just-over',
    given: [...PAIR, disconnect('IN_0', '0'), connect('IN_0', '+5m1ms')],
    now: '+1h',
    expect: [{ severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+5m1ms', endedBy: 'fact' }],
  },
  {
    name: 'together for just the failover window: a failover',
    tag: 'just-under',
    given: [connect('IN_0', '-1d'), connect('IN_1', '-3m'), disconnect('IN_0', '0')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'together a millisecond longer: a pair',
    tag: 'just-over',
    given: [connect('IN_0', '-1d'), connect('IN_1', '-3m1ms'), disconnect('IN_0', '0')],
    now: '+1h',
    expect: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null }],
  },
  {
    name: 'set as active-active, however short they were together; the id in any case',
    tag: 'more',
    given: [connect('IN_0', '-1d'), connect('IN_1', '-1m'), disconnect('IN_0', '0')],
    now: '+1h',
    settings: withRules({ activeActiveGateways: [GATEWAY.key.toUpperCase()] }),
    expect: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null }],
  },
  {
    name: 'every record twice',
    tag: 'duplicate',
    given: [...PAIR, ...PAIR, disconnect('IN_0', '0'), disconnect('IN_0', '0')],
    now: '+10m',
    expect: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null }],
  },
  {
    name: 'the other instance is heard of last',
    tag: 'out-of-order',
    given: [disconnect('IN_0', '0'), connect('IN_0', '-1d'), connect('IN_1', '-2d')],
    now: '+10m',
    expect: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null }],
  },
  {
    name: 'the connect was in time, its record late: disproved',
    tag: 'late',
    given: [...PAIR, disconnect('IN_0', '0'), late('+1h', connect('IN_0', '+2m'))],
    now: '+2h',
    meanwhile: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null }],
    expect: [],
    disproved: 1,
  },
  {
    name: 'the other goes too: down takes over, and nobody is told that it ended',
    tag: 'more',
    given: [...PAIR, disconnect('IN_0', '0'), disconnect('IN_1', '+10m')],
    now: '+16m',
    expect: [
      { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+10m', endedBy: 'superseded' },
      { rule: 'tunnel.down', severity: 'critical', state: 'firing', startsAt: '+10m', endsAt: null },
    ],
  },
  {
    name: 'until down is found it goes on',
    tag: 'more',
    given: [...PAIR, disconnect('IN_0', '0'), disconnect('IN_1', '+10m')],
    now: '+15m',
    expect: [
      { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null },
      { rule: 'tunnel.down', severity: 'critical', state: 'pending', startsAt: '+10m', endsAt: null },
    ],
  },
  {
    name: 'the other is gone for less than the window: one and the same',
    tag: 'more',
    given: [...PAIR, disconnect('IN_0', '0'), disconnect('IN_1', '+10m'), connect('IN_1', '+12m')],
    now: '+1h',
    expect: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null, labels: { instance: 'IN_0' } }],
  },
  {
    name: 'after an outage the same one is still missing',
    tag: 'more',
    given: [...PAIR, disconnect('IN_0', '0'), disconnect('IN_1', '+10m'), connect('IN_1', '+20m')],
    now: '+1h',
    expect: [
      { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+10m', endedBy: 'superseded' },
      { severity: 'warning', state: 'firing', startsAt: '+20m', endsAt: null, labels: { instance: 'IN_0' } },
    ],
  },
  {
    name: 'after an outage the other one is missing',
    tag: 'more',
    given: [...PAIR, disconnect('IN_0', '0'), disconnect('IN_1', '+10m'), connect('IN_0', '+20m')],
    now: '+1h',
    expect: [
      { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+10m', labels: { instance: 'IN_0' } },
      { severity: 'warning', state: 'firing', startsAt: '+20m', endsAt: null, labels: { instance: 'IN_1' } },
    ],
  },
  {
    name: 'the two change places without an outage',
    tag: 'more',
    given: [...PAIR, disconnect('IN_0', '0'), disconnect('IN_1', '+10m'), connect('IN_0', '+12m')],
    now: '+1h',
    expect: [
      { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '+12m', labels: { instance: 'IN_0' } },
      { severity: 'warning', state: 'firing', startsAt: '+12m', endsAt: null, labels: { instance: 'IN_1' } },
    ],
  },
  {
    name: 'maintenance lowers it',
    tag: 'more',
    given: [...PAIR, operation('GatewayTenantPrimaryChanged', '+1m'), disconnect('IN_0', '0')],
    now: '+10m',
    expect: [
      {
        severity: 'informational',
        state: 'firing',
        startsAt: '0',
        endsAt: null,
        annotations: { causeKind: 'maintenance' },
      },
    ],
  },
];
