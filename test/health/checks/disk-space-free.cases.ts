import { DEFAULT_THRESHOLDS } from '../../../shared/model/settings.ts';
import { badNumbers, type CheckCase, reported, unknowns } from '../case.ts';

const thresholds = { ...DEFAULT_THRESHOLDS, diskSpaceFree: { healthy: 8, unhealthy: 8 } };

export const cases: readonly CheckCase[] = [
  ...reported('diskSpaceFree', [
    [0, 'unhealthy', '< 3'],
    [2.9, 'unhealthy', '< 3'],
    [3, 'warning', '<= 5 and >= 3'],
    [3.1, 'warning', '<= 5 and >= 3'],
    [4.9, 'warning', '<= 5 and >= 3'],
    [5, 'warning', '<= 5 and >= 3'],
    [5.1, 'healthy', '> 5'],
  ]),
  ...reported(
    'diskSpaceFree',
    [
      [7.9, 'unhealthy', '< 8'],
      [8, 'warning', '<= 8 and >= 8'],
      [8.1, 'healthy', '> 8'],
    ],
    { thresholds },
  ),
  ...unknowns('diskSpaceFree'),
  ...badNumbers('diskSpaceFree'),
];
