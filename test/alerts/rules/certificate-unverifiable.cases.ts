import { late, type RuleCase } from '../case.ts';
import { every, type Offset, revocation, seen } from '../facts.ts';

const unknown = (offset: Offset) => revocation('could-not-be-checked', offset);
const failing = every('+10m', '0', '+70m').map(unknown);

const unverifiable = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;
const over = { ...unverifiable, state: 'resolved', endsAt: '+80m', endedBy: 'fact' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'checked', tag: 'quiet', given: [revocation('not-revoked', '0')], now: '+1d', expect: [] },
  {
    name: 'no address to ask is none that fails',
    tag: 'quiet',
    given: every('+10m', '0', '+2h').map((offset) => revocation('no-address', offset)),
    expect: [],
  },
  {
    name: 'failing for more than an hour',
    tag: 'firing',
    given: failing,
    expect: [
      {
        ...unverifiable,
        labels: { server: 'tunnel-1.contoso.example', certificate: 'tls' },
        annotations: { remedy: 'OCSP and CRL' },
      },
    ],
  },
  { name: 'for an hour', tag: 'just-under', given: [unknown('0'), unknown('+1h')], expect: [] },
  { name: 'a millisecond longer', tag: 'just-over', given: [unknown('0'), unknown('+1h1ms')], expect: [unverifiable] },
  {
    name: 'checked in between: the hour begins anew',
    tag: 'more',
    given: [...failing.slice(0, 5), revocation('not-revoked', '+45m'), ...failing.slice(5)],
    expect: [],
  },
  {
    name: 'one failure and silence are no hour of failures',
    tag: 'more',
    given: [unknown('0'), seen({ notAfter: '+90d' }, '+30m')],
    now: '+2d',
    expect: [],
  },
  { name: 'checked again', tag: 'more', given: [...failing, revocation('not-revoked', '+80m')], expect: [over] },
  {
    name: 'it turns out to be revoked',
    tag: 'more',
    given: [...failing, revocation('revoked', '+80m')],
    expect: [over],
  },
  {
    name: 'another certificate that cannot be checked either',
    tag: 'more',
    given: [...failing, seen({ notAfter: '+90d', thumbprint: 'bb' }, '+75m'), unknown('+80m')],
    expect: [unverifiable],
  },
  { name: 'each twice', tag: 'duplicate', given: [...failing, ...failing], expect: [unverifiable] },
  {
    name: 'the second before the first',
    tag: 'out-of-order',
    given: [unknown('+10m'), unknown('0'), ...failing.slice(2)],
    expect: [unverifiable],
  },
  {
    name: 'a check that succeeded arrives late: disproved',
    tag: 'late',
    given: [...failing, late('+75m', revocation('not-revoked', '+45m'))],
    meanwhile: [unverifiable],
    expect: [],
    disproved: 1,
  },
];
