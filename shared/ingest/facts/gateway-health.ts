import { gatewayEntity } from '../../model/entity.ts';
import { gatewayIdIn } from '../azure/activity-operation.ts';
import { textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * Azure's own view of a gateway changed: ResourceHealth, matched by resource. Attributes: `status` (Available, Unavailable, Degraded,
 * Unknown), `previous`, `title`, `cause` (PlatformInitiated, UserInitiated, …), `stage`.
 */
export const gatewayHealth = {
  kinds: ['gateway.health'],
  formats: ['azure-activity'],
  extract(record) {
    const status = textAttribute(record, 'health');
    const gateway = gatewayIdIn(textAttribute(record, 'resourceId') ?? '');
    if (status === null || gateway === undefined || record.timestamp === undefined) return NONE;
    const previous = textAttribute(record, 'previousHealth');
    const stage = textAttribute(record, 'resultType');
    const [title, cause] = [textAttribute(record, 'healthTitle'), textAttribute(record, 'healthCause')];
    return [
      {
        kind: 'gateway.health',
        entity: gatewayEntity(gateway),
        time: record.timestamp,
        identity: [status, previous, stage],
        attributes: { status, previous, title, cause, stage },
      },
    ];
  },
} satisfies FactExtractor;
