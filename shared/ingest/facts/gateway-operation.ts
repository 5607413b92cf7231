import { gatewayEntity, subscriptionEntity } from '../../model/entity.ts';
import type { FactDraft } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { changeTarget, gatewayIdIn, operationNamed, resourceGroupOf } from '../azure/activity-operation.ts';
import { regionAttribute } from '../azure/region.ts';
import { propertyText, textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * Something was done to a gateway: maintenance, configuration, a reset. Attributes: `operation`, `message`, `status`, `instance`, `who`,
 * `region`. A change of a connection or a local network gateway is one of the gateways that its body names; where it names none,
 * it is `subscription.operation`, with `resource`, `resourceGroup` and `remoteIp`, by which tunnels tell whether it was theirs.
 */
export const gatewayOperation = {
  kinds: ['gateway.operation', 'subscription.operation'],
  formats: ['azure-gateway', 'azure-activity'],
  extract(record) {
    const name = textAttribute(record, 'operationName') ?? '';
    const resourceId = textAttribute(record, 'resourceId') ?? '';
    const isOwnLog = record.format === 'azure-gateway';
    const operation = isOwnLog ? name : operationNamed(name);
    if (!operation || record.timestamp === undefined) return NONE;
    const said = saidOf(record, operation);
    const gateway = gatewayIdIn(resourceId) ?? (isOwnLog ? resourceId : undefined);
    if (gateway !== undefined) return gateway === '' ? NONE : [ofGateway(gateway, record.timestamp, said)];
    const { gateways, remoteIp } = changeTarget(record);
    if (gateways.length > 0) return gateways.map((id) => ofGateway(id, record.timestamp ?? '', said));
    const subscription = subscriptionEntity(resourceId);
    if (subscription === undefined) return NONE;
    const resource = resourceId.toLowerCase();
    return [
      {
        kind: 'subscription.operation',
        entity: subscription,
        time: record.timestamp,
        identity: [...said.identity, resource],
        attributes: { ...said.attributes, resource, resourceGroup: resourceGroupOf(resourceId), remoteIp },
      },
    ];
  },
} satisfies FactExtractor;

type Said = Pick<FactDraft, 'identity' | 'attributes'>;

function saidOf(record: LogRecord, operation: string): Said {
  const instance = propertyText(record, 'instance');
  const status = propertyText(record, 'operationStatus') ?? textAttribute(record, 'resultType');
  const message = textAttribute(record, 'message') ?? '';
  const who = textAttribute(record, 'caller');
  return {
    identity: [operation, instance, status, message],
    attributes: { operation, message, status, instance, who, ...regionAttribute(record) },
  };
}

const ofGateway = (id: string, time: string, said: Said): FactDraft => ({
  kind: 'gateway.operation',
  entity: gatewayEntity(id),
  time,
  ...said,
});
