import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { splitEndpoint } from '../syslog/address.ts';

/** One spelling for each address: without a port, IPv6 as RFC 5952 writes it, IPv4 in IPv6 as IPv4. Undefined for what is none. */
export function addressOf(stated: string): string | undefined {
  const { address } = splitEndpoint(stated.trim());
  if (isIP(address) === 4) return address;
  return isIP(address) === 6 ? ipaddr.process(address).toString().toLowerCase() : undefined;
}
