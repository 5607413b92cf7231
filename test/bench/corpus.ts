import { closeSync, openSync, writeSync } from 'node:fs';
import { Random } from './random.ts';

export interface CorpusOptions {
  readonly lines: number;
  readonly seed: number;
  /** Event time passes so that so many lines make a second; 30 unless told. */
  readonly linesPerSecond?: number;
  /** Event time of the first line; always the same unless told. */
  readonly startMs?: number;
}

/** A client of a tunnel server. */
interface Client {
  readonly user: string;
  readonly device: string;
  readonly address: string;
}

interface Session {
  readonly client: Client;
  readonly id: number;
  readonly assigned: string;
}

/** A kind of line: its share in percent of all lines, its tag, and its message. */
interface LineClass {
  readonly share: number;
  readonly tag: (random: Random) => string;
  readonly message: (random: Random, state: State, at: Date, host: string) => string;
}

interface State {
  readonly clients: readonly [Client, ...Client[]];
  /** Open sessions by server. */
  readonly open: Map<string, Session[]>;
}

const SERVERS = ['vpn-fra-1', 'vpn-fra-2', 'vpn-ams-1', 'vpn-lon-1'] as const;
const FIREWALL = 'fw-edge-1';
const START = Date.UTC(2026, 10, 20, 0, 0, 0);
/** The corpus covers as much time as a busy site needs for it: some 30 lines a second. */
const LINES_PER_SECOND = 30;
const RFC5424_SHARE = 0.2;
const MAX_OPEN = 500;

const accessLog = (random: Random, { clients }: State): string => {
  const { user, device } = random.pick(clients);
  const udp = random.next() < 0.3;
  const from = `169.254.${random.between(0, 255)}.${random.between(1, 254)}:${random.between(1_024, 65_535)}`;
  const to = `10.88.${random.between(0, 31)}.${random.between(1, 254)}:${udp ? 53 : random.pick([443, 443, 80, 8443])}`;
  const traffic = `${random.between(60, 90_000)},${random.between(60, 900_000)},${random.between(0, 600)}`;
  return `ACCESS_LOG,${user},${device},${udp ? 'udp' : 'tcp'},${from},${to},${traffic}`;
};

const telemetry = (random: Random, { clients, open: byServer }: State, _at: Date, host: string): string => {
  const open = byServer.get(host) ?? [];
  byServer.set(host, open);
  const closing = open.length >= MAX_OPEN || (open.length > 0 && random.next() < 0.48);
  const session = closing ? open.splice(random.between(0, open.length - 1), 1)[0] : newSession(random, clients);
  if (!session) return 'OCSERV_TELEMETRY,host-update';
  if (!closing) open.push(session);
  const { client, id, assigned } = session;
  const peers = `${client.address},172.17.0.3,169.254.0.1,${assigned},${client.user},${client.device}`;
  const said = `OCSERV_TELEMETRY,${closing ? 'disconnect' : 'connect'},${id},${peers},MobileAccess iOS 1.1.34040102`;
  const traffic = `,${random.between(0, 9_000_000)},${random.between(0, 90_000_000)},${random.between(1, 36_000)}`;
  return closing ? said + traffic : said;
};

const newSession = (random: Random, clients: State['clients']): Session => ({
  client: random.pick(clients),
  id: random.between(1_000, 65_000),
  assigned: `169.254.${random.between(0, 255)}.${random.between(1, 254)}`,
});

const AGENT_MESSAGES = [
  'info: Microsoft.Tunnel.Agent.Checkin[0] Check-in completed in {n} ms; next in 300 s',
  'info: Microsoft.Tunnel.Agent.Metrics[0] cpu={n} memory={n} disk={n} connections={n}',
  'debug: Microsoft.Tunnel.Agent.Http[12] POST https://agent.contoso.example/v1/metrics returned 200 in {n} ms, correlation 7f3{n}',
  'info: checkup: server container is running, pid {n}, uptime {n} s, image digest sha256:9b1{n}',
] as const;

const OCSERV_MESSAGES = [
  'sec-mod: received request from pid {n} and uid 65534',
  'worker[{u}]: {ip} sent periodic stats (in: {n}, out: {n}) to sec-mod',
  "worker: {ip} User-agent: 'MobileAccess iOS 1.1.34040102'",
  'worker: {ip} TLS handshake completed',
  "main:{ip}:{n} main received worker's message 'session info' of 66 bytes",
  'main[{u}]:{ip}:{n} new user session',
  'main[{u}]:{ip}:{n} user disconnected (reason: user disconnected, rx: {n}, tx: {n})',
  'sec-mod: cmd [size=57] sm: sign',
] as const;

