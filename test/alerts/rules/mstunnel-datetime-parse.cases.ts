import { late, type RuleCase } from '../case.ts';
import { badLine, heard, type Offset } from '../facts.ts';

const bad = (offset: Offset) => badLine('mstunnel.datetime-parse', offset, 'Failed to parse version-info.json');

const harmless = { severity: 'informational', state: 'resolved', startsAt: '0', endsAt: '0' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'other lines', tag: 'quiet', given: [heard('0')], expect: [] },
  {
    name: 'one line',
    tag: 'firing',
    given: [bad('0')],
    expect: [{ ...harmless, endedBy: 'event', annotations: { cause: 'connections are not affected' } }],
  },
  {
    name: 'again within half an hour is the same',
    tag: 'just-under',
    given: [bad('0'), bad('+30m')],
    expect: [{ ...harmless, endsAt: '+30m' }],
  },
  {
    name: 'again after that is another',
    tag: 'just-over',
    given: [bad('0'), bad('+30m1ms')],
    expect: [harmless, { ...harmless, startsAt: '+30m1ms', endsAt: '+30m1ms' }],
  },
  { name: 'the line twice', tag: 'duplicate', given: [bad('0'), bad('0')], expect: [harmless] },
  {
    name: 'the later one first',
    tag: 'out-of-order',
    given: [bad('+10m'), bad('0')],
    expect: [{ ...harmless, endsAt: '+10m' }],
  },
  {
    name: 'one in between arrives late and joins two',
    tag: 'late',
    given: [bad('0'), bad('+40m'), late('+50m', bad('+20m'))],
    meanwhile: [harmless, { ...harmless, startsAt: '+40m', endsAt: '+40m' }],
    expect: [{ ...harmless, endsAt: '+40m' }],
    disproved: 1,
  },
  {
    name: 'every few minutes for hours is one',
    tag: 'more',
    given: ['0', '+25m', '+50m', '+75m', '+100m', '+125m'].map(bad),
    expect: [{ ...harmless, endsAt: '+125m' }],
  },
];
