import { type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('serverContainer', [
    ['running', 'healthy'],
    ['not-running', 'unhealthy'],
  ]),
  ...unknowns('serverContainer'),
  {
    name: 'a word of no meaning here',
    given: { serverContainer: 'maybe' },
    expect: { state: 'unknown', value: null, reason: 'reported, but none of running, not-running' },
  },
  { name: 'a number', given: { serverContainer: 1 }, expect: { state: 'unknown', value: null } },
];
