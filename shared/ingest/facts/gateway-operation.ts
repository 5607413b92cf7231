import { gatewayEntity } from '../../model/entity.ts';
import type { LogRecord } from '../../model/record.ts';
import { propertyText, textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** The gateway in an ARM id of itself or of something under it. */
const GATEWAY_ID = /^.*\/providers\/microsoft\.network\/(?:virtualnetworkgateways|vpngateways)\/[^/]+/i;

/** Operations of the Activity Log that can explain what a tunnel did, by the end of their name. */
const ACTIVITY_OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/\/(?:virtualnetworkgateways|vpngateways)\/reset\/action$/i, 'reset'],
  [/\/(?:connections|vpnconnections)\/write$/i, 'connections/write'],
  [/\/localnetworkgateways\/write$/i, 'localNetworkGateways/write'],
];

/**
 * Something was done to a gateway: maintenance, configuration, a reset. Attributes: `operation`, `message`, `status`,
 * `instance`, `who`. An Activity Log record whose resource is no gateway (a connection write) names no gateway: no fact.
 */
export const gatewayOperation = {
  kinds: ['gateway.operation'],
  formats: ['azure-gateway', 'azure-generic'],
  extract(record) {
    const operation = operationOf(record);
    const gatewayId = gatewayIdOf(record);
    if (!operation || !gatewayId || record.timestamp === undefined) return NONE;
    const instance = propertyText(record, 'instance');
    const status = propertyText(record, 'operationStatus') ?? textAttribute(record, 'resultType');
    const message = textAttribute(record, 'message') ?? '';
    const who = textAttribute(record, 'caller');
    return [
      {
        kind: 'gateway.operation',
        entity: gatewayEntity(gatewayId),
        time: record.timestamp,
        identity: [operation, instance, status, message],
        attributes: { operation, message, status, instance, who },
      },
    ];
  },
} satisfies FactExtractor;

function operationOf(record: LogRecord): string | undefined {
  const name = textAttribute(record, 'operationName') ?? '';
  if (record.format === 'azure-gateway') return name;
  return ACTIVITY_OPERATIONS.find(([pattern]) => pattern.test(name))?.[1];
}

/** The gateway log's resource is the gateway, in whatever form its id is written. */
function gatewayIdOf(record: LogRecord): string | undefined {
  const resourceId = textAttribute(record, 'resourceId') ?? '';
  return GATEWAY_ID.exec(resourceId)?.[0] ?? (record.format === 'azure-gateway' ? resourceId : undefined);
}
