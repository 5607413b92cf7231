import { type CheckCase, reported, unknowns } from '../case.ts';

export const cases: readonly CheckCase[] = [
  ...reported('tlsCertificateRevocation', [
    ['not-revoked', 'healthy'],
    ['could-not-be-checked', 'warning'],
    ['revoked', 'unhealthy'],
    ['no-address', 'unknown'],
  ]),
  ...unknowns('tlsCertificateRevocation'),
  {
    name: 'a word of no meaning here',
    given: { tlsCertificateRevocation: 'maybe' },
    expect: {
      state: 'unknown',
      value: null,
      reason: 'reported, but none of not-revoked, could-not-be-checked, revoked, no-address',
    },
  },
  { name: 'a number', given: { tlsCertificateRevocation: 1 }, expect: { state: 'unknown', value: null } },
];
