import { editableCheck } from '../kinds/measure.ts';

/** Average over five minutes, as the server reports it. */
export const cpuUsage = editableCheck('cpuUsage', {
  warning: 'The processors are nearly used up. See what else runs on the server; add cores, or a server to the site.',
  unhealthy:
    'No processor time is left, so clients are slowed down. End what else runs; add cores, or a server to the site.',
});
