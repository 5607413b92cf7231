import type { RuleCase } from '../case.ts';
import { DIRECTORY, FIREWALL, monitored, useridError } from '../facts.ts';
import { useridCases } from '../userid-cases.ts';

const refused = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;
const because = (code: string, reason: string | null, remedy: string): RuleCase => ({
  name: `response code ${code}: ${reason ?? 'no reason'}`,
  tag: 'more',
  entity: FIREWALL,
  given: [useridError('connection-refused', '0', { code, reason })],
  expect: [{ ...refused, annotations: { remedy } }],
});

export const cases: readonly RuleCase[] = [
  ...useridCases('connection-refused', '401', 'access-denied'),
  because('0', "Couldn't connect to server", 'TCP 5985'),
  because('0', "Couldn't resolve host name", 'DNS'),
  because('0', 'Peer certificate cannot be authenticated with given CA certificates', 'certificate profile'),
  because('0', 'SSL peer certificate or SSH remote key was not OK', 'basic constraints'),
  because('0', 'Timeout was reached', 'Ping'),
  because('0', 'Something synthetic', 'WinRM listens'),
  because('0', null, 'WinRM listens'),
  because('401', null, 'HTTPS'),
  because('503', null, 'WinRM listens'),
  {
    name: 'Connection refused(0) is explained by what was said with a 0',
    tag: 'more',
    entity: DIRECTORY,
    given: [
      useridError('connection-refused', '-2m', { code: '401' }),
      useridError('connection-refused', '-1m', { code: '0', reason: "Couldn't resolve host name" }),
      monitored('connection-refused', '0', { code: '0', status: 'Connection refused(0)' }),
    ],
    expect: [
      { ...refused, annotations: { codes: "0 (Couldn't resolve host name)", cause: 'not known to the name servers' } },
    ],
  },
];
