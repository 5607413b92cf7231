import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import { type DecideInput, decide, nextRepeatAt, notificationOf, type Telling } from '../../shared/notify/decide.ts';
import { alertOf, NOW, toldOf } from './sample.ts';

const ended = (changes: Partial<Alert> = {}): Partial<Alert> => ({
  state: 'resolved',
  endsAt: NOW - MINUTE,
  endedBy: 'fact',
  ...changes,
});
const event = (changes: Partial<Alert> = {}): Partial<Alert> =>
  ended({ nature: 'event', endedBy: 'event', ...changes });

/** Told yesterday, and it still fires. */
const lasting = (changes: Partial<Alert> = {}): Partial<Alert> => ({ told: toldOf({ at: NOW - DAY }), ...changes });

type Row = [name: string, reason: string, alert: Partial<Alert>, input?: Partial<DecideInput>];

const SILENT: Row[] = [
  ['pending is nobody’s business yet', 'pending', { state: 'pending' }],
  ['told, still the same', 'unchanged', { told: toldOf() }],
  ['told as critical, milder now', 'unchanged', { told: toldOf(), severity: 'warning' }],
  ['told as resolved, still resolved', 'unchanged', ended({ told: toldOf({ state: 'resolved' }) })],
  [
    'told as resolved, worse in hindsight',
    'unchanged',
    ended({ told: toldOf({ state: 'resolved', severity: 'warning' }) }),
  ],
  [
    'told as resolved, disproved later',
    'unchanged',
    ended({ endedBy: 'disproved', told: toldOf({ state: 'resolved' }) }),
  ],
  ['disproved before anybody heard', 'never-told', ended({ endedBy: 'disproved' })],
  ['superseded, told firing', 'superseded', ended({ endedBy: 'superseded', told: toldOf() })],
  ['superseded, never told', 'superseded', ended({ endedBy: 'superseded' })],
  ['over for just more than an hour', 'historical', ended({ endsAt: NOW - HOUR - 1 })],
  ['over for more than the setting', 'historical', ended(), { historyMs: MINUTE - 1 }],
  ['event of two hours ago', 'historical', event({ endsAt: NOW - 2 * HOUR })],
  ['event without an end counts from its start', 'historical', event({ endsAt: null, startsAt: NOW - 2 * HOUR })],
  ['entity known from old files only', 'historical', {}, { isLive: false }],
  ['event already told', 'unchanged', event({ told: toldOf({ state: 'resolved' }) })],
  ['event already told, worse now', 'unchanged', event({ told: toldOf({ state: 'resolved', severity: 'warning' }) })],
  [
    'event told while it was firing never worsens',
    'unchanged',
    { nature: 'event', told: toldOf({ severity: 'warning' }) },
  ],
  ['event told while it was firing never resolves', 'unchanged', event({ told: toldOf() })],
  ['first, under a wider alert', 'inhibited', {}, { suppressedBy: 'inhibited' }],
  ['first, silenced', 'silenced', {}, { suppressedBy: 'silenced' }],
  ['first, in a mute window', 'muted', {}, { suppressedBy: 'muted' }],
  ['first, known as history', 'historical', {}, { suppressedBy: 'historical' }],
  ['end, in a mute window', 'muted', ended({ told: toldOf() }), { suppressedBy: 'muted' }],
  ['worse, silenced', 'silenced', { told: toldOf({ severity: 'warning' }) }, { suppressedBy: 'silenced' }],
  ['told just less than four hours ago', 'unchanged', { told: toldOf({ at: NOW - 4 * HOUR + 1 }) }],
  ['told just less than the setting ago', 'unchanged', { told: toldOf() }, { repeatIntervalMs: HOUR + 1 }],
  ['told yesterday, acknowledged', 'unchanged', lasting({ acknowledged: { by: 'Ada', at: NOW - HOUR } })],
  ['told yesterday, over and told so', 'unchanged', ended({ told: toldOf({ state: 'resolved', at: NOW - DAY }) })],
  ['event told yesterday', 'unchanged', event({ told: toldOf({ state: 'resolved', at: NOW - DAY }) })],
  ['told yesterday, under a wider alert now', 'inhibited', lasting(), { suppressedBy: 'inhibited' }],
  ['told yesterday, silenced', 'silenced', lasting(), { suppressedBy: 'silenced' }],
  ['told yesterday, superseded', 'superseded', ended({ endedBy: 'superseded', told: toldOf({ at: NOW - DAY }) })],
  ['nothing new, silenced', 'unchanged', { told: toldOf() }, { suppressedBy: 'silenced' }],
];

