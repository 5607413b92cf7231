import { late, type RuleCase } from '../case.ts';
import { seen } from '../facts.ts';

const OLD = { notBefore: '-80d', notAfter: '+10d' } as const;
const NEW = { notBefore: '+9d', notAfter: '+99d', thumbprint: 'bb' } as const;

const expired = { severity: 'critical', state: 'firing', startsAt: '+10d', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  { name: 'valid', tag: 'quiet', given: [seen(OLD, '0')], now: '+9d', expect: [] },
  {
    name: 'its end has passed, by the clock',
    tag: 'firing',
    given: [seen(OLD, '0')],
    now: '+11d',
    expect: [
      {
        ...expired,
        labels: { server: 'tunnel-1.contoso.example', certificate: 'tls' },
        annotations: { summary: 'expired at 2026-12-02T09:00:00.000Z', thumbprint: 'aa' },
      },
    ],
  },
  { name: 'at its end it is valid', tag: 'just-under', given: [seen(OLD, '0')], now: '+10d', expect: [] },
  { name: 'a millisecond later', tag: 'just-over', given: [seen(OLD, '0')], now: '+10d1ms', expect: [expired] },
  {
    name: 'expired when first seen: since its end',
    tag: 'more',
    given: [seen(OLD, '+20d')],
    expect: [expired],
  },
  {
    name: 'seen again: it keeps firing',
    tag: 'duplicate',
    given: [seen(OLD, '+11d'), seen(OLD, '+11d'), seen(OLD, '+12d')],
    expect: [expired],
  },
  {
    name: 'the new certificate arrives before a sight of the old one',
    tag: 'out-of-order',
    given: [seen(NEW, '+10d30m'), seen(OLD, '+10d10m')],
    expect: [{ ...expired, state: 'resolved', endsAt: '+10d30m', endedBy: 'fact' }],
  },
  {
    name: 'renewed in time, but heard of late: disproved',
    tag: 'late',
    given: [seen(OLD, '+9d23h50m'), late('+10d20m', seen(NEW, '+9d23h55m'))],
    meanwhile: [expired],
    expect: [],
    disproved: 1,
  },
  {
    name: 'another certificate ends it',
    tag: 'more',
    given: [seen(OLD, '0'), seen(NEW, '+12d')],
    expect: [{ ...expired, state: 'resolved', endsAt: '+12d', endedBy: 'fact' }],
  },
  {
    name: 'replaced by one that has expired too: another alert, from when it was seen',
    tag: 'more',
    given: [seen(OLD, '0'), seen({ notAfter: '-5d', thumbprint: 'cc' }, '+12d')],
    expect: [
      { ...expired, state: 'resolved', endsAt: '+12d' },
      { ...expired, startsAt: '+12d', annotations: { thumbprint: 'cc' } },
    ],
  },
  {
    name: 'the same one seen after a renewal: the renewal was undone',
    tag: 'more',
    given: [seen(OLD, '0'), seen(NEW, '+12d'), seen(OLD, '+13d')],
    expect: [
      { ...expired, state: 'resolved', endsAt: '+12d' },
      { ...expired, startsAt: '+13d' },
    ],
  },
  { name: 'silence ends nothing', tag: 'more', given: [seen(OLD, '0')], now: '+400d', expect: [expired] },
];
