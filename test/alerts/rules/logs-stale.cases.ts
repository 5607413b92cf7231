import { late, type RuleCase } from '../case.ts';
import { accessed, checkIn, every, heard } from '../facts.ts';

/** An hour of log lines from a server that checks in. */
const CONTINUOUS = [checkIn('-1h'), ...every('+10m', '-1h', '0').map(heard)];

const stale = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  {
    name: 'a bundle uploaded once: no check-ins beside it',
    tag: 'quiet',
    given: every('+10m', '-2h', '0').map(heard),
    now: '+1d',
    expect: [],
  },
  {
    name: 'it checks in, but no line comes any more',
    tag: 'firing',
    given: [...CONTINUOUS, checkIn('+1h')],
    now: '+2h',
    expect: [
      {
        ...stale,
        labels: { server: 'tunnel-1.contoso.example', source: 'syslog/tunnel-1.contoso.example' },
        annotations: { remedy: 'shipper' },
      },
    ],
  },
  { name: 'silent for an hour', tag: 'just-under', given: CONTINUOUS, now: '+1h', expect: [] },
  { name: 'silent for more', tag: 'just-over', given: CONTINUOUS, now: '+1h1ms', expect: [stale] },
  {
    name: 'a few stray lines: not continuous',
    tag: 'just-under',
    given: [checkIn('-1h'), heard('-9m59s'), heard('-5m'), heard('0')],
    now: '+3h',
    expect: [],
  },
  {
    name: 'lines for ten minutes: continuous',
    tag: 'just-over',
    given: [checkIn('-1h'), heard('-10m'), heard('-5m'), heard('0')],
    now: '+3h',
    expect: [stale],
  },
  {
    name: 'access lines never count: they are off by default',
    tag: 'quiet',
    given: [checkIn('-1h'), ...every('+10m', '-1h', '0').map(accessed)],
    now: '+3h',
    expect: [],
  },
  {
    name: 'the same lines twice',
    tag: 'duplicate',
    given: [...CONTINUOUS, ...CONTINUOUS],
    now: '+2h',
    expect: [stale],
  },
  {
    name: 'lines in the wrong order',
    tag: 'out-of-order',
    given: [checkIn('-1h'), ...every('+10m', '-1h', '-20m').map(heard), heard('0'), heard('-10m')],
    now: '+2h',
    expect: [stale],
  },
  {
    name: 'the shipper was behind and catches up: disproved',
    tag: 'late',
    given: [...CONTINUOUS, late('+1h10m', heard('+30m'))],
    now: '+1h20m',
    meanwhile: [stale],
    expect: [],
    disproved: 1,
  },
  {
    name: 'a line ends it',
    tag: 'more',
    given: [...CONTINUOUS, heard('+3h')],
    expect: [{ ...stale, state: 'resolved', endsAt: '+3h', endedBy: 'fact' }],
  },
  {
    name: 'a check-in does not',
    tag: 'more',
    given: [...CONTINUOUS, checkIn('+3h')],
    expect: [stale],
  },
  {
    name: 'one line after a silence makes no continuous source',
    tag: 'more',
    given: [...CONTINUOUS, heard('+3h')],
    now: '+9h',
    expect: [{ ...stale, state: 'resolved', endsAt: '+3h' }],
  },
  {
    name: 'it begins to check in after it fell silent: found then',
    tag: 'more',
    given: [...every('+10m', '-1h', '0').map(heard), checkIn('+4h')],
    expect: [stale],
  },
];
