import { firewallEntity } from '../../model/entity.ts';
import { readShown } from '../panos/cli.ts';
import { conditionIn } from '../panos/condition.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** How the servers of one output stand together: `connected` of `total`, and the `conditions` of the others, parted by commas. */
export const useridMonitored = {
  kinds: ['userid.monitored'],
  formats: ['panos-cli'],
  extract({ body, timestamp, hostname }) {
    const conditions = readShown(body).servers.flatMap(({ status }) => conditionIn(status ?? '')?.condition ?? []);
    if (conditions.length === 0 || timestamp === undefined || hostname === undefined) return NONE;
    const bad = conditions.filter((condition) => condition !== 'connected');
    const attributes = {
      connected: conditions.length - bad.length,
      total: conditions.length,
      conditions: [...new Set(bad)].sort().join(','),
    };
    return [
      {
        kind: 'userid.monitored',
        entity: firewallEntity(hostname),
        time: timestamp,
        identity: Object.values(attributes),
        attributes,
      },
    ];
  },
} satisfies FactExtractor;
