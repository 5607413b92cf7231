import { DAY, timestampOf } from '../../../shared/model/time.ts';
import { badTimes, type CheckCase, NOW, unknowns } from '../case.ts';

const attribute = 'tlsCertificateNotAfter';
const left = (ms: number) => ({ [attribute]: timestampOf(NOW + ms) });

export const cases: readonly CheckCase[] = [
  {
    name: '30 days and 1 ms left',
    given: left(30 * DAY + 1),
    expect: { state: 'healthy', value: 30.1, threshold: '> 30' },
  },
  {
    name: 'exactly 30 days left',
    given: left(30 * DAY),
    expect: { state: 'warning', value: 30, threshold: '<= 30 and >= 0', observedAt: '2026-11-22T09:00:00.000Z' },
  },
  { name: '1 ms under 30 days', given: left(30 * DAY - 1), expect: { state: 'warning', value: 30 } },
  { name: '1 ms left', given: left(1), expect: { state: 'warning', value: 0 } },
  {
    name: 'at notAfter itself it is not yet expired',
    given: left(0),
    expect: { state: 'warning', value: 0, reason: 'expires 2026-11-22T09:01:00.000Z' },
  },
  {
    name: '1 ms expired',
    given: left(-1),
    expect: { state: 'unhealthy', value: -0.1, threshold: '< 0', reason: 'expired 2026-11-22T09:00:59.999Z' },
  },
  {
    name: 'aged by the clock, not by the check-in',
    given: left(DAY),
    input: { nowMs: NOW + 2 * DAY },
    expect: { state: 'unhealthy', value: -1 },
  },
  ...unknowns(attribute, 'tlsCertificate'),
  ...badTimes(attribute, 'tlsCertificate'),
];
