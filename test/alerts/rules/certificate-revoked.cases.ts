import { late, type RuleCase } from '../case.ts';
import { revocation, seen } from '../facts.ts';

const OLD = { notBefore: '-80d', notAfter: '+100d' } as const;
const NEW = { notBefore: '-1d', notAfter: '+100d', thumbprint: 'bb' } as const;
const [good, bad, unknown] = ['not-revoked', 'revoked', 'could-not-be-checked'] as const;

const revoked = { severity: 'critical', state: 'firing', startsAt: '+10m', endsAt: null } as const;
const over = { ...revoked, state: 'resolved', endsAt: '+30m', endedBy: 'fact' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'not revoked', tag: 'quiet', given: [seen(OLD, '0'), revocation(good, '0')], expect: [] },
  { name: 'it could not be checked', tag: 'quiet', given: [revocation(unknown, '0')], expect: [] },
  {
    name: 'revoked',
    tag: 'firing',
    given: [seen(OLD, '0'), revocation(good, '0'), seen(OLD, '+10m'), revocation(bad, '+10m')],
    expect: [
      {
        ...revoked,
        labels: { server: 'tunnel-1.contoso.example', certificate: 'tls' },
        annotations: { summary: 'TLS certificate', thumbprint: 'aa', remedy: 'Plan the replacement' },
      },
    ],
  },
  {
    name: 'the same certificate goes on: it keeps firing',
    tag: 'just-under',
    given: [seen(OLD, '+10m'), revocation(bad, '+10m'), seen(OLD, '+30m'), revocation(bad, '+30m')],
    expect: [revoked],
  },
  {
    name: 'another certificate is seen',
    tag: 'just-over',
    given: [seen(OLD, '+10m'), revocation(bad, '+10m'), seen(NEW, '+30m')],
    expect: [over],
  },
  {
    name: 'the next certificate is revoked too',
    tag: 'more',
    given: [seen(OLD, '+10m'), revocation(bad, '+10m'), seen(NEW, '+30m'), revocation(bad, '+30m')],
    expect: [over, { ...revoked, startsAt: '+30m' }],
  },
  {
    name: 'a check that fails ends nothing',
    tag: 'more',
    given: [seen(OLD, '+10m'), revocation(bad, '+10m'), revocation(unknown, '+30m')],
    now: '+2d',
    expect: [revoked],
  },
  {
    name: 'a hold was lifted',
    tag: 'more',
    given: [seen(OLD, '+10m'), revocation(bad, '+10m'), revocation(good, '+30m')],
    expect: [over],
  },
  {
    name: 'the same check-in twice',
    tag: 'duplicate',
    given: [revocation(bad, '+10m'), revocation(bad, '+10m')],
    expect: [revoked],
  },
  {
    name: 'the renewal arrives before it',
    tag: 'out-of-order',
    given: [seen(NEW, '+30m'), revocation(bad, '+10m'), seen(OLD, '+10m')],
    expect: [over],
  },
  {
    name: 'it arrives late',
    tag: 'late',
    given: [seen(OLD, '0'), late('+50m', revocation(bad, '+10m'))],
    meanwhile: [],
    expect: [revoked],
  },
];