const TOLD: Row[] = [
  ['firing, never told', 'first', {}],
  ['over for exactly an hour when first heard of', 'first', ended({ endsAt: NOW - HOUR })],
  ['event, never told', 'first', event()],
  ['worse than told', 'worse', { told: toldOf({ severity: 'warning' }) }],
  ['worse by two steps', 'worse', { told: toldOf({ severity: 'informational' }) }],
  ['told firing, ended by a record', 'resolved', ended({ told: toldOf() })],
  ['told firing, ended by the clock', 'resolved', ended({ told: toldOf(), endedBy: 'clock' })],
  ['told firing, ended long before we knew', 'resolved', ended({ told: toldOf(), endsAt: NOW - 5 * HOUR })],
  ['told firing, entity no longer live', 'resolved', ended({ told: toldOf() }), { isLive: false }],
  ['told firing, disproved', 'disproved', ended({ told: toldOf(), endedBy: 'disproved' })],
  ['told firing, ended and worse in hindsight', 'resolved', ended({ told: toldOf({ severity: 'warning' }) })],
  ['told four hours ago, still firing', 'repeat-due', { told: toldOf({ at: NOW - 4 * HOUR }) }],
  ['told the setting ago, still firing', 'repeat-due', { told: toldOf() }, { repeatIntervalMs: HOUR }],
  ['told days ago, milder now', 'repeat-due', lasting({ severity: 'warning' })],
  ['told days ago, worse now', 'worse', lasting({ told: toldOf({ severity: 'warning', at: NOW - DAY }) })],
  ['told days ago, over now', 'resolved', ended({ told: toldOf({ at: NOW - DAY }) })],
  ['told resolved, on again by late records', 'first', { told: toldOf({ state: 'resolved' }) }],
];

const decided = (alert: Partial<Alert>, input: Partial<DecideInput> = {}) =>
  decide({ alert: alertOf(alert), now: NOW, isLive: true, suppressedBy: null, ...input });

describe('decide', () => {
  it.each(SILENT)('is silent: %s -> %s', (_name, reason, alert, input) => {
    expect(decided(alert, input)).toEqual({ notify: false, reason });
  });

  it.each(TOLD)('tells: %s -> %s', (_name, reason, alert, input) => {
    const state = alert.state === 'resolved' ? 'resolved' : 'firing';
    const ordinal = (alert.told?.ordinal ?? 0) + 1;
    expect(decided(alert, input)).toEqual({
      notify: true,
      reason,
      told: { state, severity: alert.severity ?? 'critical', at: NOW, ordinal },
    });
  });

  it.each(TOLD)('tells once: %s', (_name, _reason, alert, input) => {
    const { told } = decided(alert, input) as Telling;
    expect(decided({ ...alert, told }, input)).toEqual({ notify: false, reason: 'unchanged' });
  });

  it('keeps an end that was muted until the window is over', () => {
    const alert = ended({ told: toldOf() });
    expect(decided(alert, { suppressedBy: 'muted' }).notify).toBe(false);
    expect(decided(alert, { now: NOW + 8 * HOUR })).toMatchObject({ notify: true, reason: 'resolved' });
  });
});

describe('nextRepeatAt', () => {
  it.each<[string, Partial<Alert>, number | null]>([
    ['an interval after the last telling', { told: toldOf() }, NOW + 3 * HOUR],
    ['a whole interval on when this one is due and not told', { told: toldOf({ at: NOW - 4 * HOUR }) }, NOW + 4 * HOUR],
    ['in step with the last telling', { told: toldOf({ at: NOW - 25 * HOUR }) }, NOW + 3 * HOUR],
    ['never: nobody was told', {}, null],
    ['never: it is over', ended({ told: toldOf() }), null],
    ['never: an event', event({ told: toldOf({ state: 'resolved' }) }), null],
    ['never: acknowledged', lasting({ acknowledged: { by: 'Ada', at: NOW } }), null],
    ['never: pending', { state: 'pending' }, null],
  ])('%s', (_, alert, expected) => {
    expect(nextRepeatAt(alertOf(alert), NOW)).toBe(expected);
  });
});

describe('notificationOf', () => {
  const telling = (alert: Alert) => decide({ alert, now: NOW, isLive: true, suppressedBy: null }) as Telling;

  it('makes the same id however often and whenever it is made', () => {
    const alert = alertOf();
    const first = notificationOf(alert, telling(alert), NOW);
    expect(first).toEqual({ id: '5f0c1f7b-first-1', reason: 'first', alert, createdAt: NOW });
    expect(notificationOf(alert, telling(alert), NOW + HOUR).id).toBe(first.id);
  });

  it('tells apart two tellings of one alert by the same reason', () => {
    const again = alertOf({ told: toldOf({ state: 'resolved', ordinal: 2 }) });
    expect(notificationOf(again, telling(again), NOW).id).toBe('5f0c1f7b-first-3');
  });

  it('has no dot in the id, which would end the id within the signed text', () => {
    const alert = alertOf({ id: 'tunnel.down.1' });
    expect(notificationOf(alert, telling(alert), NOW).id).toBe('tunnel_down_1-first-1');
  });
});
