import { HOUR, timestampOf } from '../../../shared/model/time.ts';
import { badTimes, type CheckCase, NOW, unknowns } from '../case.ts';

const uploaded = (agoMs: number) => ({ logsUploadedAt: timestampOf(NOW - agoMs) });

export const cases: readonly CheckCase[] = [
  { name: '1 ms under', given: uploaded(HOUR - 1), expect: { state: 'healthy', value: 60, threshold: '<= 60' } },
  {
    name: 'exactly 60 min ago',
    given: uploaded(HOUR),
    expect: { state: 'healthy', value: 60, unit: 'min', reason: 'logs uploaded 60 min ago, <= 60' },
  },
  { name: '1 ms over', given: uploaded(HOUR + 1), expect: { state: 'unhealthy', value: 60.1, threshold: '> 60' } },
  { name: 'ahead of the clock', given: uploaded(-HOUR), expect: { state: 'healthy', value: 0 } },
  {
    name: 'aged by the clock, not by the check-in',
    given: uploaded(0),
    input: { nowMs: NOW + 2 * HOUR },
    expect: { state: 'unhealthy', value: 120 },
  },
  ...unknowns('logsUploadedAt'),
  ...badTimes('logsUploadedAt'),
];
