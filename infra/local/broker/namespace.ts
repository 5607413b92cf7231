import type { Connection, Container } from 'rhea';
import { ok, type Result } from '../../../shared/model/result.ts';
import { type HubAddress, parseAddress } from './addresses.ts';
import type { Hub } from './hub.ts';
import type { Readers } from './readers.ts';
import { CONDITION, missing, type Refusal, refuse } from './refusal.ts';
import type { Rights } from './rights.ts';

/** What all connections of a broker share. */
export interface Namespace {
  readonly container: Container;
  /** By name in lower case. */
  readonly hubs: ReadonlyMap<string, Hub>;
  readonly readers: Readers;
  readonly key: string;
  /** Whether a connection may do everything, by SASL PLAIN. */
  readonly isTrusted: (connection: Connection) => boolean;
  /** The clock that events are stamped by. */
  readonly nowMs: () => number;
  /** Told of what nobody else is told of. */
  readonly report: (line: string) => void;
}

/** The hub that an address is in, if it exists and the connection has a right to the address. */
export function findHub(
  hubs: ReadonlyMap<string, Hub>,
  rights: Rights,
  address: string,
): Result<{ readonly hub: Hub; readonly at: HubAddress }, Refusal> {
  const at = parseAddress(address);
  const hub = at && hubs.get(at.hub);
  if (at === undefined || hub === undefined) return refuse(CONDITION.notFound, missing(address));
  if (!rights.allows(address)) return refuse(CONDITION.unauthorized, `no token covers '${address}'`);
  return ok({ hub, at });
}
