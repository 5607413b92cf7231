import { bgpPeer } from './bgp-peer.ts';
import { certificateRevocation } from './certificate-revocation.ts';
import { certificateSeen } from './certificate-seen.ts';
import { certificateUploaded } from './certificate-uploaded.ts';
import type { FactExtractor } from './fact-kind.ts';
import { firewallHa } from './firewall-ha.ts';
import { firewallHeard, useridHeard } from './firewall-heard.ts';
import { gatewayHealth } from './gateway-health.ts';
import { gatewayOperation } from './gateway-operation.ts';
import { ike } from './ike.ts';
import { checkupDetail, datetimeParse, podmanCheckupFailed, tunDevice } from './mstunnel-trouble.ts';
import { p2sSession } from './p2s-session.ts';
import { serverCheckin } from './server-checkin.ts';
import { serverAccessed, serverHeard } from './server-heard.ts';
import { serverRestart } from './server-restart.ts';
import { serviceHealth } from './service-health.ts';
import { sessionDpdLost } from './session-dpd-lost.ts';
import { sessionOcserv } from './session-ocserv.ts';
import { sessionTelemetry } from './session-telemetry.ts';
import { tmgLogQueue } from './tmg-log-queue.ts';
import { tmgLogStatus } from './tmg-log-status.ts';
import { tmgAllowed, tmgHeard, tmgLockdown } from './tmg-traffic.ts';
import { tmgVpn } from './tmg-vpn.ts';
import { tunnelState } from './tunnel-state.ts';
import { useridError } from './userid-error.ts';
import { useridListener } from './userid-listener.ts';
import { useridMonitored } from './userid-monitored.ts';
import { useridState } from './userid-state.ts';

/** Every kind of fact that a record can hold. */
export const FACT_EXTRACTORS: readonly FactExtractor[] = [
  tunnelState,
  gatewayOperation,
  ike,
  gatewayHealth,
  serviceHealth,
  bgpPeer,
  p2sSession,
  serverCheckin,
  certificateSeen,
  certificateRevocation,
  certificateUploaded,
  serverHeard,
  serverAccessed,
  sessionTelemetry,
  sessionOcserv,
  sessionDpdLost,
  serverRestart,
  podmanCheckupFailed,
  checkupDetail,
  datetimeParse,
  tunDevice,
  tmgHeard,
  tmgAllowed,
  tmgLockdown,
  tmgVpn,
  tmgLogQueue,
  tmgLogStatus,
  firewallHeard,
  useridHeard,
  firewallHa,
  useridError,
  useridState,
  useridListener,
  useridMonitored,
];

/** An extractor as the reader asks it: all of one shape, since it is done for every line of a log. */
export interface Asked {
  readonly kinds: readonly string[];
  /** The kind of fact, of an extractor that is asked for signs of presence only; see `oncePer`. */
  readonly sign: string | undefined;
  readonly isSign: FactExtractor['isSign'];
  readonly extract: FactExtractor['extract'];
}

const askedAs = (extractor: FactExtractor): Asked => ({
  kinds: extractor.kinds,
  sign: extractor.oncePer === 'minute' ? extractor.kinds[0] : undefined,
  isSign: extractor.isSign,
  extract: extractor.extract,
});

const byFormat = Map.groupBy(
  FACT_EXTRACTORS.flatMap((extractor) => extractor.formats.map((format) => ({ format, extractor }))),
  ({ format }) => format,
);
const asked = new Map([...byFormat].map(([format, rows]) => [format, rows.map((row) => askedAs(row.extractor))]));
const NOBODY: readonly Asked[] = [];

/** The extractors to ask about a record of this format. */
export const extractorsFor = (format: string): readonly Asked[] => asked.get(format) ?? NOBODY;
