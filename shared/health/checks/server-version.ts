import { measureCheck } from '../kinds/measure.ts';

/** Counted in releases behind the current one; from two behind, a server is out of support. */
export const serverVersion = measureCheck({
  id: 'serverVersion',
  title: 'Server version',
  unit: 'releases behind',
  attribute: 'versionsBehind',
  remedies: {
    warning: 'A newer release is out. Plan the upgrade.',
    unhealthy: 'This release is out of support. Upgrade the server now.',
  },
  limits: () => ({ healthy: ['<=', 0], unhealthy: ['>=', 2] }),
});
