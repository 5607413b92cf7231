import { tmgServerEntity } from '../../model/entity.ts';
import type { LogRecord } from '../../model/record.ts';
import { LOCKDOWN } from '../tmg/result-codes.ts';
import { wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const FORMATS = ['tmg-w3c', 'tmg-native'];

/** A TMG or ISA server wrote rows. */
export const tmgHeard = sign('tmg.heard', (record) => record.attributes['log'] !== undefined);

/** The firewall engine refused something because it is in lockdown mode. */
export const tmgLockdown = sign('tmg.lockdown', (record) => record.attributes['status'] === LOCKDOWN);

/** The names of the server's own network, whose traffic passes in lockdown mode too. */
const LOCAL_HOST = new Set(['local host', 'ローカル ホスト', 'ローカルホスト']);
const ALLOWED = new Set<unknown>(['Establish', 'Allowed', 'Successful_Connection']);

/** Traffic between networks was let through. That of the server itself says nothing: lockdown mode allows it. */
export const tmgAllowed = sign(
  'tmg.allowed',
  ({ attributes }) =>
    ALLOWED.has(attributes['action']) &&
    attributes['status'] !== LOCKDOWN &&
    !isLocalHost(attributes['sourceNetwork']) &&
    !isLocalHost(attributes['destinationNetwork']),
);

const isLocalHost = (network: unknown): boolean => typeof network === 'string' && LOCAL_HOST.has(network.toLowerCase());

/** Such rows come by the thousand: the first and the last of each minute say enough. */
function sign(kind: string, isSign: (record: LogRecord) => boolean): FactExtractor {
  return {
    kinds: [kind],
    formats: FORMATS,
    oncePer: 'minute',
    // A row without a time says nothing about presence.
    isSign: (record) => record.timestamp !== undefined && isSign(record),
    extract({ timestamp, hostname }) {
      if (timestamp === undefined || hostname === undefined) return NONE;
      return [{ kind, entity: tmgServerEntity(hostname), time: wholeSecond(timestamp), identity: [], attributes: {} }];
    },
  };
}
