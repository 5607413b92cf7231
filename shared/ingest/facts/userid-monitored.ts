import { firewallEntity } from '../../model/entity.ts';
import type { LogRecord } from '../../model/record.ts';
import { readShown } from '../panos/cli.ts';
import { conditionIn } from '../panos/condition.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';
import { useridState } from './userid-state.ts';

/**
 * How the servers of one output, or the one of a SYSTEM log, stand together: `connected` of `total`, the `conditions` of the others,
 * parted by commas, and whether these are `all` servers of the firewall.
 */
export const useridMonitored = {
  kinds: ['userid.monitored'],
  formats: useridState.formats,
  extract(record) {
    const states = useridState.extract(record);
    const [first] = states;
    if (first === undefined || record.hostname === undefined) return NONE;
    const conditions = states.map(({ attributes }) => String(attributes['condition']));
    const bad = conditions.filter((condition) => condition !== 'connected');
    const attributes = {
      connected: conditions.length - bad.length,
      total: conditions.length,
      conditions: [...new Set(bad)].sort().join(','),
      all: showsAll(record),
    };
    return [
      {
        kind: 'userid.monitored',
        entity: firewallEntity(record.hostname),
        time: first.time,
        identity: [...Object.values(attributes), first.entity.key],
        attributes,
      },
    ];
  },
} satisfies FactExtractor;

/** An output that names its command says so; else one of several servers is of all of them. */
function showsAll({ format, body }: LogRecord): boolean {
  if (format !== 'panos-cli') return false;
  const { command, servers } = readShown(body);
  const known = servers.filter(({ status }) => conditionIn(status ?? '') !== undefined);
  const isWhole = command === null ? servers.length > 1 : / (?:statistics|all)$/.test(command);
  return isWhole && known.length === servers.length;
}
