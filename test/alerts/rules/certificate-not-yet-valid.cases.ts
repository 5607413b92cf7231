import { late, type RuleCase } from '../case.ts';
import { seen } from '../facts.ts';

const EARLY = { notBefore: '+1h', notAfter: '+90d', thumbprint: 'bb' } as const;
const VALID = { notBefore: '-80d', notAfter: '+10d' } as const;

const early = { severity: 'critical', state: 'firing', startsAt: '0', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  { name: 'valid', tag: 'quiet', given: [seen(VALID, '0')], now: '+1d', expect: [] },
  {
    name: 'its start is not told',
    tag: 'quiet',
    given: [seen({ notAfter: '+90d' }, '0')],
    now: '+1d',
    expect: [],
  },
  {
    name: 'it begins in an hour',
    tag: 'firing',
    given: [seen(EARLY, '0')],
    expect: [
      {
        ...early,
        labels: { server: 'tunnel-1.contoso.example', certificate: 'tls' },
        annotations: { summary: 'valid only from 2026-11-22T10:00:00.000Z', thumbprint: 'bb' },
      },
    ],
  },
  {
    name: 'a millisecond before',
    tag: 'just-over',
    given: [seen(EARLY, '+59m59s999ms')],
    expect: [{ ...early, startsAt: '+59m59s999ms' }],
  },
  { name: 'at its start it is valid', tag: 'just-under', given: [seen(EARLY, '+1h')], expect: [] },
  {
    name: 'its start comes, by the clock',
    tag: 'more',
    given: [seen(EARLY, '0')],
    now: '+1h',
    expect: [{ ...early, state: 'resolved', endsAt: '+1h', endedBy: 'clock' }],
  },
  {
    name: 'another certificate takes its place',
    tag: 'more',
    given: [seen(EARLY, '0'), seen(EARLY, '+5m'), seen(VALID, '+10m')],
    expect: [{ ...early, state: 'resolved', endsAt: '+10m', endedBy: 'fact' }],
  },
  {
    name: 'seen twice',
    tag: 'duplicate',
    given: [seen(EARLY, '0'), seen(EARLY, '0'), seen(EARLY, '+1m')],
    expect: [early],
  },
  {
    name: 'the valid one arrives first',
    tag: 'out-of-order',
    given: [seen(VALID, '+10m'), seen(EARLY, '0')],
    expect: [{ ...early, state: 'resolved', endsAt: '+10m', endedBy: 'fact' }],
  },
  {
    name: 'heard of late: it was valid by then',
    tag: 'late',
    given: [seen(VALID, '-10m'), late('+50m', seen(EARLY, '0'))],
    meanwhile: [],
    expect: [early],
  },
];
