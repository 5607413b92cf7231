/** How a value is read. `name`: host of the record. `user`: a trailing `?` says that he was not authenticated. */
type Kind = 'text' | 'count' | 'endpoint' | 'port' | 'action' | 'status' | 'user' | 'yes-no' | 'name' | 'date' | 'time';

export interface Column {
  /** Attribute; of an endpoint that of the address. */
  readonly attribute: string;
  readonly kind: Kind;
  /** Attribute of an endpoint's port. */
  readonly port?: string;
}

const text = (attribute: string): Column => ({ attribute, kind: 'text' });
const count = (attribute: string): Column => ({ attribute, kind: 'count' });
const DATE: Column = { attribute: 'date', kind: 'date' };
const TIME: Column = { attribute: 'time', kind: 'time' };
const HOST: Column = { attribute: 'hostname', kind: 'name' };
const USER: Column = { attribute: 'user', kind: 'user' };
const ACTION: Column = { attribute: 'action', kind: 'action' };
const STATUS: Column = { attribute: 'status', kind: 'status' };
const SOURCE: Column = { attribute: 'sourceAddress', kind: 'endpoint', port: 'sourcePort' };
const DESTINATION: Column = { attribute: 'destinationAddress', kind: 'endpoint', port: 'destinationPort' };

/** Columns of the firewall log of ISA 2004, 2006 and TMG, in the order of the text format, which has no header. */
export const FIREWALL_COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['computer', HOST],
  ['date', DATE],
  ['time', TIME],
  ['ip protocol', text('protocol')],
  ['source', SOURCE],
  ['destination', DESTINATION],
  ['original client ip', text('originalClientAddress')],
  ['source network', text('sourceNetwork')],
  ['destination network', text('destinationNetwork')],
  ['action', ACTION],
  ['status', STATUS],
  ['rule', text('rule')],
  ['application protocol', text('applicationProtocol')],
  ['bytes sent', count('bytesSent')],
  ['bytes sent intermediate', count('bytesSentIntermediate')],
  ['bytes received', count('bytesReceived')],
  ['bytes received intermediate', count('bytesReceivedIntermediate')],
  ['connection time', count('connectionTime')],
  ['connection time intermediate', count('connectionTimeIntermediate')],
  ['source name', text('sourceName')],
  ['destination name', text('destinationName')],
  ['username', USER],
  ['agent', text('agent')],
  ['session id', text('sessionId')],
  ['connection id', text('connectionId')],
  ['interface', text('interface')],
  ['ip header', text('ipHeader')],
  ['protocol payload', text('protocolPayload')],
]);

/** Columns of the web proxy log, in the order of the text format. Bytes are counted as in the firewall log: sent by the client. */
export const WEB_COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['c-ip', text('sourceAddress')],
  ['cs-username', USER],
  ['c-agent', text('agent')],
  ['sc-authenticated', { attribute: 'authenticated', kind: 'yes-no' }],
  ['date', DATE],
  ['time', TIME],
  ['s-svcname', text('service')],
  ['s-computername', HOST],
  ['cs-referred', text('referrer')],
  ['r-host', text('destinationName')],
  ['r-ip', text('destinationAddress')],
  ['r-port', { attribute: 'destinationPort', kind: 'port' }],
  ['time-taken', count('milliseconds')],
  ['cs-bytes', count('bytesSent')],
  ['sc-bytes', count('bytesReceived')],
  ['cs-protocol', text('applicationProtocol')],
  ['cs-transport', text('protocol')],
  ['s-operation', text('operation')],
  ['cs-uri', text('url')],
  ['cs-mime-type', text('mimeType')],
  ['s-object-source', text('objectSource')],
  ['sc-status', STATUS],
  ['s-cache-info', text('cacheInfo')],
  ['rule', text('rule')],
  ['filterinfo', text('filterInfo')],
  ['cs-network', text('sourceNetwork')],
  ['sc-network', text('destinationNetwork')],
  ['error-info', text('errorInfo')],
  ['action', ACTION],
]);

