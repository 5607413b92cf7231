import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Which receivers may be reached beyond public addresses, and which never. */
export interface GuardOptions {
  /** True only for local runs: permits plain http, loopback and private addresses. Link-local ones stay refused. */
  readonly allowLocal: boolean;
  /** Hosts never to reach, names or addresses: that of IDENTITY_ENDPOINT, which hands out tokens. */
  readonly blockedHosts?: readonly string[];
}

export type Refusal = 'url-invalid' | 'scheme-refused' | 'host-refused' | 'address-refused';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}
/** All addresses of a host name; rejects when it has none. A parameter, so that tests can rebind a name. */
export type ResolveHost = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** A refused address, thrown inside the socket's lookup: the connection is never opened. */
export class RefusedAddress extends Error {
  readonly refusal: Refusal = 'address-refused';
}

/** The platform's DNS, DHCP and health service answers here: by its range a public address. Azure, "What is 168.63.129.16". */
const AZURE_WIRE_SERVER = '168.63.129.16';
const LOCAL_RANGES = ['loopback', 'private', 'uniqueLocal'];
/** All that is routed publicly today; `::/96` and the like count as unicast by their range, but embed IPv4. RFC 4291 2.4. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Why a receiver's URL is refused before anything is sent, or undefined. Names are checked again, by address, when they are
 * resolved. The URL parser has already turned `0x7f.1`, `2130706433` and `127.1` into `127.0.0.1`.
 */
export function refusalOfUrl(text: string, options: GuardOptions): Refusal | undefined {
  const url = URL.parse(text);
  if (!url) return 'url-invalid';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && options.allowLocal)) return 'scheme-refused';
  const host = bareHost(url.hostname);
  if (host === '' || isBlocked(host, options)) return 'host-refused';
  if (isIP(host)) return isAllowed(host, options) ? undefined : 'address-refused';
  const isLocalName = host === 'localhost' || host.endsWith('.localhost');
  return isLocalName && !options.allowLocal ? 'host-refused' : undefined;
}

/**
 * The `lookup` of a socket: resolves once, checks every answer, and hands on exactly the checked addresses, so that a name
 * cannot be rebound between check and connect. One bad address refuses all; a failed resolution is a failure, never a pass.
 */
export function guardedLookup(options: GuardOptions, resolve: ResolveHost = resolveAll): LookupFunction {
  return (hostname, { all }, callback) => {
    const settle = async (): Promise<() => void> => {
      try {
        const found = await resolve(hostname);
        const [first] = found;
        if (!first || !found.every(({ address }) => isAllowed(address, options))) {
          throw new RefusedAddress('expected public addresses only');
        }
        return () => (all ? callback(null, [...found]) : callback(null, first.address, first.family));
      } catch (error) {
        const failure = error instanceof Error ? error : new Error('expected the name to resolve');
        return () => callback(failure, '', 0);
      }
    };
    // The callback runs outside the promise: what it throws must not come back as a failed lookup.
    void settle().then((answer) => process.nextTick(answer));
  };
}

/**
 * Whether a connection may go to this address. Only public unicast: mapped, NAT64, 6to4 and Teredo addresses carry an IPv4
 * address that the network would unwrap behind our back, so they are refused as such.
 */
export function isAllowed(address: string, options: GuardOptions): boolean {
  if (!isIP(address) || address === AZURE_WIRE_SERVER || isBlocked(address, options)) return false;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (options.allowLocal && LOCAL_RANGES.includes(range)) return true;
  return range === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST));
}

const resolveAll: ResolveHost = (hostname) => lookup(hostname, { all: true });

const isBlocked = (host: string, options: GuardOptions): boolean =>
  (options.blockedHosts ?? []).some((blocked) => bareHost(blocked) === host);

/** A host without the brackets of IPv6 and the dot of a rooted name, in lower case. */
const bareHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '');
