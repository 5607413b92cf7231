import type { Connection, Container } from 'rhea';
import { isSame, KEY_NAME } from './shared-access.ts';

interface Mechanism {
  outcome?: boolean;
  username?: string;
  start(response: Buffer | null): void;
}

/**
 * Offers the SASL mechanisms that clients of Event Hubs use. ANONYMOUS and MSSBCBS say nothing: the rights come by `$cbs`. PLAIN with the
 * key's name and the key gives all rights.
 * @returns whether a connection has come by PLAIN.
 */
export function offerSasl(container: Container, key: string): (connection: Connection) => boolean {
  const trusted = new WeakSet<object>();
  const anonymous = (): Mechanism => ({
    start() {
      this.outcome = true;
    },
  });
  const plain = (): Mechanism => ({
    start(response) {
      // RFC 4616: authorization identity, name and password, divided by NUL.
      const [, name = '', password = ''] = (response?.toString('utf8') ?? '').split('\0');
      this.outcome = name === KEY_NAME && isSame(password, key);
      if (this.outcome) trusted.add(this);
    },
  });
  Object.assign(container.sasl_server_mechanisms, { MSSBCBS: anonymous, ANONYMOUS: anonymous, PLAIN: plain });
  return (connection) => trusted.has(Object(connection['sasl_transport']?.selected?.mechanism));
}
