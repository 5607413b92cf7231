import { measureCheck } from '../kinds/measure.ts';

export const cpuCores = measureCheck({
  id: 'cpuCores',
  title: 'CPU cores',
  unit: 'cores',
  remedies: {
    warning: 'Fewer cores than a tunnel server should have. Give the machine at least four.',
    unhealthy: 'The server reports no core at all. See how the machine is set up, then give it at least four.',
  },
  limits: () => ({ healthy: ['>=', 4], unhealthy: ['<=', 0] }),
});
