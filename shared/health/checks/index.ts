import type { HealthCheck } from '../check.ts';
import { activeConnections } from './active-connections.ts';
import { cpuCores } from './cpu-cores.ts';
import { cpuUsage } from './cpu-usage.ts';
import { diskSpaceFree } from './disk-space-free.ts';
import { internalNetworkAccess } from './internal-network-access.ts';
import { lastCheckIn } from './last-check-in.ts';
import { latency } from './latency.ts';
import { managementAgentCertificate } from './management-agent-certificate.ts';
import { memoryUsage } from './memory-usage.ts';
import { serverConfiguration } from './server-configuration.ts';
import { serverContainer } from './server-container.ts';
import { serverLogs } from './server-logs.ts';
import { serverVersion } from './server-version.ts';
import { throughput } from './throughput.ts';
import { tlsCertificate } from './tls-certificate.ts';
import { tlsCertificateRevocation } from './tls-certificate-revocation.ts';
import { upgradeability } from './upgradeability.ts';

/** Every check of a Microsoft Tunnel server, in the order of its health page. */
export const CHECKS: readonly HealthCheck[] = [
  lastCheckIn,
  activeConnections,
  throughput,
  cpuUsage,
  memoryUsage,
  cpuCores,
  diskSpaceFree,
  latency,
  managementAgentCertificate,
  tlsCertificate,
  tlsCertificateRevocation,
  internalNetworkAccess,
  upgradeability,
  serverVersion,
  serverContainer,
  serverConfiguration,
  serverLogs,
];
