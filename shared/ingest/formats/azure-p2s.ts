import { azureFormat } from '../azure/format.ts';
import { p2sMessage } from '../azure/p2s-message.ts';

/**
 * Point-to-site connections: P2SDiagnosticLog (a translated page spells it `P2SDiagnosticlog`). Attributes: `protocol`, `session`,
 * `step` and the words that tell it (`said`), `user` (partly masked), `assignedIp`, `clientIp` (its first octet is 0).
 */
export const azureP2s = azureFormat(
  'azure-p2s',
  'Azure VPN Gateway, point-to-site diagnostic log',
  (category) => category === 'p2sdiagnosticlog',
  (envelope) => ({ ...p2sMessage(envelope.message ?? '') }),
);
