import type { Scalar } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { addressOf } from './address.ts';

/** Operations of the Activity Log that can explain what a tunnel did, by the end of their name. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/\/(?:virtualnetworkgateways|vpngateways)\/reset\/action$/i, 'reset'],
  [/\/(?:connections|vpnconnections)\/write$/i, 'connections/write'],
  [/\/(?:connections|vpnconnections)\/delete$/i, 'connections/delete'],
  [/\/localnetworkgateways\/write$/i, 'localNetworkGateways/write'],
];

/** Our name for an operation of the Activity Log that may have touched a gateway; undefined for any other. */
export const operationNamed = (operationName: string): string | undefined =>
  OPERATIONS.find(([pattern]) => pattern.test(operationName))?.[1];

/** A gateway's ARM id in its own or in that of something under it. */
const GATEWAY_ID =
  /\/subscriptions\/[^"'\\\s/]+\/resourcegroups\/[^"'\\\s/]+\/providers\/microsoft\.network\/(?:virtualnetworkgateways|vpngateways|p2svpngateways)\/[^"'\\\s/]+/i;
const GATEWAY_IDS = new RegExp(GATEWAY_ID, 'gi');

export const gatewayIdIn = (resourceId: string): string | undefined => GATEWAY_ID.exec(resourceId)?.[0];

/** What a change touched, where its record says so: gateways by their ids, or the far end of a tunnel. */
export interface ChangeTarget {
  readonly gateways: readonly string[];
  readonly remoteIp: string | null;
}

const REMOTE_IP = /"gatewayIpAddress\\*"\s*:\s*\\*"([^"\\]+)/i;

/**
 * The id of a connection or of a local network gateway names no gateway. What was sent or answered may: a connection's body has the
 * ids of its gateways, a local network gateway's body the address of the device. Bodies stay here: they hold shared keys.
 */
export function changeTarget({ attributes }: LogRecord): ChangeTarget {
  const properties = attributes['properties'];
  const bodies = typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
  const text = bodies
    .filter(([name]) => /^(?:request|response)body$/i.test(name))
    .map(([, body]: [string, unknown]) => (typeof body === 'string' ? body : JSON.stringify(body)))
    .join('\n');
  const gateways = [...new Set([...text.matchAll(GATEWAY_IDS)].map(([id]) => id.toLowerCase()))];
  const stated = REMOTE_IP.exec(text)?.[1];
  return { gateways, remoteIp: stated === undefined ? null : (addressOf(stated) ?? null) };
}

/** The resource group in an ARM id, in lower case. */
export const resourceGroupOf = (resourceId: string): Scalar =>
  /\/resourcegroups\/([^/]+)/i.exec(resourceId)?.[1]?.toLowerCase() ?? null;
