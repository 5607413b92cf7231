import { gatewayEntity } from '../../model/entity.ts';
import { P2S_STEPS } from '../azure/p2s-message.ts';
import { textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * A point-to-site session got one step further. A fact of the gateway, which has thousands of them. Attributes: `session`, `protocol`,
 * `said`, `user` (partly masked), `assignedIp`.
 */
export const p2sSession = {
  kinds: P2S_STEPS.map((step) => `p2s.${step}`),
  formats: ['azure-p2s'],
  extract(record) {
    const step = textAttribute(record, 'step');
    const session = textAttribute(record, 'session');
    const resourceId = textAttribute(record, 'resourceId');
    if (step === null || session === null || resourceId === null || record.timestamp === undefined) return NONE;
    const said = textAttribute(record, 'said');
    const [protocol, user] = [textAttribute(record, 'protocol'), textAttribute(record, 'user')];
    const assignedIp = textAttribute(record, 'assignedIp');
    return [
      {
        kind: `p2s.${step}`,
        entity: gatewayEntity(resourceId),
        time: record.timestamp,
        identity: [session.toLowerCase(), said],
        attributes: { session, protocol, said, user, assignedIp },
      },
    ];
  },
} satisfies FactExtractor;
