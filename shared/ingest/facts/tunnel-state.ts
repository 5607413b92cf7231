import { tunnelEntity } from '../../model/entity.ts';
import type { LogRecord } from '../../model/record.ts';
import { addressOf } from '../azure/address.ts';
import { regionAttribute } from '../azure/region.ts';
import { propertyText, textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const KIND_BY_WORD: Readonly<Record<string, string>> = {
  tunnelconnected: 'tunnel.connected',
  connected: 'tunnel.connected',
  tunneldisconnected: 'tunnel.disconnected',
  disconnected: 'tunnel.disconnected',
};

/** A tunnel went up or down on one instance of its gateway. Attributes: `instance` and `reason` as stated, `region` if so. */
export const tunnelState = {
  kinds: ['tunnel.connected', 'tunnel.disconnected'],
  formats: ['azure-tunnel'],
  extract(record) {
    const kind = kindOf(record);
    const resourceId = textAttribute(record, 'resourceId');
    const stated = propertyText(record, 'remoteIP');
    const remoteIp = stated && (addressOf(stated) ?? stated.toLowerCase());
    if (!kind || !resourceId || !remoteIp || record.timestamp === undefined) return NONE;
    const instance = propertyText(record, 'instance');
    const reason = propertyText(record, 'stateChangeReason');
    return [
      {
        kind,
        entity: tunnelEntity(resourceId, remoteIp),
        time: record.timestamp,
        identity: [instance],
        attributes: { instance, reason, ...regionAttribute(record) },
      },
    ];
  },
} satisfies FactExtractor;

/** By the operation's name, else by the status. */
const kindOf = (record: LogRecord): string | undefined =>
  KIND_BY_WORD[textAttribute(record, 'operationName')?.toLowerCase() ?? ''] ??
  KIND_BY_WORD[propertyText(record, 'status')?.toLowerCase() ?? ''];
