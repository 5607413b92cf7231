import type { RuleCase } from '../case.ts';
import { DIRECTORY, monitored } from '../facts.ts';
import { useridCases } from '../userid-cases.ts';

export const cases: readonly RuleCase[] = [
  ...useridCases('connection-timeout', 'NT_STATUS_IO_TIMEOUT', 'access-denied'),
  {
    name: 'the remedy names the ways and the ports',
    tag: 'more',
    entity: DIRECTORY,
    given: [monitored('connection-timeout', '0')],
    expect: [
      {
        severity: 'warning',
        state: 'firing',
        startsAt: '0',
        endsAt: null,
        annotations: { remedy: 'TCP 135 and then 49152 to 65535, WinRM TCP 5985 (HTTP) or 5986 (HTTPS)' },
      },
    ],
  },
];
