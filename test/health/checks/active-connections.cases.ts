import { badNumbers, type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('activeConnections', [
    [0, 'healthy', '<= 4990'],
    [4989, 'healthy', '<= 4990'],
    [4990, 'healthy', '<= 4990'],
    [4991, 'unhealthy', '> 4990'],
  ]),
  ...unknowns('activeConnections'),
  ...badNumbers('activeConnections'),
];
