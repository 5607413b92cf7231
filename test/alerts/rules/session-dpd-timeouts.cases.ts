import { late, type RuleCase } from '../case.ts';
import { closed, dpdLost, every, many, type Offset } from '../facts.ts';

const dpd = (offsets: readonly Offset[]) => offsets.map((offset) => closed(`dpd${offset}`, offset, { dpd: true }));
const others = (count: number, offset: Offset) => many(count, (n) => closed(`bye${n}`, offset));
/** Ten in nine minutes. */
const TEN = dpd(every('+1m', '0', '+9m'));

const timeouts = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  { name: 'users say goodbye', tag: 'quiet', given: [...others(30, '0'), ...dpd(['+1m', '+2m'])], expect: [] },
  {
    name: 'ten in ten minutes',
    tag: 'firing',
    given: TEN,
    expect: [{ ...timeouts, annotations: { dpdEnds: '10', ends: '10', remedy: 'packet loss' } }],
  },
  { name: 'nine', tag: 'just-under', given: TEN.slice(0, 9), expect: [] },
  {
    name: 'the tenth at the end of the window',
    tag: 'just-over',
    given: [...TEN.slice(0, 9), ...dpd(['+10m'])],
    expect: [timeouts],
  },
  { name: 'the tenth after it', tag: 'just-under', given: [...TEN.slice(0, 9), ...dpd(['+10m1ms'])], expect: [] },
  { name: 'just half of the ends', tag: 'just-over', given: [...others(10, '+1m'), ...TEN], expect: [timeouts] },
  { name: 'less than half', tag: 'just-under', given: [...others(11, '+1m'), ...TEN], expect: [] },
  {
    name: 'every line twice',
    tag: 'duplicate',
    given: [...TEN.slice(0, 5), ...TEN.slice(0, 5)],
    now: '+9m',
    expect: [],
  },
  { name: 'the other way round', tag: 'out-of-order', given: [...TEN].reverse(), expect: [timeouts] },
  {
    name: 'ends of other reasons arrive late: disproved',
    tag: 'late',
    given: [
      ...TEN,
      late('+30m', others(1, '+1m')[0] ?? TEN[0]!),
      ...others(11, '+1m')
        .slice(1)
        .map((fact) => late('+30m', fact)),
    ],
    expect: [],
    disproved: 1,
  },
  {
    name: 'the tenth arrives late',
    tag: 'late',
    given: [...TEN.slice(0, 9), late('+40m', TEN[9]!)],
    meanwhile: [],
    expect: [timeouts],
  },
  {
    name: 'a quarter left: it goes on',
    tag: 'just-under',
    given: [...TEN, ...others(30, '+9m30s')],
    expect: [timeouts],
  },
  {
    name: 'under a quarter: it ends',
    tag: 'just-over',
    given: [...TEN, ...others(31, '+9m30s')],
    expect: [{ ...timeouts, state: 'resolved', endsAt: '+9m30s', endedBy: 'fact' }],
  },
  {
    name: 'they leave the window by the clock while others remain',
    tag: 'more',
    given: [...TEN, ...others(7, '+17m')],
    now: '+30m',
    expect: [{ ...timeouts, state: 'resolved', endsAt: '+17m1ms', endedBy: 'clock' }],
  },
  { name: 'an empty window ends nothing', tag: 'more', given: TEN, now: '+1d', expect: [timeouts] },
  {
    name: 'ended and back within the window: two that do not overlap',
    tag: 'more',
    given: [...TEN, ...others(31, '+9m10s'), ...many(40, (n) => closed(`more${n}`, '+9m30s', { dpd: true }))],
    expect: [
      { ...timeouts, state: 'resolved', endsAt: '+9m10s' },
      { ...timeouts, startsAt: '+9m10s' },
    ],
  },
  {
    name: 'telemetry gives no reasons, so its ends would halve the share',
    tag: 'more',
    given: [...TEN, ...many(40, (n) => closed(`t${n}`, '+5m', { view: 'telemetry' }))],
    now: '+9m',
    expect: [timeouts],
  },
  {
    name: 'probes never count',
    tag: 'more',
    given: [...TEN.slice(0, 9), closed('p', '+9m', { dpd: true, probe: true })],
    expect: [],
  },
  {
    name: 'no reason given, as before 0.11: the worker said so',
    tag: 'more',
    given: [
      ...every('+1m', '0', '+9m').flatMap((offset) => [dpdLost(`u${offset}`, offset), closed(`u${offset}`, offset)]),
    ],
    expect: [timeouts],
  },
  {
    name: 'what the worker said a minute ago still counts',
    tag: 'just-under',
    given: [dpdLost('last', '+8m'), closed('last', '+9m'), ...TEN.slice(0, 9)],
    expect: [timeouts],
  },
  {
    name: 'later it was another session of the user',
    tag: 'just-over',
    given: [dpdLost('last', '+8m'), closed('last', '+9m1ms'), ...TEN.slice(0, 9)],
    expect: [],
  },
];
