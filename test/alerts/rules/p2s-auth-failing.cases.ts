import { late, type RuleCase, withRules } from '../case.ts';
import { GATEWAY, many, p2s } from '../facts.ts';

const failing = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;

/** A request that goes no further, one that gets through, one that is refused; each at its own minute. */
const stops = (n: number) => [p2s('requested', `bad${n}`, `+${n}m`)];
const refused = (n: number) => [p2s('requested', `no${n}`, `+${n}m`), p2s('failed', `no${n}`, `+${n}m2s`)];
const works = (n: number) => [
  p2s('requested', `ok${n}`, `+${n}m`),
  p2s('authenticated', `ok${n}`, `+${n}m2s`),
  p2s('connected', `ok${n}`, `+${n}m3s`),
];
const each = (from: number, to: number, make: typeof stops) =>
  Array.from({ length: to - from }, (_, n) => make(from + n)).flat();

export const cases: readonly RuleCase[] = [
  { name: 'all get through', tag: 'quiet', given: each(0, 10, works), now: '+1h', expect: [] },
  {
    name: 'five in five minutes say nothing more',
    tag: 'firing',
    given: each(0, 5, stops),
    now: '+10m',
    expect: [
      {
        ...failing,
        labels: { gateway: GATEWAY.key },
        annotations: { stopped: '3', requests: '5', lastStep: 'requested' },
      },
    ],
  },
  { name: 'four', tag: 'just-under', given: each(0, 4, stops), now: '+10m', expect: [] },
  {
    name: 'five, the last one refused',
    tag: 'just-over',
    given: [...each(0, 4, stops), ...refused(4)],
    now: '+5m',
    expect: [failing],
  },
  {
    name: 'two of five',
    tag: 'just-under',
    given: [...each(0, 2, stops), ...each(2, 5, works)],
    now: '+14m',
    expect: [],
  },
  {
    name: 'three of six: half',
    tag: 'just-over',
    given: [...each(0, 3, stops), ...each(3, 6, works)],
    now: '+14m',
    expect: [failing],
  },
  {
    name: 'one that is under way is not one that stopped',
    tag: 'just-under',
    given: many(5, (n) => p2s('requested', `s${n}`, `+${n}s`)),
    now: '+1m',
    expect: [],
  },
  {
    name: 'a minute without a further step is',
    tag: 'just-over',
    given: many(5, (n) => p2s('requested', `s${n}`, `+${n}s`)),
    now: '+1m5s',
    expect: [{ ...failing, startsAt: '0' }],
  },
  {
    name: 'one session asks five times: one request',
    tag: 'quiet',
    given: many(5, (n) => p2s('requested', 'same', `+${n}m`)),
    now: '+14m',
    expect: [],
  },
  {
    name: 'stopped after authentication: another rule',
    tag: 'quiet',
    given: many(6, (n) => p2s('authenticated', `s${n}`, `+${n}m`)),
    now: '+14m',
    expect: [],
  },
  {
    name: 'spread over more than the window',
    tag: 'quiet',
    given: many(5, (n) => p2s('requested', `s${n}`, `+${n * 4}m`)),
    now: '+1h',
    expect: [],
  },
  {
    name: 'ends by a request when less than a quarter stop',
    tag: 'more',
    given: [
      ...each(0, 5, stops),
      ...Array.from({ length: 16 }, (_, n) => [p2s('connected', `w${n}`, `+6m${n}s`)]).flat(),
    ],
    expect: [{ ...failing, state: 'resolved', endsAt: '+6m15s', endedBy: 'fact' }],
  },
  {
    name: 'ends by the clock when the bad ones leave the window and good ones are left',
    tag: 'more',
    given: [...each(0, 5, stops), ...each(6, 12, works)],
    now: '+40m',
    expect: [{ ...failing, state: 'resolved', endsAt: '+18m1ms', endedBy: 'clock' }],
  },
  { name: 'silence ends nothing', tag: 'more', given: each(0, 5, stops), now: '+3h', expect: [failing] },
  {
    name: 'the end of a session from before is no request',
    tag: 'quiet',
    given: many(6, (n) => p2s('disconnected', `old${n}`, `+${n}s`)),
    now: '+1h',
    expect: [],
  },
  {
    name: 'each record twice',
    tag: 'duplicate',
    given: [...each(0, 4, stops), ...each(0, 4, stops)],
    now: '+10m',
    expect: [],
  },
  {
    name: 'steps arrive before their requests',
    tag: 'out-of-order',
    given: [...each(0, 3, refused), ...each(3, 6, refused)].reverse(),
    now: '+14m',
    expect: [failing],
  },
  {
    name: 'the authentications arrive a day late: disproved',
    tag: 'late',
    given: [
      ...each(0, 5, stops),
      ...Array.from({ length: 5 }, (_, n) => late('+1d', p2s('connected', `bad${n}`, `+${n}m3s`))),
    ],
    now: '+1d',
    expect: [],
    disproved: 1,
  },
  {
    name: 'other counts and windows',
    tag: 'more',
    given: each(0, 3, refused),
    now: '+3m',
    settings: withRules({ p2sCount: 3 }),
    expect: [failing],
  },
];
