import { tmgServerEntity } from '../../model/entity.ts';
import type { LogRecord } from '../../model/record.ts';
import { isVpnFailure, RESULT_CODES } from '../tmg/result-codes.ts';
import { textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const KIND_BY_ACTION: Readonly<Record<string, string>> = {
  Successful_Connection: 'tmg.vpn-connected',
  Unsuccessful_Connection: 'tmg.vpn-failed',
  Disconnection: 'tmg.vpn-disconnected',
};

/**
 * A VPN connection of a client or a site was made, failed or ended; a refused packet counts as a failure when its code says that
 * VPN refused it. Within a second the same failure of the same peer is one. Attributes: `user`, `peer` (address), `result`, and
 * what is known of that code: `symbol`, `meaning`, `remedy`.
 */
export const tmgVpn = {
  kinds: ['tmg.vpn-connected', 'tmg.vpn-failed', 'tmg.vpn-disconnected'],
  formats: ['tmg-w3c', 'tmg-native'],
  extract(record) {
    const kind = kindOf(record);
    const { timestamp, hostname } = record;
    if (kind === undefined || timestamp === undefined || hostname === undefined) return NONE;
    const user = textAttribute(record, 'user');
    const peer = textAttribute(record, 'sourceAddress') ?? textAttribute(record, 'originalClientAddress');
    const result = textAttribute(record, 'status');
    const { symbol = null, meaning = null, vpnRemedy: remedy = null } = RESULT_CODES[result ?? ''] ?? {};
    return [
      {
        kind,
        entity: tmgServerEntity(hostname),
        time: wholeSecond(timestamp),
        identity: [user?.toLowerCase() ?? null, peer, result],
        attributes: { user, peer, result, symbol, meaning, remedy },
      },
    ];
  },
} satisfies FactExtractor;

function kindOf({ attributes }: LogRecord): string | undefined {
  const { action, status } = attributes;
  const byAction = typeof action === 'string' ? KIND_BY_ACTION[action] : undefined;
  if (byAction !== undefined) return byAction;
  return typeof status === 'string' && isVpnFailure(status) ? 'tmg.vpn-failed' : undefined;
}
