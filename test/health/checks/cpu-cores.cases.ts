import { badNumbers, type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('cpuCores', [
    [0, 'unhealthy', '<= 0'],
    [1, 'warning', '< 4 and > 0'],
    [3, 'warning', '< 4 and > 0'],
    [3.9, 'warning', '< 4 and > 0'],
    [4, 'healthy', '>= 4'],
    [5, 'healthy', '>= 4'],
  ]),
  ...unknowns('cpuCores'),
  ...badNumbers('cpuCores'),
];
