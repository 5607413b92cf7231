import type { RuleCase } from '../case.ts';
import { FIREWALL, useridError } from '../facts.ts';
import { useridCases } from '../userid-cases.ts';

const because = (code: string, text: string): RuleCase => ({
  name: `by ${code}`,
  tag: 'more',
  entity: FIREWALL,
  given: [useridError('access-denied', '0', { code })],
  expect: [{ severity: 'warning', state: 'firing', startsAt: '0', endsAt: null, annotations: { cause: text } }],
});

export const cases: readonly RuleCase[] = [
  ...useridCases('access-denied', '500', 'kerberos-error'),
  because('500', 'lacks groups of Active Directory'),
  because('NT_STATUS_ACCESS_DENIED', 'KB5014692'),
  because('NT_STATUS_LOGON_FAILURE', 'refuses it'),
];
