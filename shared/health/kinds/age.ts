import { factMillis } from '../../model/fact.ts';
import { ok } from '../../model/result.ts';
import { MINUTE, type Millis } from '../../model/time.ts';
import { type CheckText, defineCheck, type HealthCheck, type Verdict } from '../check.ts';
import { type Limits, oneDecimal, stateWithin } from '../limits.ts';
import { readTime } from '../reading.ts';

interface Age extends CheckText {
  readonly attribute: string;
  /** `now`: silence makes it older. `check-in`: judged as the check-in found it, so one silence does not fail many checks. */
  readonly against: 'now' | 'check-in';
  readonly maxMs: Millis;
  /** What happened then: `registry contacted`. */
  readonly event: string;
}

/** The verdict on an age that is healthy up to `maxMs`, in minutes. A time ahead of the clock has the age 0. */
export function judgeAge(event: string, ageMs: Millis, maxMs: Millis, against: Age['against']): Verdict {
  const limits: Limits = { healthy: ['<=', maxMs / MINUTE], unhealthy: ['>', maxMs / MINUTE] };
  const minutes = Math.max(0, ageMs) / MINUTE;
  const value = oneDecimal(minutes, limits);
  const { state, threshold } = stateWithin(minutes, limits);
  const when = against === 'now' ? `${value} min ago` : `${value} min before the check-in`;
  return { state, value, threshold, reason: `${event} ${when}, ${threshold}` };
}

/** A check of how long ago something happened. */
export function ageCheck({ attribute, against, maxMs, event, ...text }: Age): HealthCheck {
  return defineCheck({
    ...text,
    unit: 'min',
    judge(checkIn, input) {
      const reading = readTime(checkIn, attribute);
      if (!reading.ok) return reading;
      const reference = against === 'now' ? input.nowMs : factMillis(checkIn);
      return ok(judgeAge(event, reference - reading.value, maxMs, against));
    },
  });
}
