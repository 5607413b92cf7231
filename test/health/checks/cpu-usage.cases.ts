import { DEFAULT_THRESHOLDS } from '../../../shared/model/settings.ts';
import { badNumbers, type CheckCase, reported, unknowns } from '../case.ts';

const thresholds = { ...DEFAULT_THRESHOLDS, cpuUsage: { healthy: 50, unhealthy: 75 } };

export const cases: readonly CheckCase[] = [
  ...reported('cpuUsage', [
    [0, 'healthy', '<= 95'],
    [94.9, 'healthy', '<= 95'],
    [95, 'healthy', '<= 95'],
    [95.1, 'warning', '> 95 and < 100'],
    [99.9, 'warning', '> 95 and < 100'],
    [100, 'unhealthy', '>= 100'],
    [100.1, 'unhealthy', '>= 100'],
  ]),
  ...reported(
    'cpuUsage',
    [
      [50, 'healthy', '<= 50'],
      [50.1, 'warning', '> 50 and < 75'],
      [74.9, 'warning', '> 50 and < 75'],
      [75, 'unhealthy', '>= 75'],
    ],
    { thresholds },
  ),
  ...unknowns('cpuUsage'),
  ...badNumbers('cpuUsage'),
];
