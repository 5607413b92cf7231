import { late, type RuleCase } from '../case.ts';
import { GATEWAY, p2s } from '../facts.ts';

const failing = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;

const signedIn = (n: number) => [p2s('requested', `s${n}`, `+${n}m`), p2s('authenticated', `s${n}`, `+${n}m2s`)];
const refused = (n: number) => [...signedIn(n), p2s('failed', `s${n}`, `+${n}m4s`)];
const works = (n: number) => [...signedIn(n), p2s('connected', `s${n}`, `+${n}m4s`)];
const each = (from: number, to: number, make: typeof signedIn) =>
  Array.from({ length: to - from }, (_, n) => make(from + n)).flat();

export const cases: readonly RuleCase[] = [
  { name: 'all connect', tag: 'quiet', given: each(0, 8, works), now: '+1h', expect: [] },
  {
    name: 'signed in and refused',
    tag: 'firing',
    given: each(0, 5, refused),
    expect: [
      {
        ...failing,
        labels: { gateway: GATEWAY.key },
        annotations: { lastStep: 'failed', summary: 'after authentication' },
      },
    ],
  },
  { name: 'signed in and nothing more', tag: 'firing', given: each(0, 5, signedIn), now: '+14m', expect: [failing] },
  { name: 'four', tag: 'just-under', given: each(0, 4, refused), now: '+14m', expect: [] },
  {
    name: 'two of five',
    tag: 'just-under',
    given: [...each(0, 2, refused), ...each(2, 5, works)],
    now: '+14m',
    expect: [],
  },
  { name: 'three of six', tag: 'just-over', given: [...each(0, 3, refused), ...each(3, 6, works)], expect: [failing] },
  {
    name: 'refused before they signed in: another rule',
    tag: 'quiet',
    given: Array.from({ length: 6 }, (_, n) => p2s('failed', `s${n}`, `+${n}m`)),
    now: '+14m',
    expect: [],
  },
  {
    name: 'a session that was connected and ends has not failed',
    tag: 'quiet',
    given: [...each(0, 6, works), ...Array.from({ length: 6 }, (_, n) => p2s('disconnected', `s${n}`, `+7m${n}s`))],
    now: '+14m',
    expect: [],
  },
  {
    name: 'each record twice',
    tag: 'duplicate',
    given: [...each(0, 4, refused), ...each(0, 4, refused)],
    now: '+14m',
    expect: [],
  },
  {
    name: 'last steps first',
    tag: 'out-of-order',
    given: each(0, 5, refused).reverse(),
    now: '+10m',
    expect: [failing],
  },
  {
    name: 'the failures a day late',
    tag: 'late',
    given: each(0, 5, refused).map((fact) => late('+1d', fact)),
    now: '+1d',
    expect: [failing],
  },
  {
    name: 'ends with requests that connect',
    tag: 'more',
    given: [...each(0, 5, refused), ...Array.from({ length: 16 }, (_, n) => p2s('connected', `w${n}`, `+6m${n}s`))],
    expect: [{ ...failing, state: 'resolved', endsAt: '+6m15s', endedBy: 'fact' }],
  },
];
