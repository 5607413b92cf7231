import { editableCheck } from '../kinds/measure.ts';

/** Average over five minutes, as the server reports it. */
export const memoryUsage = editableCheck('memoryUsage', {
  warning: 'Memory is nearly used up. See what else runs on the server; add memory, or a server to the site.',
  unhealthy: 'No memory is left: containers may be killed. End what else runs; add memory, or a server to the site.',
});
