import type { CheckInput } from '../../shared/health/check.ts';
import { tunnelServerEntity } from '../../shared/model/entity.ts';
import { type Fact, makeFact, type Scalar } from '../../shared/model/fact.ts';
import type { Check } from '../../shared/model/health.ts';
import { DEFAULT_RULE_SETTINGS, DEFAULT_THRESHOLDS } from '../../shared/model/settings.ts';
import { MINUTE, type Millis, timestampOf } from '../../shared/model/time.ts';

/** When the synthetic check-in was made, and the clock most cases are judged at: a minute later. */
export const CHECKED_IN = Date.UTC(2026, 10, 22, 9, 0);
export const NOW = CHECKED_IN + MINUTE;

export type Attributes = Readonly<Record<string, Scalar>>;

/** One row of a check's table: what the check-in says (undefined: there is none), the rest of the input, what comes out. */
export interface CheckCase {
  readonly name: string;
  readonly given: Attributes | undefined;
  readonly input?: Partial<Omit<CheckInput, 'checkIn'>>;
  readonly expect: Partial<Check> & Pick<Check, 'state'>;
}

/** A synthetic check-in of `tunnel-1.contoso.example`. */
export function checkInOf(attributes: Attributes, at: Millis = CHECKED_IN): Fact {
  const time = timestampOf(at);
  const entity = tunnelServerEntity('tunnel-1.contoso.example');
  const draft = { kind: 'server.checkin', entity, time, identity: [], attributes };
  return makeFact(draft, { source: 'synthetic', line: 1, byte: 0 }, []);
}

/** The input of a case, with the defaults for all it does not name. */
export const inputOf = (given: Attributes | undefined, input: CheckCase['input'] = {}): CheckInput => ({
  checkIn: given && checkInOf(given),
  nowMs: NOW,
  thresholds: DEFAULT_THRESHOLDS,
  settings: DEFAULT_RULE_SETTINGS,
  ...input,
});

type Row = readonly [value: string | number, state: Check['state'], threshold?: string | null];

/** Rows of a reported value, each with its state and the bound that decided. */
export const reported = (attribute: string, rows: readonly Row[], input?: CheckCase['input']): CheckCase[] =>
  rows.map(([value, state, threshold]) => ({
    name: `${attribute} ${value} is ${state}`,
    given: { [attribute]: value },
    ...(input && { input }),
    expect: { state, value, threshold: threshold ?? null, observedAt: '2026-11-22T09:00:00.000Z' },
  }));

const unknown = (name: string, given: Attributes | undefined, reason: string): CheckCase => ({
  name,
  given,
  expect: { state: 'unknown', value: null, threshold: null, observedAt: null, reason },
});

const INVALID = 'reported, but not of the type this check needs';

/** The rows every check needs: no check-in, not reported, and named as invalid. `field` is the record's field. */
export const unknowns = (attribute: string, field = attribute): CheckCase[] => [
  unknown('no check-in', undefined, 'no check-in known'),
  unknown('not reported', { hostname: 'tunnel-1.contoso.example' }, 'not reported'),
  unknown('null', { [attribute]: null }, 'not reported'),
  unknown('a truth value', { [attribute]: true }, INVALID),
  unknown('named invalid', { invalidFields: `site, ${field}` }, INVALID),
];

/** The rows of a number that is none. */
export const badNumbers = (attribute: string): CheckCase[] => [
  unknown('text', { [attribute]: '97' }, INVALID),
  unknown('NaN', { [attribute]: Number.NaN }, INVALID),
  unknown('infinite', { [attribute]: Number.POSITIVE_INFINITY }, INVALID),
  unknown('negative', { [attribute]: -1 }, INVALID),
];

/** The rows of a time that is none. */
export const badTimes = (attribute: string, field = attribute): CheckCase[] => [
  unknown('not a time', { [attribute]: 'yesterday' }, INVALID),
  unknown('a number for a time', { [attribute]: 12 }, INVALID),
  unknown('named invalid by its path', { invalidFields: `${field}.notAfter` }, INVALID),
];
