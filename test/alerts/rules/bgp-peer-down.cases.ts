import { late, type RuleCase, withRules } from '../case.ts';
import { bgp, GATEWAY, withdrawn } from '../facts.ts';

const OTHER = '10.1.0.5';
const down = { severity: 'critical', state: 'firing', startsAt: '0', endsAt: null } as const;
const over = (endsAt: string) => ({ ...down, state: 'resolved', endsAt, endedBy: 'fact' }) as const;

export const cases: readonly RuleCase[] = [
  { name: 'connects and stays', tag: 'quiet', given: [...bgp('connected', '0')], now: '+1h', expect: [] },
  {
    name: 'back within the window',
    tag: 'quiet',
    given: [...bgp('connected', '-1h'), ...bgp('disconnected', '0'), ...bgp('connected', '+2m')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'disconnected and not back, with its labels',
    tag: 'firing',
    given: [...bgp('connected', '-1h'), ...bgp('disconnected', '0')],
    now: '+10m',
    expect: [
      { ...down, labels: { gateway: GATEWAY.key, peer: '10.1.0.4' }, annotations: { summary: 'BGP peer 10.1.0.4' } },
    ],
  },
  {
    name: 'three minutes',
    tag: 'just-under',
    given: bgp('disconnected', '0'),
    now: '+3m',
    expect: [{ ...down, state: 'pending' }],
  },
  { name: 'a moment more', tag: 'just-over', given: bgp('disconnected', '0'), now: '+3m1ms', expect: [down] },
  {
    name: 'back in the last instant of the window',
    tag: 'just-under',
    given: [...bgp('disconnected', '0'), ...bgp('connected', '+3m')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'ends with the connect',
    tag: 'more',
    given: [...bgp('disconnected', '0'), ...bgp('connected', '+20m')],
    expect: [over('+20m')],
  },
  {
    name: 'another peer of the gateway is up: a warning',
    tag: 'more',
    given: [...bgp('connected', '-1h', OTHER), ...bgp('disconnected', '0')],
    now: '+10m',
    expect: [{ ...down, severity: 'warning', annotations: { summary: '10.1.0.5 still up' } }],
  },
  {
    name: 'the other one goes as well: critical from then on',
    tag: 'more',
    given: [...bgp('connected', '-1h', OTHER), ...bgp('disconnected', '0'), ...bgp('disconnected', '+10m', OTHER)],
    now: '+12m',
    meanwhile: [{ ...down, severity: 'warning' }],
    expect: [down],
  },
  {
    name: 'the other one comes back: a warning again',
    tag: 'more',
    given: [...bgp('disconnected', '-10m', OTHER), ...bgp('disconnected', '0'), ...bgp('connected', '+10m', OTHER)],
    now: '+12m',
    meanwhile: [down],
    expect: [{ ...down, severity: 'warning' }],
  },
  {
    name: 'a second disconnect changes nothing',
    tag: 'duplicate',
    given: [...bgp('disconnected', '0'), ...bgp('disconnected', '0'), ...bgp('disconnected', '+4m')],
    now: '+10m',
    expect: [down],
  },
  {
    name: 'the connect arrives before the disconnect',
    tag: 'out-of-order',
    given: [...bgp('connected', '+20m'), ...bgp('disconnected', '0')],
    expect: [over('+20m')],
  },
  {
    name: 'the connect arrives two days late, with a time within the window: disproved',
    tag: 'late',
    given: [
      ...bgp('disconnected', '0'),
      withdrawn('+10m', ''),
      ...bgp('connected', '+2m').map((fact) => late('+2d', fact)),
    ],
    now: '+2d',
    expect: [],
    disproved: 1,
  },
  {
    name: 'the other instance took over before: a planned failover',
    tag: 'more',
    given: [...bgp('connected', '-20s', '10.1.0.4', 'IN_1'), ...bgp('disconnected', '0', '10.1.0.4', 'IN_0')],
    now: '+1h',
    expect: [],
  },
  {
    name: 'the other instance connected long before: nothing says that it still is',
    tag: 'more',
    given: [...bgp('connected', '-1h', '10.1.0.4', 'IN_1'), ...bgp('disconnected', '0', '10.1.0.4', 'IN_0')],
    now: '+1h',
    expect: [down],
  },
  {
    name: 'names the routes that were withdrawn with it, by the peer or by the gateway',
    tag: 'more',
    given: [
      withdrawn('-10m', '10.9.0.0/16'),
      withdrawn('-5s', '10.2.0.0/16, 10.3.0.0/16'),
      ...bgp('disconnected', '0'),
      withdrawn('+2s', '10.4.0.0/16', false),
    ],
    now: '+10m',
    expect: [{ ...down, annotations: { routesWithdrawn: '10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16' } }],
  },
  {
    name: 'another window',
    tag: 'more',
    given: bgp('disconnected', '0'),
    now: '+10m',
    settings: withRules({ bgpDownMs: 15 * 60_000 }),
    expect: [{ ...down, state: 'pending' }],
  },
];
