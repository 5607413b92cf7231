import { firewallEntity } from '../../model/entity.ts';
import type { LogRecord } from '../../model/record.ts';
import { LAYOUTS } from '../panos/columns.ts';
import { wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';
import { panosHead } from './panos-head.ts';

/** A firewall's log arrived, by records that name their firewall: of others the header may be a relay's. */
export const firewallHeard = presence(
  'firewall.heard',
  ['panos-csv', 'panos-cef', 'panos-leef', 'panos-json'],
  (record) => {
    const { type } = panosHead(record);
    return typeof type === 'string' && LAYOUTS.has(type);
  },
);

/** The User-ID process of a firewall wrote something. Apart from `firewall.heard`: it is another log, which may come by another way. */
export const useridHeard = presence('userid.heard', ['panos-userid-log'], () => true);

function presence(kind: string, formats: readonly string[], names: (record: LogRecord) => boolean): FactExtractor {
  return {
    kinds: [kind],
    formats,
    oncePer: 'minute',
    isSign: (record) => record.timestamp !== undefined && names(record),
    extract({ timestamp, hostname }) {
      if (timestamp === undefined || hostname === undefined) return NONE;
      return [{ kind, entity: firewallEntity(hostname), time: wholeSecond(timestamp), identity: [], attributes: {} }];
    },
  };
}
