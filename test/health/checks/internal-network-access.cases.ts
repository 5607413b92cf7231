import { type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('internalNetworkAccess', [
    ['reachable', 'healthy'],
    ['unreachable', 'unhealthy'],
    ['not-configured', 'unknown'],
  ]),
  ...unknowns('internalNetworkAccess'),
  {
    name: 'a word of no meaning here',
    given: { internalNetworkAccess: 'maybe' },
    expect: { state: 'unknown', value: null, reason: 'reported, but none of reachable, unreachable, not-configured' },
  },
  { name: 'a number', given: { internalNetworkAccess: 1 }, expect: { state: 'unknown', value: null } },
];
