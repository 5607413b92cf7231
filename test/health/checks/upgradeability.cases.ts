import { DAY, MINUTE, timestampOf } from '../../../shared/model/time.ts';
import { badTimes, CHECKED_IN, type CheckCase, unknowns } from '../case.ts';

const contacted = (agoMs: number) => ({ registryContactedAt: timestampOf(CHECKED_IN - agoMs) });

export const cases: readonly CheckCase[] = [
  { name: '1 ms under', given: contacted(5 * MINUTE - 1), expect: { state: 'healthy', value: 5, threshold: '<= 5' } },
  {
    name: 'exactly 5 min before the check-in',
    given: contacted(5 * MINUTE),
    expect: { state: 'healthy', value: 5, unit: 'min', reason: 'registry contacted 5 min before the check-in, <= 5' },
  },
  { name: '1 ms over', given: contacted(5 * MINUTE + 1), expect: { state: 'unhealthy', value: 5.1, threshold: '> 5' } },
  { name: 'after the check-in', given: contacted(-MINUTE), expect: { state: 'healthy', value: 0 } },
  {
    name: 'a silent server does not fail it: judged at the check-in',
    given: contacted(MINUTE),
    input: { nowMs: CHECKED_IN + DAY },
    expect: { state: 'healthy', value: 1 },
  },
  ...unknowns('registryContactedAt'),
  ...badTimes('registryContactedAt'),
];
