import { late, type RuleCase } from '../case.ts';
import { certificate, type Offset, seen } from '../facts.ts';

/** A certificate that lives 90 days and ends in 60: it expires soon from +30d on, critical from +51d. */
const NINETY = { notBefore: '-30d', notAfter: '+60d' } as const;
const renewed = (offset: Offset) => seen({ notBefore: '+29d', notAfter: '+119d', thumbprint: 'bb' }, offset);

const warning = { severity: 'warning', state: 'firing', startsAt: '+30d', endsAt: null } as const;

export const cases: readonly RuleCase[] = [
  { name: 'plenty left', tag: 'quiet', given: [seen(NINETY, '0')], now: '+29d', expect: [] },
  {
    name: 'thirty days left, by the clock',
    tag: 'firing',
    given: [seen(NINETY, '0')],
    now: '+31d',
    expect: [
      {
        ...warning,
        labels: { server: 'tunnel-1.contoso.example', certificate: 'tls' },
        annotations: { summary: 'TLS certificate', notAfter: '2027-01-21T09:00:00.000Z', thumbprint: 'aa' },
      },
    ],
  },
  {
    name: 'a millisecond before',
    tag: 'just-under',
    given: [seen(NINETY, '0')],
    now: '+29d23h59m59s999ms',
    expect: [],
  },
  { name: 'at thirty days', tag: 'just-over', given: [seen(NINETY, '0')], now: '+30d', expect: [warning] },
  {
    name: 'more than a tenth of its lifetime left',
    tag: 'just-under',
    given: [seen(NINETY, '0')],
    now: '+50d23h59m59s999ms',
    expect: [warning],
  },
  {
    name: 'a tenth of its lifetime left',
    tag: 'just-over',
    given: [seen(NINETY, '0')],
    now: '+51d',
    expect: [{ ...warning, severity: 'critical' }],
  },
  {
    name: 'a certificate of 47 days: a third of its lifetime',
    tag: 'just-under',
    given: [seen({ notBefore: '0', notAfter: '+47d' }, '0')],
    now: '+31d7h59m',
    expect: [],
  },
  {
    name: 'a certificate of 47 days: less than a third left',
    tag: 'just-over',
    given: [seen({ notBefore: '0', notAfter: '+47d' }, '0')],
    now: '+31d8h1m',
    expect: [{ ...warning, startsAt: '+31d8h' }],
  },
  {
    name: 'a certificate of 200 days: thirty days, as they are less than a third',
    tag: 'more',
    given: [seen({ notBefore: '-130d', notAfter: '+70d' }, '0')],
    now: '+45d',
    expect: [{ ...warning, startsAt: '+40d' }],
  },
  {
    name: 'start unknown: thirty days, critical at nine',
    tag: 'more',
    given: [seen({ notAfter: '+60d' }, '0')],
    now: '+51d',
    expect: [{ ...warning, severity: 'critical' }],
  },
  {
    name: 'a start behind the end says nothing of the lifetime',
    tag: 'more',
    given: [seen({ notBefore: '+70d', notAfter: '+60d' }, '0')],
    now: '+31d',
    expect: [warning],
  },
  {
    name: 'first seen with a week left: since it began to expire',
    tag: 'more',
    given: [seen(NINETY, '+53d')],
    expect: [{ ...warning, severity: 'critical' }],
  },
  {
    name: 'seen again and again is one alert',
    tag: 'duplicate',
    given: [seen(NINETY, '+31d'), seen(NINETY, '+31d'), seen(NINETY, '+32d')],
    expect: [warning],
  },
  {
    name: 'a sight from before the renewal arrives after it',
    tag: 'out-of-order',
    given: [renewed('+35d'), seen(NINETY, '+34d23h59m')],
    expect: [{ ...warning, state: 'resolved', endsAt: '+35d' }],
  },
  {
    name: 'the renewal arrives late: it ended then',
    tag: 'late',
    given: [seen(NINETY, '0'), seen(NINETY, '+35d'), late('+35d50m', renewed('+35d10m'))],
    meanwhile: [warning],
    expect: [{ ...warning, state: 'resolved', endsAt: '+35d10m', endedBy: 'fact' }],
    disproved: 0,
  },
  {
    name: 'renewed by a certificate that expires soon as well: another alert, from when it was seen',
    tag: 'more',
    given: [seen(NINETY, '0'), seen({ notBefore: '-30d', notAfter: '+60d', thumbprint: 'cc' }, '+35d')],
    expect: [
      { ...warning, state: 'resolved', endsAt: '+35d' },
      { ...warning, startsAt: '+35d', annotations: { thumbprint: 'cc' } },
    ],
  },
  {
    name: 'nobody renews it: expired takes over',
    tag: 'more',
    given: [seen(NINETY, '0')],
    now: '+61d',
    expect: [
      { ...warning, severity: 'critical', state: 'resolved', endsAt: '+60d', endedBy: 'superseded' },
      { rule: 'certificate.expired', severity: 'critical', state: 'firing', startsAt: '+60d', endsAt: null },
    ],
  },
  {
    name: 'the agent renews its own, so its warning says that this failed',
    tag: 'more',
    entity: certificate('agent'),
    given: [seen({ ...NINETY, slot: 'agent' }, '0')],
    now: '+31d',
    expect: [{ ...warning, labels: { certificate: 'agent' }, annotations: { cause: 'renewal failed' } }],
  },
  {
    name: 'silence renews nothing',
    tag: 'more',
    given: [seen(NINETY, '0')],
    now: '+59d',
    expect: [{ ...warning, severity: 'critical' }],
  },
];
