/** A server that the User-ID agent reads, as a command showed it. */
export interface ShownServer {
  readonly name: string;
  readonly vsys: string;
  readonly address: string | null;
  /** The status as printed. */
  readonly status: string | null;
}

/** A sender that the syslog listener of the firewall has, as a command showed it. */
export interface ShownListener extends ShownServer {
  readonly transport: 'udp' | 'ssl' | null;
  /** Counters since the start; null where the command does not show them. */
  readonly messages: number | null;
  readonly activeConnections: number | null;
  readonly totalConnections: number | null;
}

export interface ShownAvailability {
  /** `Active-Passive`, `Active-Active`; null where only the prompt tells. */
  readonly mode: string | null;
  readonly state: string;
  /** How long it has been so. */
  readonly forSeconds: number | null;
}

/** What one output says. */
export interface Shown {
  readonly command: string | null;
  /** The firewall of the prompt. */
  readonly host: string | null;
  readonly listening: { readonly udp: boolean | null; readonly ssl: boolean | null };
  readonly servers: readonly ShownServer[];
  readonly listeners: readonly ShownListener[];
  readonly availability: ShownAvailability | null;
}

const PROMPT =
  /^\s*(?:(?:[\w.-]{1,64}@([\w.-]{1,64})(?:\(([\w-]{1,32})\))?)?\s*[>#])?\s*(show (?:user server-monitor (?:statistics|state \S{1,128})|high-availability \S{1,32}))?/;
const LISTENING = /\b(UDP|SSL) Syslog Listener Service is (enabled|disabled)/gi;

/** Reads an output, whether its line breaks are there or got lost. */
export function readShown(text: string): Shown {
  const [, host = null, promptState, command = null] = PROMPT.exec(text) ?? [];
  const listening = { udp: null as boolean | null, ssl: null as boolean | null };
  for (const [, which, how] of text.matchAll(LISTENING)) {
    listening[which?.toLowerCase() === 'udp' ? 'udp' : 'ssl'] = how?.toLowerCase() === 'enabled';
  }
  const { servers, listeners } = readEntries(text);
  return {
    command: command?.replace(/\s+/g, ' ') ?? null,
    host,
    listening,
    servers: [...servers, ...readTable(text, 'Directory Servers').map(({ type: _, ...server }) => server)],
    listeners: [...listeners, ...readTable(text, 'Syslog Servers').map(asListener)],
    availability: readAvailability(text) ?? fromPrompt(promptState),
  };
}

const ENTRY = /Proxy: ?(\S[^\n]{0,126}?)\(vsys: ?([^)\n]{0,32})\)\s*Host: ?(\S[^\n]{0,126}?)\(([^)\n]{0,64})\)/g;
const STATUS =
  /\b(Not connected|Connected|Access denied|Connection timeout|Connection refused ?(?:\(\d{0,3}\))?|Kerberos error|N\/A)(?!\w)/i;
const STATUS_LINE = new RegExp(`(?:status|state)\\s*:\\s*${STATUS.source}`, 'i');

function readEntries(text: string): { servers: ShownServer[]; listeners: ShownListener[] } {
  const servers: ShownServer[] = [];
  const listeners: ShownListener[] = [];
  const found = [...text.matchAll(ENTRY)];
  for (const [i, match] of found.entries()) {
    const [, name = '', vsys = '', , address = ''] = match;
    const rest = text.slice(match.index + match[0].length, found[i + 1]?.index ?? text.length);
    const status = (STATUS_LINE.exec(rest) ?? STATUS.exec(rest))?.[1] ?? null;
    const server = { name: name.trim(), vsys: vsys.trim(), address: address || null, status };
    const messages = counterIn(rest, 'number of log messages');
    if (messages === null || isDirectoryStatus(status)) servers.push(server);
    else {
      const activeConnections = counterIn(rest, 'number of active connections');
      const totalConnections = counterIn(rest, 'total connections made');
      // Only what comes over TLS has connections.
      const transport = activeConnections === null && totalConnections === null ? 'udp' : 'ssl';
      listeners.push({ ...server, transport, messages, activeConnections, totalConnections });
    }
  }
  return { servers, listeners };
}

