import { fail, ok } from '../../model/result.ts';
import { azureRecord, envelopeOf } from '../azure/envelope.ts';
import { azureFormat } from '../azure/format.ts';
import { ikeGlance } from '../azure/ike-glance.ts';
import { readIkeMessage } from '../azure/ike-message.ts';
import type { LogFormat } from './format.ts';

/**
 * VPN Gateway key exchange: IKEDiagnosticLog. Attributes: those of the envelope, and of the message `session`, `remoteIp`, `remotePort`,
 * `localIp`, `localPort`, `direction`, `exchange`, `iCookie`, `rCookie`, `text`; each null when the message does not have it. What names
 * neither session nor peers is kept and counted.
 */
export const azureIke: LogFormat = {
  ...azureFormat('azure-ike', 'Azure VPN Gateway, IKE diagnostic log', (category) => category === 'ikediagnosticlog'),
  parse(raw) {
    const envelope = envelopeOf(raw);
    if (envelope === undefined) return fail('no-envelope', 'expected an Azure Monitor record');
    const record = azureRecord('azure-ike', raw, envelope);
    const message = readIkeMessage(envelope.message ?? '');
    const attributes = {
      ...record.attributes,
      session: message.session ?? null,
      remoteIp: message.remote?.address ?? null,
      remotePort: message.remote?.port ?? null,
      localIp: message.local?.address ?? null,
      localPort: message.local?.port ?? null,
      direction: message.direction ?? null,
      exchange: message.exchange ?? null,
      iCookie: message.iCookie ?? null,
      rCookie: message.rCookie ?? null,
      text: message.text,
    };
    return ok({ ...record, attributes });
  },
  glance: ikeGlance,
};
