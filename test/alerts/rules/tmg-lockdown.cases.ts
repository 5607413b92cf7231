import { late, type RuleCase } from '../case.ts';
import { every, type Offset, ofTmg } from '../facts.ts';

const refused = (offset: Offset) => ofTmg('tmg.lockdown', offset);
const allowed = (offset: Offset) => ofTmg('tmg.allowed', offset);
const heard = (offset: Offset) => ofTmg('tmg.heard', offset);

const lockdown = { severity: 'critical', state: 'firing', startsAt: '+30s', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  { name: 'traffic passes', tag: 'quiet', given: [allowed('0'), heard('+1m'), allowed('+1m')], expect: [] },
  {
    name: 'refused for lockdown',
    tag: 'firing',
    given: [allowed('0'), refused('+30s'), refused('+1m')],
    expect: [{ ...lockdown, labels: { server: 'tmg-1' }, annotations: { cause: 'disk is full' } }],
  },
  {
    name: 'allowed within the same second: the order is unknown',
    tag: 'just-under',
    given: [refused('+30s'), allowed('+30s')],
    expect: [lockdown],
  },
  {
    name: 'allowed a second later',
    tag: 'just-over',
    given: [refused('+30s'), allowed('+31s')],
    expect: [{ ...lockdown, state: 'resolved', endsAt: '+31s', endedBy: 'fact' }],
  },
  { name: 'the row twice', tag: 'duplicate', given: [refused('+30s'), refused('+30s')], expect: [lockdown] },
  {
    name: 'the allowed row arrives first',
    tag: 'out-of-order',
    given: [allowed('+5m'), refused('+30s')],
    expect: [{ ...lockdown, state: 'resolved', endsAt: '+5m' }],
  },
  {
    name: 'the allowed row arrives late',
    tag: 'late',
    given: [refused('+30s'), late('+40m', allowed('+5m'))],
    meanwhile: [lockdown],
    expect: [{ ...lockdown, state: 'resolved', endsAt: '+5m' }],
    disproved: 0,
  },
  {
    name: 'rows of other kinds for hours end nothing, nor does silence',
    tag: 'more',
    given: [refused('+30s'), ...every('+10m', '+1m', '+2h').map(heard)],
    now: '+1d',
    expect: [lockdown],
  },
  {
    name: 'again: another alert',
    tag: 'more',
    given: [refused('+30s'), allowed('+5m'), refused('+9m')],
    expect: [
      { ...lockdown, state: 'resolved', endsAt: '+5m' },
      { ...lockdown, startsAt: '+9m' },
    ],
  },
];
