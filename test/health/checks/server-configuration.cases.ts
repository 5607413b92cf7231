import { type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('serverConfiguration', [
    ['applied', 'healthy'],
    ['failed', 'unhealthy'],
  ]),
  ...unknowns('serverConfiguration'),
  {
    name: 'a word of no meaning here',
    given: { serverConfiguration: 'maybe' },
    expect: { state: 'unknown', value: null, reason: 'reported, but none of applied, failed' },
  },
  { name: 'a number', given: { serverConfiguration: 1 }, expect: { state: 'unknown', value: null } },
];
