import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { tunnelEntity } from '../../model/entity.ts';
import type { LogRecord } from '../../model/record.ts';
import { splitEndpoint } from '../syslog/address.ts';
import { propertyText, textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const KIND_BY_WORD: Readonly<Record<string, string>> = {
  tunnelconnected: 'tunnel.connected',
  connected: 'tunnel.connected',
  tunneldisconnected: 'tunnel.disconnected',
  disconnected: 'tunnel.disconnected',
};

/** A tunnel went up or down on one instance of its gateway. Attributes: `instance` and `reason` as stated. */
export const tunnelState = {
  kinds: ['tunnel.connected', 'tunnel.disconnected'],
  formats: ['azure-tunnel'],
  extract(record) {
    const kind = kindOf(record);
    const resourceId = textAttribute(record, 'resourceId');
    const remoteIp = normalIp(propertyText(record, 'remoteIP'));
    if (!kind || !resourceId || !remoteIp || record.timestamp === undefined) return NONE;
    const instance = propertyText(record, 'instance');
    const reason = propertyText(record, 'stateChangeReason');
    return [
      {
        kind,
        entity: tunnelEntity(resourceId, remoteIp),
        time: record.timestamp,
        identity: [instance],
        attributes: { instance, reason },
      },
    ];
  },
} satisfies FactExtractor;

/** By the operation's name, else by the status. */
const kindOf = (record: LogRecord): string | undefined =>
  KIND_BY_WORD[textAttribute(record, 'operationName')?.toLowerCase() ?? ''] ??
  KIND_BY_WORD[propertyText(record, 'status')?.toLowerCase() ?? ''];

/** One spelling for each address: without a port, IPv6 as RFC 5952 writes it, IPv4 in IPv6 as IPv4. Else as stated, in lower case. */
function normalIp(stated: string | null): string | null {
  if (stated === null) return null;
  const { address } = splitEndpoint(stated);
  if (isIP(address) === 4) return address;
  return isIP(address) === 6 ? ipaddr.process(address).toString().toLowerCase() : stated.toLowerCase();
}
