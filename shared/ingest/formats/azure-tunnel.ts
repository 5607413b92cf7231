import { azureFormat } from '../azure/format.ts';

/** VPN Gateway tunnels going up and down: TunnelDiagnosticLog. */
export const azureTunnel = azureFormat(
  'azure-tunnel',
  'Azure VPN Gateway, tunnel diagnostic log',
  (category) => category === 'tunneldiagnosticlog',
);
