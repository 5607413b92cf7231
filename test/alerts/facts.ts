import {
  bgpPeerEntity,
  type CertificateSlot,
  certificateEntity,
  firewallEntity,
  gatewayEntity,
  monitoredEntity,
  subscriptionEntity,
  tmgServerEntity,
  tunnelEntity,
  tunnelServerEntity,
} from '../../shared/model/entity.ts';
import { type Fact, type FactDraft, makeFact, type Scalar } from '../../shared/model/fact.ts';
import { DAY, HOUR, MINUTE, type Millis, SECOND, timestampOf } from '../../shared/model/time.ts';

/** Facts of synthetic systems, briefly. Every time is an offset from the same morning: `'+5m1s'`, `'-10m'`, `'0'`. */
export const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
export type Offset = string;

const GATEWAY_ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/contoso-rg/providers/Microsoft.Network/virtualNetworkGateways/contoso-vpn';
const REMOTE_IP = '203.0.113.10';
const HOST = 'tunnel-1.contoso.example';

export const GATEWAY = gatewayEntity(GATEWAY_ID);
export const TUNNEL = tunnelEntity(GATEWAY_ID, REMOTE_IP);
export const PEER = bgpPeerEntity(GATEWAY_ID, '10.1.0.4');
export const SERVER = tunnelServerEntity(HOST);
export const certificate = (slot: CertificateSlot) => certificateEntity(HOST, slot);
export const TLS = certificate('tls');
export const FIREWALL = firewallEntity('fw-1');
/** A domain controller that the firewall's User-ID agent reads. */
export const DIRECTORY = monitoredEntity('monitored-server', 'fw-1', 'vsys1', 'dc-1');
export const TMG = tmgServerEntity('tmg-1');
export const LISTENER = monitoredEntity('syslog-listener', 'fw-1', 'vsys1', 'sender-1');

const UNITS: Readonly<Record<string, Millis>> = { d: DAY, h: HOUR, m: MINUTE, s: SECOND, ms: 1 };

/** Milliseconds of an offset such as `+1h30m`, `-10m`, `+5m1ms`, `0`. */
export function millisAt(offset: Offset): Millis {
  if (!/^([+-](\d+(ms|[dhms]))+|0)$/.test(offset)) throw new Error(`not an offset: ${offset}`);
  let ms = 0;
  for (const [, count, unit] of offset.matchAll(/(\d+)(ms|[dhms])/g)) ms += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return T0 + (offset.startsWith('-') ? -ms : ms);
}

/** The fixed-width timestamp of an offset. */
export const timeAt = (offset: Offset) => timestampOf(millisAt(offset));

let line = 0;
type Attributes = Readonly<Record<string, Scalar>>;

/** Two facts of one instant that say the same are one; two that say different things never are. */
function fact(draft: Omit<FactDraft, 'time' | 'identity'>, offset: Offset, identity: readonly Scalar[] = []): Fact {
  line++;
  const evidence = { source: 'synthetic', line, byte: line * 100 };
  const said = JSON.stringify(draft.attributes);
  return makeFact({ ...draft, time: timeAt(offset), identity: [...identity, said] }, evidence, []);
}

/** TunnelConnected on an instance. */
export const connect = (instance: string, offset: Offset): Fact =>
  fact({ kind: 'tunnel.connected', entity: TUNNEL, attributes: { instance, reason: null } }, offset, [instance]);

/** TunnelDisconnected on an instance, with Azure's stateChangeReason where it gave one. */
export const disconnect = (instance: string, offset: Offset, reason: string | null = null): Fact =>
  fact({ kind: 'tunnel.disconnected', entity: TUNNEL, attributes: { instance, reason } }, offset, [instance]);

interface Operation {
  readonly status?: string;
  readonly message?: string;
  readonly instance?: string;
  readonly who?: string;
}

/** An operation of the gateway: its own log, or the Activity Log's `reset` with who did it. */
export function operation(name: string, offset: Offset, said: Operation = {}): Fact {
  const { status = null, message = null, instance = null, who = null } = said;
  const attributes = { operation: name, status, message, instance, who };
  const draft = { kind: 'gateway.operation', entity: GATEWAY, attributes };
  return fact(draft, offset, [name, instance, status, message]);
}

/** A check-in; without attributes a healthy one that says nothing else. */
export const checkIn = (offset: Offset, attributes: Attributes = { cpuUsage: 20 }): Fact =>
  fact({ kind: 'server.checkin', entity: SERVER, attributes }, offset);

interface Certificate {
  readonly notAfter: Offset;
  readonly notBefore?: Offset;
  readonly thumbprint?: string;
  readonly slot?: CertificateSlot;
}

/** A certificate as a check-in showed it. */
export function seen({ notAfter, notBefore, thumbprint = 'aa', slot = 'tls' }: Certificate, offset: Offset): Fact {
  const attributes = {
    notAfter: timeAt(notAfter),
    notBefore: notBefore === undefined ? null : timeAt(notBefore),
    thumbprint,
    server: HOST,
    site: null,
  };
  return fact({ kind: 'certificate.seen', entity: certificate(slot), attributes }, offset, [thumbprint]);
}