const isDirectoryStatus = (status: string | null): boolean =>
  status !== null && !/^(?:connected|not connected|n\/a)$/i.test(status);

function counterIn(text: string, name: string): number | null {
  const at = text.indexOf(name);
  const digits =
    at < 0 ? undefined : /^\s*:\s*(\d{1,15})/.exec(text.slice(at + name.length, at + name.length + 200))?.[1];
  return digits === undefined ? null : Number(digits);
}

interface Row extends ShownServer {
  readonly type: string;
}

/** Of a row whose columns one blank parts: between runs of them it could be cut in too many ways. */
const ROW = new RegExp(`^(\\S.*?) (\\S+) (\\S+) (\\S+) ${STATUS.source}$`, 'i');
/** Without line breaks a name is one word, and only the known types tell where a row begins. */
const FLAT_ROW = new RegExp(
  `(\\S{1,128})\\s+(AD|Exchange|E-Directory|eDirectory|Syslog|UDP|SSL|WMI|WinRM\\S{0,10})\\s+(\\S{1,128})\\s+(\\S{1,32})\\s+${STATUS.source}`,
  'gi',
);

/** `Name  Type  Host  Vsys  Status` under a heading. */
function readTable(text: string, heading: string): Row[] {
  const from = text.indexOf(heading);
  if (from < 0) return [];
  const others = ['Directory Servers', 'Syslog Servers', 'Proxy:'].map((other) =>
    text.indexOf(other, from + heading.length),
  );
  const section = text.slice(from, Math.min(...others.filter((at) => at >= 0), text.length));
  const matches = section.includes('\n')
    ? section.split('\n').flatMap((line) => readRow(line))
    : [...section.matchAll(FLAT_ROW)];
  return matches.map(([, name = '', type = '', host = '', vsys = '', status = '']) => ({
    name,
    type,
    address: host,
    vsys,
    status,
  }));
}

/** Columns stand two blanks apart; a status with a blank in it has one. */
function readRow(line: string): readonly (string | undefined)[][] {
  const columns = line.trim().split(/\s{2,}|\t/);
  if (columns.length === 5 && STATUS.test(columns[4] ?? '')) return [['', ...columns]];
  const match = ROW.exec(line.trim().replace(/\s+/g, ' '));
  return match === null ? [] : [[...match]];
}

function asListener({ type, ...server }: Row): ShownListener {
  const transport = /udp/i.test(type) ? 'udp' : /ssl|tls/i.test(type) ? 'ssl' : null;
  return { ...server, transport, messages: null, activeConnections: null, totalConnections: null };
}

const STATE = /\bState:\s*([\w-]{1,40})(?:\s*\(last ([^)\n]{1,40})\))?/;

/** What stands under Local Information is the firewall's own; its peer's follows. */
function readAvailability(text: string): ShownAvailability | undefined {
  const from = text.indexOf('Local Information:');
  if (from < 0) return undefined;
  const peer = text.indexOf('Peer Information:', from);
  const local = text.slice(from, peer < 0 ? text.length : peer);
  const [, state, last = ''] = STATE.exec(local) ?? [];
  if (state === undefined) return undefined;
  return {
    mode: /\bMode:\s*([\w-]{1,40})/.exec(text)?.[1] ?? null,
    state: state.toLowerCase(),
    forSeconds: secondsIn(last),
  };
}

/** `admin@fw-1(passive)>` says it too. */
const fromPrompt = (state: string | undefined): ShownAvailability | null =>
  state === undefined ? null : { mode: null, state: state.toLowerCase(), forSeconds: null };

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
};

function secondsIn(text: string): number | null {
  const [, count, unit = ''] = /(\d{1,9})\s*(second|minute|hour|day|week)s?/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * (UNIT_SECONDS[unit] ?? 0);
}
