import type { RuleCase } from '../case.ts';
import { FIREWALL, type Offset, useridError } from '../facts.ts';
import { useridCases } from '../userid-cases.ts';

const ofCode = (code: string, cause: string, remedy: string): RuleCase => ({
  name: `code ${code}`,
  tag: 'more',
  entity: FIREWALL,
  given: [useridError('kerberos-error', '0', { code })],
  expect: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null, annotations: { cause, remedy } }],
});
const line = (code: string, offset: Offset) => useridError('kerberos-error', offset, { code });

export const cases: readonly RuleCase[] = [
  ...useridCases('kerberos-error', '-1765328228', 'access-denied'),
  ofCode('-1765328228', 'No domain controller of the realm answers', 'DNS'),
  ofCode('-1765328366', 'disabled or locked', 'unlock'),
  ofCode('-1765328378', 'does not know the service account', 'name and the domain'),
  ofCode('-1765328370', 'RC4', 'AES 128 and AES 256'),
  ofCode('-1765328360', 'refused the password', 'preauthentication'),
  ofCode('-1765328353', 'could not be decrypted', 'HTTPS'),
  ofCode('-1765328316', 'not responsible for the realm', 'Kerberos server profile'),
  ofCode('-1765328237', 'not what was asked for', 'capitals'),
  ofCode('11', 'temporarily unavailable', 'Ping'),
  ofCode('145', 'did not answer in time', 'Ping'),
  ofCode('110', 'did not answer in time', 'Ping'),
  ofCode('16', 'busy', 'test authentication authentication-profile'),
  ofCode('-1765328347', 'clocks', 'NTP'),
  ofCode('-1765328375', 'Kerberos protocol error 9', 'service account'),
  ofCode('-1765328200', 'Kerberos library', 'service account'),
  ofCode('99', 'error 99', 'Ping'),
  {
    name: 'several codes: the cause and the remedy of each',
    tag: 'more',
    entity: FIREWALL,
    given: [line('-1765328228', '0'), line('-1765328366', '+1m'), line('-1765328228', '+2m')],
    expect: [
      {
        severity: 'warning',
        state: 'firing',
        startsAt: '0',
        endsAt: null,
        annotations: {
          codes: '-1765328228 (KRB5_KDC_UNREACH), -1765328366 (KRB5KDC_ERR_CLIENT_REVOKED)',
          remedy: '-1765328366 (KRB5KDC_ERR_CLIENT_REVOKED): Enable or unlock',
        },
      },
    ],
  },
];
