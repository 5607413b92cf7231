import { DEFAULT_RULE_SETTINGS } from '../../../shared/model/settings.ts';
import { MINUTE } from '../../../shared/model/time.ts';
import { CHECKED_IN, type CheckCase } from '../case.ts';

const after = (ms: number) => ({ nowMs: CHECKED_IN + ms });
const hour = CHECKED_IN + 60 * MINUTE;

export const cases: readonly CheckCase[] = [
  {
    name: '1 ms under',
    given: {},
    input: after(5 * MINUTE - 1),
    expect: { state: 'healthy', value: 5, threshold: '<= 5' },
  },
  {
    name: 'exactly 5 min ago',
    given: {},
    input: after(5 * MINUTE),
    expect: { state: 'healthy', value: 5, unit: 'min', observedAt: '2026-11-22T09:00:00.000Z' },
  },
  {
    name: '1 ms over',
    given: {},
    input: after(5 * MINUTE + 1),
    expect: { state: 'unhealthy', value: 5.1, threshold: '> 5', reason: 'last check-in 5.1 min ago, > 5' },
  },
  { name: 'ahead of the clock', given: {}, input: after(-MINUTE), expect: { state: 'healthy', value: 0 } },
  {
    name: 'offline is not down: served exactly 15 min ago',
    given: {},
    input: { nowMs: hour, lastServedMs: hour - 15 * MINUTE },
    expect: { state: 'warning', value: 60, threshold: '> 5', reason: 'agent not reporting, tunnel serving' },
  },
  {
    name: 'served 1 ms more than 15 min ago',
    given: {},
    input: { nowMs: hour, lastServedMs: hour - 15 * MINUTE - 1 },
    expect: { state: 'unhealthy', value: 60 },
  },
  {
    name: 'a record ahead of the clock is a sign of service',
    given: {},
    input: { nowMs: hour, lastServedMs: hour + 1 },
    expect: { state: 'warning' },
  },
  {
    name: 'serving changes nothing while the agent reports',
    given: {},
    input: { ...after(MINUTE), lastServedMs: CHECKED_IN },
    expect: { state: 'healthy', value: 1 },
  },
  {
    name: 'its window is a setting',
    given: {},
    input: { ...after(5 * MINUTE + 1), settings: { ...DEFAULT_RULE_SETTINGS, checkInMs: 10 * MINUTE } },
    expect: { state: 'healthy', threshold: '<= 10' },
  },
  {
    name: 'never heard of, though it serves',
    given: undefined,
    input: { lastServedMs: CHECKED_IN },
    expect: { state: 'unknown', value: null, observedAt: null, reason: 'no check-in known' },
  },
];
