import { azureFormat } from '../azure/format.ts';

const OWN_FORMATS = new Set(['tunneldiagnosticlog', 'gatewaydiagnosticlog', 'ikediagnosticlog']);

/** Every other category of Azure Monitor, the Activity Log included. */
export const azureGeneric = azureFormat(
  'azure-generic',
  'Azure Monitor record',
  (category) => !OWN_FORMATS.has(category),
);
