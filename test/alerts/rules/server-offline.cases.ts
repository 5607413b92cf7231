import { late, type RuleCase, withRules } from '../case.ts';
import { accessed, checkIn, closed, heard, opened } from '../facts.ts';

const offline = { severity: 'critical', state: 'firing', startsAt: '0', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  {
    name: 'never checked in: nothing is missing',
    tag: 'quiet',
    given: [opened('a', '0'), heard('0')],
    now: '+1d',
    expect: [],
  },
  {
    name: 'silent, and serves nobody',
    tag: 'firing',
    given: [checkIn('-5m'), checkIn('0', { site: 'Paris' })],
    now: '+1h',
    expect: [
      {
        ...offline,
        labels: { server: 'tunnel-1.contoso.example', site: 'Paris' },
        annotations: { remedy: 'mst-cli agent status' },
      },
    ],
  },
  { name: 'five minutes of silence', tag: 'just-under', given: [checkIn('0')], now: '+5m', expect: [] },
  { name: 'a millisecond more', tag: 'just-over', given: [checkIn('0')], now: '+5m1ms', expect: [offline] },
  {
    name: 'a client connected within fifteen minutes: not reporting, but serving',
    tag: 'just-under',
    given: [checkIn('0'), opened('a', '+1m')],
    now: '+16m',
    expect: [],
  },
  {
    name: 'longer than that: offline since the last sign',
    tag: 'just-over',
    given: [checkIn('0'), opened('a', '+1m')],
    now: '+16m1ms',
    expect: [{ ...offline, startsAt: '+1m' }],
  },
  {
    name: 'a check-in a millisecond too late: it was offline for that long',
    tag: 'just-over',
    given: [checkIn('0'), checkIn('+5m1ms')],
    expect: [{ ...offline, state: 'resolved', endsAt: '+5m1ms', endedBy: 'fact' }],
  },
  {
    name: 'access lines are a sign as well',
    tag: 'more',
    given: [checkIn('0'), accessed('+4m')],
    now: '+19m',
    expect: [],
  },
  {
    name: 'and so is a session that ends',
    tag: 'more',
    given: [checkIn('0'), closed('a', '+4m')],
    now: '+19m',
    expect: [],
  },
  {
    name: 'probes are none, and neither are other log lines',
    tag: 'more',
    given: [checkIn('0'), opened('a', '+4m', { probe: true }), heard('+5m')],
    now: '+6m',
    expect: [offline],
  },
  {
    name: 'a check-in ends it; a session does not',
    tag: 'more',
    given: [checkIn('0'), opened('a', '+10m'), opened('b', '+30m'), checkIn('+31m')],
    expect: [{ ...offline, state: 'resolved', endsAt: '+31m', endedBy: 'fact' }],
  },
  {
    name: 'silence does not end it',
    tag: 'more',
    given: [checkIn('0')],
    now: '+30d',
    expect: [offline],
  },
  {
    name: 'the same check-in again is no news',
    tag: 'duplicate',
    given: [checkIn('0'), checkIn('0')],
    now: '+6m',
    expect: [offline],
  },
  {
    name: 'check-ins in the wrong order',
    tag: 'out-of-order',
    given: [checkIn('+10m'), checkIn('+5m'), checkIn('0')],
    expect: [],
  },
  {
    name: 'the shipper was behind: the session shows that it served',
    tag: 'late',
    given: [checkIn('0'), late('+10m', opened('a', '+2m'))],
    now: '+12m',
    meanwhile: [offline],
    expect: [],
    disproved: 1,
  },
  {
    name: 'a late check-in moves the start of the same alert',
    tag: 'late',
    given: [checkIn('0'), late('+30m', checkIn('+2m'))],
    now: '+40m',
    meanwhile: [offline],
    expect: [{ ...offline, startsAt: '+2m' }],
    disproved: 0,
  },
  {
    name: 'the windows are settings',
    tag: 'more',
    given: [checkIn('0'), opened('a', '+1m')],
    now: '+4m',
    settings: withRules({ checkInMs: 60_000, servingMs: 120_000 }),
    expect: [{ ...offline, startsAt: '+1m' }],
  },
];
