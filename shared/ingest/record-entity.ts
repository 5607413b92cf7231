import {
  type EntityRef,
  firewallEntity,
  gatewayEntity,
  subscriptionEntity,
  tmgServerEntity,
  tunnelServerEntity,
} from '../model/entity.ts';
import type { LogRecord } from '../model/record.ts';

const GATEWAY =
  /^\/subscriptions\/[^/]{1,80}\/resourcegroups\/[^/]{1,120}\/providers\/microsoft\.network\/(?:virtualnetworkgateways|vpngateways|p2svpngateways)\/[^/]{1,120}/i;

/** The machine that a host name is of, by the first word of its format. */
const BY_HOST: Readonly<Record<string, (hostname: string) => EntityRef>> = {
  checkin: tunnelServerEntity,
  mstunnel: tunnelServerEntity,
  ocserv: tunnelServerEntity,
  panos: firewallEntity,
  tmg: tmgServerEntity,
};

/**
 * What a record is about: the machine or the gateway that wrote it, or the subscription of another resource. Undefined where it names none, or
 * nothing that is watched. Its facts may be about parts of it. Computed when asked, since few records are ever looked at one by one.
 */
export function entityOfRecord({ format, hostname, attributes }: LogRecord): EntityRef | undefined {
  const { resourceId } = attributes;
  if (typeof resourceId === 'string') {
    const [gateway] = GATEWAY.exec(resourceId) ?? [];
    return gateway === undefined ? subscriptionEntity(resourceId) : gatewayEntity(gateway);
  }
  const [system = ''] = format.split('-', 1);
  return hostname === undefined || hostname.trim() === '' ? undefined : BY_HOST[system]?.(hostname);
}