/** What a check-in says of its TLS certificate's revocation. */
export const revocation = (status: string, offset: Offset): Fact =>
  fact({ kind: 'certificate.revocation', entity: TLS, attributes: { status } }, offset, [status]);

const ofServer = (kind: string, offset: Offset, attributes: Attributes = {}, identity: readonly Scalar[] = []): Fact =>
  fact({ kind, entity: SERVER, attributes }, offset, identity);

/** The server wrote a log line in that minute. */
export const heard = (offset: Offset): Fact => ofServer('server.heard', offset);
/** The server wrote an access line in that minute. */
export const accessed = (offset: Offset): Fact => ofServer('server.accessed', offset);
/** Lines, and DNS lines among them, of the hour that begins then, as one source counts them. */
export const counted = (offset: Offset, lines: number, dns: number, source = 'access.log'): Fact =>
  ofServer('access.counted', offset, { lines, dns }, [source]);
/** A line that only a bad day writes. */
export const badLine = (kind: string, offset: Offset, message = '', said: Attributes = {}): Fact =>
  ofServer(kind, offset, said, [message]);
/** ocserv stopped or started. */
export const restart = (kind: 'server.stopping' | 'server.started', offset: Offset): Fact => ofServer(kind, offset);
/** A worker gave its client up. */
export const dpdLost = (name: string, offset: Offset): Fact =>
  ofServer('session.dpd-lost', offset, { user: name, client: null });

interface Session {
  readonly view?: 'ocserv' | 'telemetry';
  readonly dpd?: boolean;
  readonly probe?: boolean;
}

const session = (kind: string, name: string, offset: Offset, said: Session): Fact => {
  const { view = 'ocserv', dpd = false, probe = false } = said;
  return ofServer(kind, offset, { view, session: name, user: name, dpd, probe }, [view, name]);
};
export const opened = (name: string, offset: Offset, said: Session = {}): Fact =>
  session('session.opened', name, offset, said);
export const closed = (name: string, offset: Offset, said: Session = {}): Fact =>
  session('session.closed', name, offset, said);

/** A fact of the TMG server, such as `tmg.heard`. */
export const ofTmg = (kind: string, offset: Offset, attributes: Attributes = {}): Fact =>
  fact({ kind, entity: TMG, attributes }, offset);
/** The status text of a log, or of all of them. */
export const logStatus = (status: 'in-use' | 'ready', offset: Offset, log: 'firewall' | 'web' | null = null): Fact =>
  ofTmg('tmg.log-status', offset, { log, status });
/** A listing of the log queue: queue files by a short name, oldest first; `writtenAt` of the oldest. */
export function queueListed(files: readonly string[], offset: Offset, writtenAt?: Offset, complete = true): Fact {
  const [oldest = null, next = null] = files;
  const oldestAt = writtenAt === undefined ? null : timeAt(writtenAt);
  return ofTmg('tmg.log-queue', offset, { files: files.length, oldest, oldestAt, next, complete });
}
/** A VPN connection, of a user or from an address. */
export const vpn = (
  how: 'connected' | 'failed' | 'disconnected',
  offset: Offset,
  said: { user?: string; peer?: string; result?: string; meaning?: string; remedy?: string } = {},
): Fact =>
  ofTmg(`tmg.vpn-${how}`, offset, { user: null, peer: null, result: null, meaning: null, remedy: null, ...said });

