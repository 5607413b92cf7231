import { late, type RuleCase } from '../case.ts';
import { availability, DIRECTORY, FIREWALL, monitored, useridError } from '../facts.ts';
import { useridCases } from '../userid-cases.ts';

const A_DAY = 86_400;
const firing = { severity: 'warning', state: 'firing', startsAt: '+1m', endsAt: null } as const;
const shown = monitored('not-connected', '+1m');

export const cases: readonly RuleCase[] = [
  ...useridCases('not-connected', '0x80041003', 'access-denied'),
  {
    name: 'the passive peer of a pair: normal',
    tag: 'quiet',
    entity: DIRECTORY,
    given: [availability('passive', '0', A_DAY), shown],
    expect: [],
  },
  {
    name: 'passive, as is said afterwards: it was so before, and the finding is taken back',
    tag: 'quiet',
    entity: DIRECTORY,
    given: [shown, availability('passive', '+5m', A_DAY)],
    expect: [],
    disproved: 1,
  },
  {
    name: 'passive only since after it was shown: it ends',
    tag: 'more',
    entity: DIRECTORY,
    given: [shown, availability('passive', '+5m', 60)],
    expect: [{ ...firing, state: 'resolved', endsAt: '+5m', endedBy: 'fact' }],
  },
  {
    name: 'a failover ends the excuse: the new active must show Connected',
    tag: 'firing',
    entity: DIRECTORY,
    given: [availability('passive', '0', A_DAY), shown, availability('active', '+10m', 60)],
    expect: [{ ...firing, startsAt: '+9m' }],
  },
  {
    name: 'after the failover it shows Connected',
    tag: 'more',
    entity: DIRECTORY,
    given: [
      availability('passive', '0', A_DAY),
      shown,
      availability('active', '+10m', null, ''),
      monitored('connected', '+11m'),
    ],
    expect: [{ ...firing, startsAt: '+10m', state: 'resolved', endsAt: '+11m' }],
  },
  {
    name: 'Connected before the failover: nothing to show',
    tag: 'quiet',
    entity: DIRECTORY,
    given: [availability('passive', '0'), shown, monitored('connected', '+2m'), availability('active', '+10m')],
    expect: [],
  },
  {
    name: 'the failover arrives late',
    tag: 'late',
    entity: DIRECTORY,
    given: [availability('passive', '0', A_DAY), shown, late('+30m', availability('active', '+10m'))],
    meanwhile: [],
    expect: [{ ...firing, startsAt: '+10m' }],
  },
  {
    name: 'the active peer, and the peers of an active/active pair, have no excuse',
    tag: 'more',
    entity: DIRECTORY,
    given: [availability('active', '0', A_DAY), availability('passive', '+30s', A_DAY, 'Active-Active'), shown],
    expect: [firing],
  },
  {
    name: 'a state in between is no failover',
    tag: 'quiet',
    entity: DIRECTORY,
    given: [availability('passive', '0'), shown, availability('initial', '+2m')],
    expect: [],
  },
  {
    name: 'a passive peer that is denied access is in trouble all the same, but not of this rule',
    tag: 'quiet',
    entity: DIRECTORY,
    given: [availability('passive', '0'), monitored('access-denied', '+1m')],
    expect: [],
  },
  {
    name: '0x80041003 is a matter of rights in WMI',
    tag: 'more',
    entity: FIREWALL,
    given: [useridError('not-connected', '+1m', { code: '0x80041003' })],
    expect: [{ ...firing, annotations: { cause: 'WMI on the server refuses', remedy: 'CIMV2' } }],
  },
  {
    name: 'a line of the passive peer',
    tag: 'quiet',
    entity: FIREWALL,
    given: [availability('passive', '0'), useridError('not-connected', '+1m', { code: '0x80041003' })],
    expect: [],
  },
];
