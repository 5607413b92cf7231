import { late, type RuleCase, withRules } from '../case.ts';
import { counted } from '../facts.ts';

const noisy = { severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '+1h' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'few are DNS', tag: 'quiet', given: [counted('0', 1000, 10)], now: '+59m', expect: [] },
  {
    name: 'most are DNS',
    tag: 'firing',
    given: [counted('0', 1000, 900)],
    now: '+59m',
    expect: [{ ...noisy, endedBy: 'event', annotations: { summary: '900 of 1000', remedy: 'TRACE_SESSIONS=1' } }],
  },
  { name: 'just half', tag: 'just-under', given: [counted('0', 1000, 500)], now: '+59m', expect: [] },
  { name: 'one more', tag: 'just-over', given: [counted('0', 1000, 501)], now: '+59m', expect: [noisy] },
  {
    name: 'too few lines to say',
    tag: 'just-under',
    given: [counted('0', 9, 9)],
    now: '+59m',
    settings: withRules({ accessMinLines: 10 }),
    expect: [],
  },
  {
    name: 'enough lines to say',
    tag: 'just-over',
    given: [counted('0', 10, 10)],
    now: '+59m',
    settings: withRules({ accessMinLines: 10 }),
    expect: [noisy],
  },
  {
    name: 'the same count twice is not twice as many lines',
    tag: 'duplicate',
    given: [counted('0', 5, 5), counted('0', 5, 5)],
    now: '+59m',
    expect: [{ ...noisy, annotations: { summary: '5 of 5' } }],
  },
  {
    name: 'two sources of one server are summed up',
    tag: 'more',
    given: [counted('0', 5, 5, 'a.log'), counted('0', 5, 5, 'b.log')],
    now: '+59m',
    expect: [{ ...noisy, annotations: { summary: '10 of 10' } }],
  },
  {
    name: 'the quiet source of two decides',
    tag: 'more',
    given: [counted('0', 100, 100, 'a.log'), counted('0', 900, 0, 'b.log')],
    now: '+59m',
    expect: [],
  },
  {
    name: 'the later count first',
    tag: 'out-of-order',
    given: [counted('+30m', 100, 90), counted('0', 100, 0)],
    now: '+59m',
    expect: [{ ...noisy, startsAt: '+30m', endsAt: '+90m' }],
  },
  {
    name: 'counted when the hour is nearly over',
    tag: 'late',
    given: [late('+59m', counted('0', 1000, 900))],
    expect: [noisy],
  },
  {
    name: 'hour after hour is told hour by hour',
    tag: 'more',
    given: [counted('0', 100, 90), counted('+1h', 100, 90)],
    now: '+1h1m',
    expect: [noisy, { ...noisy, startsAt: '+1h', endsAt: '+2h' }],
  },
];
