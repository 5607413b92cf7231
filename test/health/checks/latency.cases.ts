import { DEFAULT_THRESHOLDS } from '../../../shared/model/settings.ts';
import { badNumbers, type CheckCase, reported, unknowns } from '../case.ts';

const thresholds = { ...DEFAULT_THRESHOLDS, latency: { healthy: 15, unhealthy: 15 } };

export const cases: readonly CheckCase[] = [
  ...reported('latency', [
    [0, 'healthy', '< 10'],
    [9.9, 'healthy', '< 10'],
    [10, 'warning', '>= 10 and <= 20'],
    [10.1, 'warning', '>= 10 and <= 20'],
    [19.9, 'warning', '>= 10 and <= 20'],
    [20, 'warning', '>= 10 and <= 20'],
    [20.1, 'unhealthy', '> 20'],
  ]),
  ...reported(
    'latency',
    [
      [14.9, 'healthy', '< 15'],
      [15, 'warning', '>= 15 and <= 15'],
      [15.1, 'unhealthy', '> 15'],
    ],
    { thresholds },
  ),
  ...unknowns('latency'),
  ...badNumbers('latency'),
];
