import { ok } from '../../model/result.ts';
import type { EditableMetric } from '../../model/settings.ts';
import { type CheckInput, type CheckText, defineCheck, type HealthCheck } from '../check.ts';
import { type Limits, stateWithin } from '../limits.ts';
import { limitsOf, METRICS } from '../metrics.ts';
import { readNumber } from '../reading.ts';

interface Measure extends CheckText {
  readonly editable?: boolean;
  /** Attribute of the check-in, when it is not named like the check. */
  readonly attribute?: string;
  limits(input: CheckInput): Limits;
}

/** A check of a reported number against limits. */
export function measureCheck({ limits, attribute, ...text }: Measure): HealthCheck {
  return defineCheck({
    ...text,
    judge(checkIn, input) {
      const reading = readNumber(checkIn, attribute ?? text.id);
      if (!reading.ok) return reading;
      const { state, threshold } = stateWithin(reading.value, limits(input));
      const said = text.unit ? `${reading.value} ${text.unit}` : `${reading.value}`;
      return ok({ state, value: reading.value, threshold, reason: `${said} is ${threshold}` });
    },
  });
}

/** A check whose pair of bounds people may edit. */
export function editableCheck(id: EditableMetric, remedies: CheckText['remedies']): HealthCheck {
  const { title, unit } = METRICS[id];
  const limits = (input: CheckInput) => limitsOf(id, input.thresholds[id]);
  return measureCheck({ id, title, unit, editable: true, remedies, limits });
}