const filled = (random: Random, pattern: string, client: Client): string =>
  pattern.replace(/\{(n|u|ip)\}/g, (_, name: string) =>
    name === 'n' ? String(random.between(1, 65_000)) : name === 'u' ? client.user.slice(0, 8) : client.address,
  );

const panos = (random: Random, { clients }: State, at: Date): string => {
  const { user, address } = random.pick(clients);
  const time = at.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  const head = `1,${time},00720000${random.between(1_000, 9_999)},USERID,login,2049,${time},vsys1,${address},contoso\\u${user.slice(0, 6)}`;
  return `${head},agent-${random.between(1, 4)},0,1,2700,0,0,vpn-client,globalprotect,${random.between(1e9, 2e9)},0x8000000000000000,0,0,0,0,,fw-edge-1,1,,${time},1,0,0,,`;
};

/** The mix of a verbose tunnel site beside a firewall. */
const CLASSES: readonly [LineClass, ...LineClass[]] = [
  { share: 55, tag: (random) => `ocserv-access[${random.between(9_500, 9_540)}]`, message: accessLog },
  { share: 10, tag: (random) => `ocserv[${random.between(4_800, 4_820)}]`, message: telemetry },
  {
    share: 9,
    tag: () => 'mstunnel-agent[1187]',
    message: (random, { clients }) => filled(random, random.pick(AGENT_MESSAGES), random.pick(clients)),
  },
  {
    share: 4,
    tag: () => 'mstunnel_monitor[1202]',
    message: (random, { clients }) => filled(random, random.pick(AGENT_MESSAGES), random.pick(clients)),
  },
  {
    share: 10,
    tag: (random) => `ocserv[${random.between(4_800, 4_820)}]`,
    message: (random, { clients }) => filled(random, random.pick(OCSERV_MESSAGES), random.pick(clients)),
  },
  { share: 12, tag: () => '', message: panos },
];

/** The event time of the corpus's line of this index. */
export const corpusTime = (index: number, linesPerSecond = LINES_PER_SECOND, startMs = START): number =>
  startMs + Math.floor((index / linesPerSecond) * 1_000);

/** The syslog lines of the performance corpus, without line ends: synthetic, the same for the same seed. */
export function* corpusLines({ lines, seed, linesPerSecond, startMs }: CorpusOptions): Generator<string> {
  const random = new Random(seed);
  const clients = Array.from({ length: 400 }, () => ({
    user: random.guid(),
    device: random.guid().toUpperCase(),
    address: `203.0.113.${random.between(1, 254)}`,
  }));
  const [first = { user: '', device: '', address: '' }, ...others] = clients;
  const state: State = { clients: [first, ...others], open: new Map() };
  for (let index = 0; index < lines; index++) {
    const at = new Date(corpusTime(index, linesPerSecond, startMs));
    const { tag, message } = pickClass(random);
    const named = tag(random);
    const host = named === '' ? FIREWALL : random.pick(SERVERS);
    yield dressed(random, at, host, named, message(random, state, at, host));
  }
}

function pickClass(random: Random): LineClass {
  let left = random.next() * 100;
  for (const one of CLASSES) {
    left -= one.share;
    if (left < 0) return one;
  }
  return CLASSES[0];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The same message in RFC 5424, or as rsyslog writes it to files (RFC 3164 without priority). */
function dressed(random: Random, at: Date, host: string, tag: string, message: string): string {
  const [name = '', pid = ''] = tag.split(/[[\]]/);
  if (random.next() < RFC5424_SHARE) {
    const fraction = String(random.between(0, 999_999)).padStart(6, '0');
    return `<30>1 ${at.toISOString().slice(0, 19)}.${fraction}+00:00 ${host} ${name || '-'} ${pid || '-'} - - ${message}`;
  }
  const time = `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)} ${at.toISOString().slice(11, 19)}`;
  return tag === '' ? `<14>${time} ${host} ${message}` : `${time} ${host} ${tag}: ${message}`;
}

/** Writes the corpus to a file and gives its size in bytes. Lines are made and written piece by piece. */
export function writeCorpus(path: string, options: CorpusOptions): number {
  const file = openSync(path, 'w');
  let bytes = 0;
  let pending: string[] = [];
  const write = (): void => {
    if (pending.length > 0) bytes += writeSync(file, `${pending.join('\n')}\n`);
    pending = [];
  };
  for (const line of corpusLines(options)) if (pending.push(line) >= 2_000) write();
  write();
  closeSync(file);
  return bytes;
}
