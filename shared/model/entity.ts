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
  'azure-subscription',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/**
 * `key` is the normalised identity: `gateway` = ARM id in lower case; `tunnel` = gateway key + `|` + remote IP;
 * `bgp-peer` = gateway key + `|` + peer IP; `tunnel-server`, `tmg-server` = host name in lower case; `certificate` = server key +
 * `|` + `agent`, `tls` or `intermediate`; `firewall` = serial or host name in lower case; `monitored-server`, `syslog-listener` = firewall key + `|` +
 * vsys (may be empty) + `|` + name in lower case; `azure-subscription` = `/subscriptions/<id>` in lower case: it is not watched itself, but
 * what is said of it may concern any of its gateways.
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
/** Of a server its agent's and its TLS certificate; of an endpoint what was uploaded for it: `tls`, or `intermediate` of an issuer. */
export const CERTIFICATE_SLOTS = ['agent', 'tls', 'intermediate'] as const;
export type CertificateSlot = (typeof CERTIFICATE_SLOTS)[number];
export const certificateEntity = (hostname: string, slot: CertificateSlot): EntityRef => ({
  kind: 'certificate',
  key: `${hostname.trim().toLowerCase()}|${slot}`,
});

export const bgpPeerEntity = (resourceId: string, peerIp: string): EntityRef => ({
  kind: 'bgp-peer',
  key: `${resourceId.toLowerCase()}|${peerIp.trim().toLowerCase()}`,
});
export const firewallEntity = (name: string): EntityRef => ({ kind: 'firewall', key: name.trim().toLowerCase() });
/** A server that a firewall's User-ID agent reads, or a syslog sender that it listens to. */
export const monitoredEntity = (
  kind: 'monitored-server' | 'syslog-listener',
  firewall: string,
  vsys: string,
  name: string,
): EntityRef => ({ kind, key: [firewall, vsys, name].map((part) => part.trim().toLowerCase()).join('|') });
export const tmgServerEntity = (hostname: string): EntityRef => ({
  kind: 'tmg-server',
  key: hostname.trim().toLowerCase(),
});

/** The subscription of an ARM id; undefined when it names none. */
export function subscriptionEntity(resourceId: string): EntityRef | undefined {
  const [key] = /^\/subscriptions\/[^/]+/i.exec(resourceId) ?? [];
  return key === undefined ? undefined : { kind: 'azure-subscription', key: key.toLowerCase() };
}

/** The entity that this one is a part of; undefined for roots. */
export function parentOf(entity: EntityRef): EntityRef | undefined {
  const kind = PARENT_KIND[entity.kind];
  if (kind === undefined) return undefined;
  const bar = kind === 'firewall' ? entity.key.indexOf('|') : entity.key.lastIndexOf('|');
  return bar < 0 ? undefined : { kind, key: entity.key.slice(0, bar) };
}

const PARENT_KIND: Readonly<Partial<Record<EntityKind, EntityKind>>> = {
  tunnel: 'gateway',
  'bgp-peer': 'gateway',
  certificate: 'tunnel-server',
  'monitored-server': 'firewall',
  'syslog-listener': 'firewall',
};

/**
 * The entities whose facts are folded into this one's too, as far as their kind is for it (`isFor`): its parent's, since what was done to
 * a gateway explains its tunnels, and what is said of a subscription. A server's check-ins say nothing more about its certificates.
 */
export function explainersOf(entity: EntityRef): readonly EntityRef[] {
  const parent = entity.kind === 'certificate' ? undefined : parentOf(entity);
  const subscription = entity.kind === 'tunnel' ? subscriptionEntity(entity.key) : undefined;
  return [parent, subscription].filter((one) => one !== undefined);
}

/** The kinds of entities that the facts of such an explainer are folded into. */
export const explainedKinds = (explainer: EntityKind): readonly EntityKind[] =>
  explainer === 'azure-subscription'
    ? ['tunnel']
    : ENTITY_KINDS.filter((kind) => kind !== 'certificate' && PARENT_KIND[kind] === explainer);

/** The part of a key behind its last bar: a tunnel's remote IP, a certificate's slot. */
export const lastPart = (entity: EntityRef): string => entity.key.slice(entity.key.lastIndexOf('|') + 1);
