import { ok } from '../../model/result.ts';
import { DAY, isoOf } from '../../model/time.ts';
import { type CheckText, defineCheck, type HealthCheck } from '../check.ts';
import { type Bound, oneDecimal, stateWithin } from '../limits.ts';
import { readTime } from '../reading.ts';

/**
 * A check of the days a certificate has left, expired when `now > notAfter`; a day is 86,400 s. `healthy` is the bound in
 * days: the two certificates of the health page differ at exactly 30 days, in every language of the source.
 */
export function certificateCheck(text: Omit<CheckText, 'unit' | 'ownRule'>, healthy: Bound): HealthCheck {
  return defineCheck({
    ...text,
    unit: 'days',
    ownRule: true,
    judge(checkIn, input) {
      const notAfter = readTime(checkIn, `${text.id}NotAfter`, text.id);
      if (!notAfter.ok) return notAfter;
      const limits = { healthy, unhealthy: ['<', 0] } as const;
      const daysLeft = (notAfter.value - input.nowMs) / DAY;
      const { state, threshold } = stateWithin(daysLeft, limits);
      const reason = `${state === 'unhealthy' ? 'expired' : 'expires'} ${isoOf(notAfter.value)}`;
      return ok({ state, value: oneDecimal(daysLeft, limits), threshold, reason });
    },
  });
}
