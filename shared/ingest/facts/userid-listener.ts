import { monitoredEntity } from '../../model/entity.ts';
import { readShown } from '../panos/cli.ts';
import { conditionIn } from '../panos/condition.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * What a firewall's syslog listener had received from a sender. Attributes: `transport` (`udp`, `ssl`), `enabled`, the counters
 * `messages`, `activeConnections`, `totalConnections` since the start, and `connected` where a status says it: UDP has none.
 */
export const useridListener = {
  kinds: ['userid.listener'],
  formats: ['panos-cli'],
  extract({ body, timestamp, hostname }) {
    if (timestamp === undefined || hostname === undefined) return NONE;
    const { listeners, listening } = readShown(body);
    return listeners.map(({ name, vsys, address, transport, status, ...counters }) => {
      const condition = status === null ? undefined : conditionIn(status)?.condition;
      const connected = transport === 'udp' || condition === undefined ? null : condition === 'connected';
      const enabled = transport === null ? null : listening[transport];
      return {
        kind: 'userid.listener',
        entity: monitoredEntity('syslog-listener', hostname, vsys, name),
        time: timestamp,
        identity: [counters.messages, connected],
        attributes: { transport, enabled, connected, status, address, ...counters },
      };
    });
  },
} satisfies FactExtractor;
