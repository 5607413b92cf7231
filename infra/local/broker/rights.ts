import { covers, pathOf } from './addresses.ts';

/** What a connection may do so far: whole namespace by SASL PLAIN, or what its tokens cover. */
export interface Rights {
  /** Adds a right to an audience and all below it. */
  grant(audience: string, expiresAtMs: number): void;
  allows(address: string): boolean;
}

/** The rights of a new connection. */
export function createRights(isTrusted: () => boolean): Rights {
  const granted = new Map<string, number>();
  return {
    grant: (audience, expiresAtMs) => granted.set(pathOf(audience), expiresAtMs),
    // Tokens are made by the clients' clocks, so their time is the machine's, whatever clock the events are stamped with.
    allows: (address) =>
      isTrusted() ||
      [...granted].some(([path, expiresAtMs]) => expiresAtMs > Date.now() && covers(path, pathOf(address))),
  };
}
