import { bgpPeerDown } from './bgp-peer-down.ts';
import { certificateExpired } from './certificate-expired.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { certificateNotYetValid } from './certificate-not-yet-valid.ts';
import { certificateRevoked } from './certificate-revoked.ts';
import { certificateUnverifiable } from './certificate-unverifiable.ts';
import { gatewayConfigFailed } from './gateway-config-failed.ts';
import { ikeNegotiationFailing } from './ike-negotiation-failing.ts';
import { logsStale } from './logs-stale.ts';
import { mstunnelAccessLogNoisy } from './mstunnel-access-log-noisy.ts';
import { mstunnelDatetimeParse } from './mstunnel-datetime-parse.ts';
import { mstunnelPodmanCheckupFailed } from './mstunnel-podman-checkup-failed.ts';
import { mstunnelTunDevice } from './mstunnel-tun-device.ts';
import { p2sAuthFailing } from './p2s-auth-failing.ts';
import { p2sConnectFailing } from './p2s-connect-failing.ts';
import type { AlertRule } from './rule.ts';
import { serverHealth } from './server-health.ts';
import { serverOffline } from './server-offline.ts';
import { sessionDpdTimeouts } from './session-dpd-timeouts.ts';
import { sessionMassDisconnect } from './session-mass-disconnect.ts';
import { tmgLockdown } from './tmg-lockdown.ts';
import { tmgLogQueueInUse } from './tmg-log-queue-in-use.ts';
import { tmgLogQueueStuck } from './tmg-log-queue-stuck.ts';
import { tmgVpnFailed } from './tmg-vpn-failed.ts';
import { tunnelDegraded } from './tunnel-degraded.ts';
import { tunnelDown } from './tunnel-down.ts';
import { tunnelFailover } from './tunnel-failover.ts';
import { tunnelFlapping } from './tunnel-flapping.ts';
import { tunnelNetworkFault } from './tunnel-network-fault.ts';
import { useridAccessDenied } from './userid-access-denied.ts';
import { useridConnectionRefused } from './userid-connection-refused.ts';
import { useridConnectionTimeout } from './userid-connection-timeout.ts';
import { useridKerberosError } from './userid-kerberos-error.ts';
import { useridListenerSilent } from './userid-listener-silent.ts';
import { useridNotConnected } from './userid-not-connected.ts';

/**
 * Every rule, in the order they see an event. Flapping stands before failover and network fault, which are part of it while
 * it lasts; down before degraded, which it takes over.
 */
export const RULES: readonly AlertRule[] = [
  tunnelFlapping,
  tunnelDown,
  tunnelDegraded,
  tunnelFailover,
  tunnelNetworkFault,
  ikeNegotiationFailing,
  gatewayConfigFailed,
  bgpPeerDown,
  p2sAuthFailing,
  p2sConnectFailing,
  serverOffline,
  serverHealth,
  certificateExpiring,
  certificateExpired,
  certificateNotYetValid,
  certificateRevoked,
  certificateUnverifiable,
  logsStale,
  sessionMassDisconnect,
  sessionDpdTimeouts,
  mstunnelPodmanCheckupFailed,
  mstunnelDatetimeParse,
  mstunnelTunDevice,
  mstunnelAccessLogNoisy,
  useridConnectionTimeout,
  useridKerberosError,
  useridConnectionRefused,
  useridAccessDenied,
  useridNotConnected,
  useridListenerSilent,
  tmgLogQueueInUse,
  tmgLogQueueStuck,
  tmgLockdown,
  tmgVpnFailed,
];
