import { late, type RuleCase } from '../case.ts';
import { badLine, every, heard, type Offset, opened } from '../facts.ts';

const bad = (offset: Offset) => badLine('mstunnel.tun-device', offset, "Can't open /dev/net/tun");
const lines = (from: Offset, to: Offset) => every('+1m', from, to).map(heard);

const noDevice = { severity: 'critical', state: 'firing', startsAt: '+30s', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  { name: 'sessions open', tag: 'quiet', given: [heard('0'), opened('a', '+10s')], expect: [] },
  {
    name: 'the device cannot be opened',
    tag: 'firing',
    given: [heard('0'), bad('+30s'), bad('+35s')],
    expect: [{ ...noDevice, annotations: { remedy: 'mst-cli server restart' } }],
  },
  {
    name: 'reporting without it for less than half an hour',
    tag: 'just-under',
    given: [bad('+30s'), ...lines('+1m', '+30m')],
    expect: [noDevice],
  },
  {
    name: 'reporting without it for half an hour',
    tag: 'just-over',
    given: [bad('+30s'), ...lines('+1m', '+31m')],
    expect: [{ ...noDevice, state: 'resolved', endsAt: '+30m30s', endedBy: 'clock' }],
  },
  { name: 'the line twice', tag: 'duplicate', given: [bad('+30s'), bad('+30s')], expect: [noDevice] },
  {
    name: 'the session arrives before the line',
    tag: 'out-of-order',
    given: [opened('a', '+5m'), bad('+30s')],
    expect: [{ ...noDevice, state: 'resolved', endsAt: '+5m' }],
  },
  {
    name: 'the session arrives late',
    tag: 'late',
    given: [bad('+30s'), late('+40m', opened('a', '+5m'))],
    meanwhile: [noDevice],
    expect: [{ ...noDevice, state: 'resolved', endsAt: '+5m' }],
    disproved: 0,
  },
  {
    name: 'a session opens: it is over at once',
    tag: 'more',
    given: [bad('+30s'), opened('a', '+5m')],
    expect: [{ ...noDevice, state: 'resolved', endsAt: '+5m', endedBy: 'fact' }],
  },
  {
    name: 'a probe is no session',
    tag: 'more',
    given: [bad('+30s'), opened('a', '+5m', { probe: true })],
    expect: [noDevice],
  },
  { name: 'silence ends nothing', tag: 'more', given: [bad('+30s')], now: '+1d', expect: [noDevice] },
  {
    name: 'after a reboot again: another alert',
    tag: 'more',
    given: [bad('+30s'), opened('a', '+5m'), bad('+20m')],
    expect: [
      { ...noDevice, state: 'resolved', endsAt: '+5m' },
      { ...noDevice, startsAt: '+20m' },
    ],
  },
];
