import { badNumbers, type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('throughput', [
    [0, 'healthy'],
    [0.5, 'healthy'],
    [100000, 'healthy'],
  ]),
  ...unknowns('throughput'),
  ...badNumbers('throughput'),
];
