/** What is watched. One identity each; everything else about it is an attribute. */
export const ENTITY_KINDS = [
  'gateway',
  'tunnel',
  'bgp-peer',
  'p2s-session',
  'tunnel-server',
  'vpn-user-session',
  'firewall',
  'monitored-server',
  'syslog-listener',
  'tmg-server',
  'certificate',
  'log-source',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/**
 * `key` is the normalised identity: `gateway` = ARM id in lower case; `tunnel` = gateway key + `|` + remote IP;
 * `tunnel-server` = host name in lower case; `certificate` = server key + `|` + `agent` or `tls`.
 */
export interface EntityRef {
  readonly kind: EntityKind;
  readonly key: string;
}

/** One text for maps and partition keys: `kind!key`. */
export const entityId = (entity: EntityRef): string => `${entity.kind}!${entity.key}`;

/** Reads `kind!key` back; undefined when the kind is not one of ours. */
export function parseEntityId(id: string): EntityRef | undefined {
  const bang = id.indexOf('!');
  const kind = ENTITY_KINDS.find((known) => known === id.slice(0, bang));
  return kind && bang > 0 ? { kind, key: id.slice(bang + 1) } : undefined;
}

export const gatewayEntity = (resourceId: string): EntityRef => ({ kind: 'gateway', key: resourceId.toLowerCase() });
export const tunnelEntity = (resourceId: string, remoteIp: string): EntityRef => ({
  kind: 'tunnel',
  key: `${resourceId.toLowerCase()}|${remoteIp.trim().toLowerCase()}`,
});
export const tunnelServerEntity = (hostname: string): EntityRef => ({
  kind: 'tunnel-server',
  key: hostname.trim().toLowerCase(),
});
export const CERTIFICATE_SLOTS = ['agent', 'tls'] as const;
export type CertificateSlot = (typeof CERTIFICATE_SLOTS)[number];
export const certificateEntity = (hostname: string, slot: CertificateSlot): EntityRef => ({
  kind: 'certificate',
  key: `${hostname.trim().toLowerCase()}|${slot}`,
});

/** The entity whose facts also explain this one (an operation on a gateway explains its tunnels); undefined for roots. */
export function parentOf(entity: EntityRef): EntityRef | undefined {
  if (entity.kind === 'tunnel') return { kind: 'gateway', key: entity.key.slice(0, entity.key.lastIndexOf('|')) };
  if (entity.kind === 'certificate') {
    return { kind: 'tunnel-server', key: entity.key.slice(0, entity.key.lastIndexOf('|')) };
  }
  return undefined;
}

/** The part of a key behind its last bar: a tunnel's remote IP, a certificate's slot. */
export const lastPart = (entity: EntityRef): string => entity.key.slice(entity.key.lastIndexOf('|') + 1);
