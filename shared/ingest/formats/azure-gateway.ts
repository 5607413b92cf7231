import { azureFormat } from '../azure/format.ts';

/** VPN Gateway configuration and maintenance: GatewayDiagnosticLog. */
export const azureGateway = azureFormat(
  'azure-gateway',
  'Azure VPN Gateway, gateway diagnostic log',
  (category) => category === 'gatewaydiagnosticlog',
);
