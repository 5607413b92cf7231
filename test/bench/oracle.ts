import type { LogRecord } from '../../shared/model/record.ts';
import type { Severity } from '../../shared/model/severity.ts';

/** What of a record is compared: everything but where it stood. */
export type OracleRecord = Omit<LogRecord, 'position' | 'flags'>;

const RFC5424 = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) \S+ (?:-|(?:\[[^\]]*\])+) ?(.*)$/;
const RFC3164 = /^(?:<(\d{1,3})>)?([A-Z][a-z]{2} [ \d]\d) (\d\d:\d\d:\d\d) (\S+) (?:([\w./-]+)(?:\[(\d+)\])?: )?(.*)$/;
const OCSERV = /^(main|worker|sec-mod)(?:\[([^\]]+)\])?:\s*(?:(\d{1,3}(?:\.\d{1,3}){3})(?::(\d+))? ?)?(.*)$/;

const nil = (text: string | undefined): string | undefined => (text === '-' ? undefined : text);

/**
 * The plain way to read the corpus: one regular expression per dress and format, split, and Date. Slow and easy to follow; the
 * benchmark compares the real parser with it on every line.
 */
export function oracle(line: string, referenceMs: number): OracleRecord | undefined {
  const modern = RFC5424.exec(line);
  if (modern) {
    const [, priority, time = '', host, app, pid, body = ''] = modern;
    const [whole = '', fraction = ''] = new Date(time)
      .toISOString()
      .slice(0, 19)
      .concat('|', digitsOf(time))
      .split('|');
    const timestamp = `${whole}.${fraction.padEnd(7, '0')}Z`;
    const header = { hostname: nil(host), appName: nil(app), procId: nil(pid), body };
    return typed(header, { timestamp, precision: fraction.length, severity: severityOf(priority) }, 'syslog-rfc5424', {
      priority: Number(priority),
      version: 1,
      msgId: null,
      structuredData: [],
    });
  }
  const traditional = RFC3164.exec(line);
  if (!traditional) return undefined;
  const [, priority, day = '', clock = '', hostname, appName, procId, body = ''] = traditional;
  let year = new Date(referenceMs + 86_400_000).getUTCFullYear();
  let at = new Date(`${day} ${year} ${clock} UTC`);
  if (at.getTime() > referenceMs + 86_400_000) at = new Date(`${day} ${--year} ${clock} UTC`);
  const timestamp = `${at.toISOString().slice(0, 19)}.0000000Z`;
  return typed(
    { hostname, appName, procId, body },
    { timestamp, precision: 0, severity: severityOf(priority) },
    'syslog-rfc3164',
  );
}

const digitsOf = (time: string): string => /\.(\d+)/.exec(time)?.[1] ?? '';

function severityOf(priority: string | undefined): Severity | undefined {
  if (priority === undefined) return undefined;
  const code = Number(priority) % 8;
  return code <= 2 ? 'critical' : code <= 4 ? 'warning' : 'informational';
}

type Header = Pick<OracleRecord, 'hostname' | 'appName' | 'procId' | 'body'>;
type Stamped = Pick<OracleRecord, 'timestamp' | 'precision' | 'severity'>;

function typed(
  header: Header,
  stamped: Stamped,
  dress: string,
  general: OracleRecord['attributes'] = {},
): OracleRecord {
  const { appName = '', body } = header;
  if (PANOS.test(body)) return panos(header);
  const record = (format: string, attributes: OracleRecord['attributes']): OracleRecord => ({
    format,
    ...stamped,
    ...header,
    attributes,
  });
  if (/^ocserv/.test(appName)) {
    if (body.startsWith('ACCESS_LOG,')) return record('ocserv-access', access(body.split(',')));
    if (body.startsWith('OCSERV_TELEMETRY,')) return record('ocserv-telemetry', telemetry(body.split(',')));
    return record('ocserv', ocserv(body));
  }
  if (/^mstunnel[-_]agent$/.test(appName)) return record('mstunnel-agent', {});
  if (/^mstunnel[-_]monitor$/.test(appName)) return record('mstunnel-monitor', {});
  return record(dress, general);
}

/** The firewall's own columns; what it says of the time and the severity counts, not the header. */
const PANOS = /^\d*,\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d,\d+,USERID,/;

function panos(header: Header): OracleRecord {
  const column = header.body.split(',');
  const at = new Date(`${column[6]?.replaceAll('/', '-').replace(' ', 'T')}Z`);
  return {
    ...header,
    format: 'panos-csv',
    timestamp: `${at.toISOString().slice(0, 19)}.0000000Z`,
    precision: 0,
    severity: undefined,
    attributes: userId(column),
  };
}

function userId(column: readonly string[]) {
  const text = (index: number): string | null => column[index] || null;
  const count = (index: number): number => Number(column[index]);
  return {
    type: text(3),
    subtype: text(4),
    serial: text(2),
    virtualSystem: text(7),
    address: text(8),
    user: text(9),
    dataSourceName: text(10),
    eventId: text(11),
    repeatCount: count(12),
    timeoutSeconds: count(13),
    beginPort: count(14),
    endPort: count(15),
    dataSource: text(16),
    dataSourceType: text(17),
    sequenceNumber: text(18),
    actionFlags: text(19),
    virtualSystemName: text(24),
    deviceName: text(25),
    virtualSystemId: text(26),
    factorType: text(27),
    factorCompletionTime: text(28),
    factorNumber: text(29),
    userGroupFlags: text(30),
    userBySource: text(31),
    tagName: text(32),
  };
}

function access([, user, device, protocol, source = '', destination = '', sent, received, seconds]: string[]) {
  const [, sourceAddress, sourcePort] = /^(.*):(\d+)$/.exec(source) ?? [];
  const [, destinationAddress, destinationPort] = /^(.*):(\d+)$/.exec(destination) ?? [];
  return {
    user,
    device,
    protocol,
    sourceAddress,
    sourcePort: Number(sourcePort),
    destinationAddress,
    destinationPort: Number(destinationPort),
    bytesSent: Number(sent),
    bytesReceived: Number(received),
    seconds: Number(seconds),
  };
}

function telemetry([, operation, id, clientIp, serverIp, gatewayIp, assignedIp, user, device, ...rest]: string[]) {
  const [userAgent, bytesIn, bytesOut, durationSeconds] = rest;
  const count = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
  return {
    operation,
    id,
    clientIp,
    serverIp,
    gatewayIp,
    assignedIp,
    user,
    device,
    userAgent,
    bytesIn: count(bytesIn),
    bytesOut: count(bytesOut),
    durationSeconds: count(durationSeconds),
  };
}

function ocserv(body: string) {
  const [, process = null, user = null, peerAddress = null, peerPort, message = body] = OCSERV.exec(body) ?? [];
  const peer = { peerAddress, peerPort: peerPort === undefined ? null : Number(peerPort) };
  return { process, user, ...peer, message, ...told(message) };
}

const CLOSED = /^user disconnected \(reason: (.*), rx: (\d+), tx: (\d+)\)$/;

function told(message: string) {
  if (message === 'new user session') return { event: 'session-opened' };
  const [, reason, received, sent] = CLOSED.exec(message) ?? [];
  return reason === undefined
    ? { event: null }
    : { event: 'session-closed', reason, bytesIn: Number(received), bytesOut: Number(sent) };
}
