import { azureActivity } from './azure-activity.ts';
import { azureGateway } from './azure-gateway.ts';
import { azureGeneric } from './azure-generic.ts';
import { azureIke } from './azure-ike.ts';
import { azureP2s } from './azure-p2s.ts';
import { azureRoute } from './azure-route.ts';
import { azureTunnel } from './azure-tunnel.ts';
import { certificatePem } from './certificate-pem.ts';
import { checkin } from './checkin.ts';
import type { LogFormat } from './format.ts';
import { journalNote } from './journal-note.ts';
import { jsonGeneric } from './json-generic.ts';
import { logSetInfo } from './log-set-info.ts';
import { mstunnelAgent } from './mstunnel-agent.ts';
import { mstunnelMonitor } from './mstunnel-monitor.ts';
import { ocserv } from './ocserv.ts';
import { ocservAccess } from './ocserv-access.ts';
import { ocservTelemetry } from './ocserv-telemetry.ts';
import { panosCef } from './panos-cef.ts';
import { panosCli } from './panos-cli.ts';
import { panosCsv } from './panos-csv.ts';
import { panosJson } from './panos-json.ts';
import { panosLeef } from './panos-leef.ts';
import { panosUseridLog } from './panos-userid-log.ts';
import { plainText } from './plain-text.ts';
import { syslogRfc3164 } from './syslog-rfc3164.ts';
import { syslogRfc5424 } from './syslog-rfc5424.ts';
import { tmgLlq } from './tmg-llq.ts';
import { tmgNative } from './tmg-native.ts';
import { tmgStatus } from './tmg-status.ts';
import { tmgW3c } from './tmg-w3c.ts';

/** Every format, the most specific first: a line counts under the first that claims it. */
export const FORMATS: readonly LogFormat[] = [
  azureTunnel,
  azureGateway,
  azureIke,
  azureRoute,
  azureP2s,
  azureActivity,
  azureGeneric,
  checkin,
  certificatePem,
  ocservAccess,
  ocservTelemetry,
  ocserv,
  mstunnelAgent,
  mstunnelMonitor,
  logSetInfo,
  panosCsv,
  panosCef,
  panosLeef,
  panosJson,
  panosUseridLog,
  panosCli,
  tmgW3c,
  tmgNative,
  tmgLlq,
  tmgStatus,
  journalNote,
  syslogRfc5424,
  syslogRfc3164,
  jsonGeneric,
  plainText,
];
