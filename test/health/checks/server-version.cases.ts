import { badNumbers, type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('versionsBehind', [
    [0, 'healthy', '<= 0'],
    [1, 'warning', '> 0 and < 2'],
    [2, 'unhealthy', '>= 2'],
    [3, 'unhealthy', '>= 2'],
  ]),
  ...unknowns('versionsBehind'),
  ...badNumbers('versionsBehind'),
];
