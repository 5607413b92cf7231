import type { HealthState } from '../../model/health.ts';
import { ok } from '../../model/result.ts';
import { type CheckText, defineCheck, type HealthCheck } from '../check.ts';
import { readText, unread } from '../reading.ts';

type Outcome = readonly [state: HealthState, reason: string];

/** A check of a word the server states; a word that is not in the table is unknown. */
export function statementCheck(text: CheckText, outcomes: ReadonlyMap<string, Outcome>): HealthCheck {
  return defineCheck({
    ...text,
    judge(checkIn) {
      const reading = readText(checkIn, text.id);
      if (!reading.ok) return reading;
      const outcome = outcomes.get(reading.value);
      if (!outcome) return unread(`reported, but none of ${[...outcomes.keys()].join(', ')}`);
      const [state, reason] = outcome;
      return ok({ state, value: reading.value, threshold: null, reason });
    },
  });
}