/** What ISA 2000 wrote behind the first 23 columns of its web proxy log, and of its firewall service log, which has the ids too. */
const ISA_2000_TAIL: ReadonlyMap<string, Column> = new Map([
  ['rule#1', text('rule')],
  ['rule#2', text('contentRule')],
  ['sessionid', text('sessionId')],
  ['connectionid', text('connectionId')],
]);
export const ISA_2000_COLUMNS: ReadonlyMap<string, Column> = new Map([
  ...[...WEB_COLUMNS].slice(0, 23),
  ...ISA_2000_TAIL,
]);

/** Columns of ISA 2000's packet filter log. It names no computer. Of ICMP the parameters are type and code. */
export const PACKET_COLUMNS: ReadonlyMap<string, Column> = new Map([
  ['date', DATE],
  ['time', TIME],
  ['source-ip', text('sourceAddress')],
  ['destination-ip', text('destinationAddress')],
  ['protocol', text('protocol')],
  ['param#1', { attribute: 'sourcePort', kind: 'port' }],
  ['param#2', { attribute: 'destinationPort', kind: 'port' }],
  ['tcp-flags', text('tcpFlags')],
  ['filter-rule', text('rule')],
  ['interface', text('interface')],
  ['ip-header', text('ipHeader')],
  ['payload', text('protocolPayload')],
]);

const KNOWN: ReadonlyMap<string, Column> = new Map([
  ...PACKET_COLUMNS,
  ...ISA_2000_COLUMNS,
  ...WEB_COLUMNS,
  ...FIREWALL_COLUMNS,
]);

export type Log = 'firewall' | 'web' | 'packet-filter';

/** The columns of a log, in order. */
export interface Layout {
  readonly log: Log;
  readonly columns: readonly Column[];
}

export const layoutOf = (log: Log, columns: ReadonlyMap<string, Column>): Layout => ({
  log,
  columns: [...columns.values()],
});

/** Layouts remembered, by their header: a file has few. */
const MAX_REMEMBERED = 64;
const remembered = new Map<string, Layout | undefined>();

/**
 * The layout that a `#Fields:` line names; undefined when it is not TMG's or ISA's. Their names hold blanks and stand behind
 * tabs, where other W3C logs (IIS) have blanks between names. A disabled column is left out; one we do not know keeps its name.
 */
export function layoutNamed(columns: string): Layout | undefined {
  if (remembered.has(columns)) return remembered.get(columns);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const layout = readLayout(columns);
  remembered.set(columns, layout);
  return layout;
}

function readLayout(columns: string): Layout | undefined {
  const names = columns.split('\t').map((name) => name.trim());
  const keys = names.map((name) => name.toLowerCase());
  const known = keys.filter((key) => KNOWN.has(key)).length;
  if (known < 3 || known * 2 < names.length) return undefined;
  return { log: logOf(keys), columns: names.map((name, i) => KNOWN.get(keys[i] ?? '') ?? text(name)) };
}

/** Of which all columns were chosen. Those of packet filters are too few to tell a row by. */
const WHOLE: readonly Layout[] = [
  layoutOf('firewall', FIREWALL_COLUMNS),
  layoutOf('web', WEB_COLUMNS),
  layoutOf('web', new Map([...ISA_2000_COLUMNS].slice(0, 25))),
];
const SHAPES: Readonly<Partial<Record<Kind, RegExp>>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d:\d\d$/,
  count: /^(?:\d{1,15}|-)?$/,
  port: /^(?:\d{1,5}|-)?$/,
};

/** The layout of a row without a header: the one of so many columns with day, time and numbers where the row has them; undefined when there is none. */
export const layoutOfRow = (values: readonly string[]): Layout | undefined =>
  WHOLE.find(
    ({ columns }) =>
      columns.length === values.length && columns.every(({ kind }, i) => SHAPES[kind]?.test(values[i] ?? '') !== false),
  );

function logOf(keys: readonly string[]): Log {
  if (keys.includes('param#1') || keys.includes('filter-rule')) return 'packet-filter';
  const web = keys.includes('c-ip') || keys.includes('cs-uri') || keys.includes('s-svcname');
  return web && !keys.includes('sessionid') ? 'web' : 'firewall';
}
