import { MINUTE } from '../../model/time.ts';
import { ageCheck } from '../kinds/age.ts';

/** The source's page negates this row in every language, an error of the page: contacted within five minutes is healthy. */
export const upgradeability = ageCheck({
  id: 'upgradeability',
  title: 'Upgradeability',
  attribute: 'registryContactedAt',
  against: 'check-in',
  maxMs: 5 * MINUTE,
  event: 'registry contacted',
  remedies: {
    unhealthy:
      'The server does not reach the container registry, so it cannot be updated. Allow mcr.microsoft.com and its data endpoints in proxy and firewall.',
  },
});
