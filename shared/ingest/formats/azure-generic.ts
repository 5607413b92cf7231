import { azureFormat } from '../azure/format.ts';
import { ACTIVITY_CATEGORIES } from './azure-activity.ts';

const OWN_FORMATS: ReadonlySet<string> = new Set([
  ...ACTIVITY_CATEGORIES,
  'tunneldiagnosticlog',
  'gatewaydiagnosticlog',
  'ikediagnosticlog',
  'routediagnosticlog',
  'p2sdiagnosticlog',
]);

/** Every other category of Azure Monitor, those of the Activity Log that explain nothing included. */
export const azureGeneric = azureFormat(
  'azure-generic',
  'Azure Monitor record',
  (category) => !OWN_FORMATS.has(category),
);
