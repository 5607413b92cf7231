import { late, type RuleCase } from '../case.ts';
import { every, type Offset, ofTmg, vpn } from '../facts.ts';

const ALICE = 'CONTOSO\\alice';
const PEER = '198.51.100.7';
const failed = (offset: Offset, user = ALICE) => vpn('failed', offset, { user, peer: PEER });
const refused = (offset: Offset, peer = PEER) =>
  vpn('failed', offset, { peer, result: '0xC0040044', meaning: 'no', remedy: 'do this' });
const THREE = [failed('0'), failed('+4m'), failed('+8m')];
const rows = (from: Offset, to: Offset) => every('+1m', from, to).map((offset) => ofTmg('tmg.heard', offset));

const failing = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  {
    name: 'connections and their ends',
    tag: 'quiet',
    given: ['0', '+1m', '+2m', '+3m'].flatMap((at) => [
      vpn('connected', at, { user: ALICE }),
      vpn('disconnected', at, { user: ALICE }),
    ]),
    expect: [],
  },
  {
    name: 'three of a user',
    tag: 'firing',
    given: THREE,
    expect: [
      { ...failing, labels: { server: 'tmg-1', user: 'contoso\\alice' }, annotations: { summary: '3 within 10 min' } },
    ],
  },
  {
    name: 'three of a peer, with the cause and remedy of their code',
    tag: 'firing',
    given: [refused('0'), refused('+1m'), refused('+2m')],
    expect: [{ ...failing, labels: { peer: PEER }, annotations: { cause: '0xC0040044', remedy: 'do this' } }],
  },
  { name: 'two', tag: 'just-under', given: THREE.slice(0, 2), expect: [] },
  {
    name: 'the third at the end of the window',
    tag: 'just-over',
    given: [failed('0'), failed('+4m'), failed('+10m')],
    expect: [failing],
  },
  { name: 'the third after it', tag: 'just-under', given: [failed('0'), failed('+4m'), failed('+10m1s')], expect: [] },
  {
    name: 'each row twice',
    tag: 'duplicate',
    given: [failed('0'), failed('0'), failed('+4m'), failed('+4m')],
    expect: [],
  },
  { name: 'the other way round', tag: 'out-of-order', given: [...THREE].reverse(), expect: [failing] },
  {
    name: 'a success between arrives late: disproved',
    tag: 'late',
    given: [...THREE, late('+40m', vpn('connected', '+6m', { user: ALICE, peer: PEER }))],
    meanwhile: [failing],
    expect: [],
    disproved: 1,
  },
  {
    name: 'three users of one address, once each: the address',
    tag: 'more',
    given: [failed('0', 'a'), failed('+1m', 'b'), failed('+2m', 'c')],
    expect: [{ ...failing, labels: { peer: PEER } }],
  },
  {
    name: 'different peers without users',
    tag: 'more',
    given: [refused('0', '198.51.100.1'), refused('+1m', '198.51.100.2'), refused('+2m', '198.51.100.3')],
    expect: [],
  },
  {
    name: 'two users at once: two alerts',
    tag: 'more',
    given: [...THREE, ...['0', '+1m', '+2m'].map((at) => vpn('failed', at, { user: 'bob' }))],
    now: '+9m',
    expect: [
      { ...failing, labels: { user: 'bob' } },
      { ...failing, labels: { user: 'contoso\\alice' } },
    ],
  },
  {
    name: 'a success of the user ends it, from wherever',
    tag: 'more',
    given: [...THREE, vpn('connected', '+20m', { user: ALICE, peer: '198.51.100.99' })],
    expect: [{ ...failing, state: 'resolved', endsAt: '+20m', endedBy: 'fact' }],
  },
  {
    name: 'a success of another user ends nothing',
    tag: 'more',
    given: [...THREE, vpn('connected', '+20m', { user: 'bob', peer: PEER })],
    expect: [failing],
  },
  {
    name: 'half an hour of rows without a failure: quiet',
    tag: 'more',
    given: [...THREE, ...rows('+9m', '+38m')],
    expect: [{ ...failing, state: 'resolved', endsAt: '+38m', endedBy: 'clock' }],
  },
  { name: 'less than half an hour', tag: 'more', given: [...THREE, ...rows('+9m', '+37m')], expect: [failing] },
  {
    name: 'another failure begins the half hour anew',
    tag: 'more',
    given: [...THREE, ...rows('+9m', '+20m'), failed('+21m'), ...rows('+22m', '+50m')],
    expect: [failing],
  },
  { name: 'silence ends nothing', tag: 'more', given: THREE, now: '+1d', expect: [failing] },
  {
    name: 'neither user nor address',
    tag: 'more',
    given: ['0', '+1m', '+2m'].map((at) => vpn('failed', at)),
    expect: [],
  },
];
