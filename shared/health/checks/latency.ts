import { editableCheck } from '../kinds/measure.ts';

export const latency = editableCheck('latency', {
  warning: 'Packets take longer than usual through the server. Look at its load and at the network beside it.',
  unhealthy: 'Packets take so long that users notice. Look at the load, the network beside the server, and its uplink.',
});