/** `count` facts made of their number, such as 25 sessions: `many(25, (n) => opened(`user${n}`, '0'))`. */
export const many = (count: number, make: (n: number) => Fact): Fact[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Offsets at a steady step: `every('+1m', '0', '+1h')`, both ends included. */
export function every(step: Offset, from: Offset, to: Offset): Offset[] {
  const stepMs = millisAt(step) - T0;
  const offsets: Offset[] = [];
  for (let ms = millisAt(from); ms <= millisAt(to); ms += stepMs)
    offsets.push(ms < T0 ? `-${T0 - ms}ms` : `+${ms - T0}ms`);
  return offsets;
}

/** A BGP peer connects or disconnects: what the peer hears, and what its gateway's other peers do. */
export function bgp(
  state: 'connected' | 'disconnected',
  offset: Offset,
  peer = '10.1.0.4',
  instance: string | null = null,
): Fact[] {
  const own = {
    kind: `bgp.${state}`,
    entity: bgpPeerEntity(GATEWAY_ID, peer),
    attributes: { instance, message: null },
  };
  const others = { kind: 'gateway.bgp-peer', entity: GATEWAY, attributes: { peer, state, instance } };
  return peer === '10.1.0.4' ? [fact(own, offset, [instance]), fact(others, offset)] : [fact(others, offset)];
}

/** Routes of the peer, or of a gateway's record that names no peer. */
export const withdrawn = (offset: Offset, prefixes: string, isNamed = true): Fact =>
  fact(
    isNamed
      ? { kind: 'bgp.routes', entity: PEER, attributes: { added: '', withdrawn: prefixes, other: '' } }
      : {
          kind: 'gateway.routes',
          entity: GATEWAY,
          attributes: { source: 'bgp', added: '', withdrawn: prefixes, other: '' },
        },
    offset,
  );

/** A point-to-site session got this far. */
export const p2s = (
  step: 'requested' | 'authenticated' | 'connected' | 'failed' | 'disconnected',
  session: string,
  offset: Offset,
): Fact =>
  fact(
    {
      kind: `p2s.${step}`,
      entity: GATEWAY,
      attributes: { session: `OVPN_${session}`, protocol: 'openvpn', said: step },
    },
    offset,
  );

/** Azure's own view of the gateway changed. */
export const health = (status: string, offset: Offset): Fact =>
  fact(
    {
      kind: 'gateway.health',
      entity: GATEWAY,
      attributes: { status, previous: 'Available', title: 'Unavailable', cause: 'PlatformInitiated', stage: 'Active' },
    },
    offset,
  );

const SUBSCRIPTION = subscriptionEntity(GATEWAY_ID) ?? GATEWAY;

interface Notice {
  readonly type?: 'maintenance' | 'incident';
  readonly regions?: string;
  readonly from?: Offset;
  readonly until?: Offset | null;
  readonly trackingId?: string;
  readonly canceled?: boolean;
}

/** ServiceHealth of VPN Gateway, said at an instant about a time; the gateway's region is `eastus2` once `inRegion` says so. */
export function notice(
  saidAt: Offset,
  {
    type = 'maintenance',
    regions = 'eastus2',
    from = saidAt,
    until = null,
    trackingId = 'VPN1-AAA',
    canceled = false,
  }: Notice = {},
): Fact {
  const attributes = {
    type,
    trackingId,
    regions,
    title: 'Planned maintenance',
    stage: 'Active',
    from: timeAt(from),
    until: until === null ? null : timeAt(until),
    saidAt: timeAt(saidAt),
    canceled,
  };
  const at = millisAt(from) < millisAt(saidAt) ? from : saidAt;
  return fact({ kind: 'subscription.service-health', entity: SUBSCRIPTION, attributes }, at);
}

/** The same fact, of a record that names the gateway's region. */
export const inRegion = (region: string, of: Fact): Fact => ({ ...of, attributes: { ...of.attributes, region } });

/** A change of a connection or local network gateway whose record names no gateway. */
export const change = (operation: string, offset: Offset, said: Attributes): Fact =>
  fact(
    {
      kind: 'subscription.operation',
      entity: SUBSCRIPTION,
      attributes: {
        operation,
        status: 'Success',
        message: '',
        instance: null,
        who: 'admin@contoso.example',
        resource: '/x/lng-1',
        resourceGroup: null,
        remoteIp: null,
        ...said,
      },
    },
    offset,
  );

/** The User-ID agent's connection to `DIRECTORY`: shown by a command, or told by the SYSTEM log. */
export const monitored = (condition: string, offset: Offset, said: Attributes = {}): Fact =>
  fact(
    {
      kind: 'userid.state',
      entity: DIRECTORY,
      attributes: { condition, code: null, status: condition, address: null, told: 'shown', ...said },
    },
    offset,
  );

/** A line of the firewall's user-id.log. */
export const useridError = (condition: string, offset: Offset, said: Attributes = {}): Fact =>
  fact(
    {
      kind: 'userid.error',
      entity: FIREWALL,
      attributes: { condition, code: null, reason: null, server: null, vsys: null, ...said },
    },
    offset,
  );

/** How the servers of one output stand together. */
export const allMonitored = (conditions: string, offset: Offset, said: Attributes = {}): Fact =>
  fact(
    {
      kind: 'userid.monitored',
      entity: FIREWALL,
      attributes: { connected: conditions === '' ? 2 : 1, total: 2, conditions, all: true, ...said },
    },
    offset,
  );

/** The firewall's part in its pair, and for how long. */
export const availability = (
  state: string,
  offset: Offset,
  forSeconds: number | null = null,
  mode = 'Active-Passive',
) => fact({ kind: 'firewall.ha', entity: FIREWALL, attributes: { mode, state, forSeconds } }, offset);

/** The firewall's log (`firewall.heard`) or its user-id.log (`userid.heard`) goes on. */
export const firewallHeard = (offset: Offset, kind = 'firewall.heard'): Fact =>
  fact({ kind, entity: FIREWALL, attributes: {} }, offset);

/** What the syslog listener had received from `LISTENER`. */
export const listener = (messages: number | null, offset: Offset, said: Attributes = {}): Fact =>
  fact(
    {
      kind: 'userid.listener',
      entity: LISTENER,
      attributes: { transport: 'udp', enabled: true, connected: null, messages, ...said },
    },
    offset,
  );
