import { measureCheck } from '../kinds/measure.ts';

export const activeConnections = measureCheck({
  id: 'activeConnections',
  title: 'Active connections',
  unit: 'connections',
  remedies: {
    unhealthy:
      'The server is at the most connections it serves, so further devices may be refused. Add a server to the site.',
  },
  limits: () => ({ healthy: ['<=', 4990], unhealthy: ['>', 4990] }),
});
