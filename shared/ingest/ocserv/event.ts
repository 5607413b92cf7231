/** What an ocserv line tells, by a name that reports and facts use; most verbose lines tell nothing. */
export const OCSERV_EVENTS = [
  'session-opened',
  'session-closed',
  'logged-in',
  'idle-timeout',
  'session-timeout',
  'dpd-udp-late',
  'dpd-udp-off',
  'dpd-tcp-late',
  'dpd-lost',
  'auth-started',
  'auth-succeeded',
  'auth-failed',
  'ban-points',
  'banned',
  'ban-refused',
  'unbanned',
  'client-limit',
  'tun-device',
  'latency',
  'server-started',
  'server-stopping',
  'server-failed',
  'worker-died',
  'no-address',
] as const;
export type OcservEvent = (typeof OCSERV_EVENTS)[number];

/** An event with what its line says. */
export interface OcservTelling {
  readonly event: OcservEvent;
  /** The user and the client's address, where the message names them itself. */
  account: string | null;
  client: string | null;
  /** All else; what is not there is not said. */
  readonly fields: Record<string, string | number | null>;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** One form of a line. Named groups are fields; those in `NUMBERS` are numbers. */
interface Form {
  readonly event: OcservEvent;
  readonly pattern: RegExp;
  /** The names of its groups, in order, which the pattern itself has no more: to match with names costs twice as much. */
  readonly names: readonly string[];
  /** Fields that one pattern cannot tell. */
  readonly more: ((message: string) => Groups) | undefined;
}

const NUMBERS: ReadonlySet<string> = new Set([
  'bytesIn',
  'bytesOut',
  'seconds',
  'dpdSeconds',
  'points',
  'score',
  'active',
  'samples',
  'latencyMs',
  'deviationMs',
]);

const NAME = /\(\?<(\w+)>/g;

function form(event: OcservEvent, pattern: RegExp, more?: Form['more']): Form {
  const { source, flags } = pattern;
  const names = [...source.matchAll(NAME)].map(([, name = '']) => name);
  return { event, pattern: new RegExp(source.replace(NAME, '('), flags), names, more };
}

const REASON = /\(reason: (.*?)(?:, rx: |\)?$)/;
const RECEIVED = /\brx: (\d+)/;
const SENT = /\btx: (\d+)/;

/** Microseconds: the sums of the medians and deviations of sets of packets, and how many sets. Of none the mean is unknown. */
function meansOf(message: string): Groups {
  const [medians = 0, deviations = 0, samples = 0] = (message.match(/\d+/g) ?? []).map(Number);
  if (samples === 0) return {};
  return { latencyMs: String(medians / samples / 1_000), deviationMs: String(deviations / samples / 1_000) };
}

/** `(reason: R, rx: N, tx: N)` or the older `(rx: N, tx: N)`, wherever it is cut. A reason may hold brackets. */
const readEnd = (message: string): Groups => ({
  reason: REASON.exec(message)?.[1],
  bytesIn: RECEIVED.exec(message)?.[1],
  bytesOut: SENT.exec(message)?.[1],
});

/**
 * The forms of upstream 0.10 to 1.3 and of Microsoft's fork, by their first word, so that a verbose line costs one look-up.
 * Lines are cut at 512 bytes: what stands at their end may be missing. Of the DPD lines only `dpd-lost` is a loss: after the
 * UDP ones the session goes on over TCP.
 */
const FORMS: ReadonlyMap<string, readonly Form[]> = new Map(
  Object.entries<readonly Form[]>({
    new: [form('session-opened', /^new user session$/)],
    user: [
      form('session-closed', /^user (?:'(?<account>[^']*)' )?disconnected(?: \(.*)?$/, readEnd),
      form('logged-in', /^user logged in$/),
      form('auth-succeeded', /^user of group '[^']*' authenticated \(using cookie\)/),
      form('auth-failed', /^user '?(?<account>[^'(]*?)'? \(session: .*rejecting$/),
      form('auth-failed', /^user '(?<account>[^']*)' is re-using cookie from different IP .*rejecting$/),
      form('auth-failed', /^user '(?<account>[^']*)' requested group '[^']*' but is not /),
      form('auth-failed', /^user tried to connect more than \d+ times/),
      form('auth-failed', /^user of group .* rejecting\.?$/),
    ],
    idle: [form('idle-timeout', /^idle timeout reached for process \((?<seconds>\d+) secs\)/)],
    session: [
      form('session-timeout', /^session timeout reached for process \((?<seconds>\d+) secs\)/),
      form('auth-failed', /^session expired; denied session for user '(?<account>[^']*)'/),
    ],
    have: [
      form(
        'dpd-udp-late',
        /^have not received any UDP message or DPD for long \((?<seconds>\d+) secs, DPD is (?<dpdSeconds>\d+)\)/,
      ),
      form('dpd-udp-off', /^have not received UDP message or DPD for very long; disabling UDP port/),
      form('dpd-tcp-late', /^have not received TCP DPD for long \((?<seconds>\d+) secs\)/),
      form('dpd-lost', /^have not received TCP DPD for very long; tearing down connection/),
    ],
    connection: [form('dpd-lost', /^connection timeout \(DPD\); tearing down connection/)],
    auth: [
      form('auth-started', /^auth init (?:\(with cert\) ?)?for user '(?<account>[^']*)'.*? from '(?<client>[^']*)'/),
      form('auth-succeeded', /^auth complete (?:\(with cert\) ?)?for user '(?<account>[^']*)'/),
    ],
    failed: [
      form(
        'auth-failed',
        /^failed (?:cookie |gssapi )?authentication(?: attempt)?(?: for)?(?: user)?(?: '(?<account>[^']*)')?/,
      ),
    ],
    error: [form('auth-failed', /^error in password given in auth cont for user '(?<account>[^']*)'/)],
    denied: [form('auth-failed', /^denied session for user '(?<account>[^']*)'/)],
    no: [form('auth-failed', /^no username in the certificate; rejecting/)],
    PAM: [form('auth-failed', /^PAM (?:authenticate|acct-mgmt) error for '(?<account>[^']*)'/)],
    'PAM-auth': [form('auth-failed', /^PAM-auth pam_auth_pass: /)],
    'plain-auth:': [
      form('auth-failed', /^plain-auth: (?:error authenticating user|OTP auth failed for) '(?<account>[^']*)'/),
    ],
    'ocserv-oidc:': [form('auth-failed', /^ocserv-oidc: Token signature validation failed/)],
    'radius-auth:': [form('auth-failed', /^radius-auth: error authenticating user '(?<account>[^']*)'/)],
    added: [
      form('ban-points', /^added (?<points>\d+) points \(total (?<score>\d+)\) for IP '(?<client>[^']*)' to ban list/),
      form(
        'banned',
        /^added IP '(?<client>[^']*)' \(with score (?<score>\d+)\) to ban list(?:, will be reset at: (?<until>.*\S))?/,
      ),
    ],
    rejected: [form('ban-refused', /^rejected connection from banned IP: (?<client>\S+)/i)],
    unbanning: [form('unbanned', /^unbanning IP '(?<client>[^']*)'/)],
    reached: [form('client-limit', /^reached maximum client limit \(active: (?<active>\d+)\)/)],
    "can't": [form('tun-device', /^Can't open \/dev\/net\/tun: (?<error>.*)/)],
    'latency:': [form('latency', /^Latency: Median Total \d+ RMS Total \d+ Sample Count (?<samples>\d+)/, meansOf)],
    initialized: [form('server-started', /^initialized (?:\D*\s)?v?(?<version>\d\S*)/)],
    termination: [form('server-stopping', /^termination request received/)],
    'sec-mod': [form('server-failed', /^sec-mod \d+ died with sig/i)],
    child: [form('worker-died', /^child \d+ died with (?<signal>sig\w+)/i)],
    could: [form('no-address', /^could not figure out a valid IPv[46] IP/)],
    'ocserv-secmod': [form('server-failed', /^ocserv-secmod died unexpectedly/)],
  }),
);

const NO_FORMS: readonly Form[] = [];

/** The forms that begin with the first word of a message. */
function formsOf(message: string): readonly Form[] {
  const word = message.slice(0, Math.max(message.indexOf(' '), 0));
  return FORMS.get(word) ?? FORMS.get(word.toLowerCase()) ?? NO_FORMS;
}

/** A text in which one of these words may begin a message that tells something: nearly all lines are no such. */
export const TELLING = new RegExp(`(?:^|[\\s:\\]])(?:${[...FORMS.keys()].join('|')}) `, 'i');

/** What a message of ocserv tells; undefined for the many that tell nothing. `message` is without origin, peer and source file. */
export function readOcservEvent(message: string): OcservTelling | undefined {
  for (const { event, pattern, names, more } of formsOf(message)) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const told: OcservTelling = { event, account: null, client: null, fields: {} };
    for (let i = 0; i < names.length; i++) addField(told, names[i] ?? '', match[i + 1]);
    const said = more?.(message);
    for (const name in said) addField(told, name, said[name]);
    return told;
  }
  return undefined;
}

function addField(told: OcservTelling, name: string, text: string | undefined): void {
  if (text === undefined || text === '') return;
  if (name === 'account' || name === 'client') told[name] = text;
  else told.fields[name] = NUMBERS.has(name) ? countOf(text) : text;
}

/** Counters have 64 bits; more digits than that are noise, and stay in the body. */
const MAX_COUNT = 2 ** 64;

function countOf(text: string): number | null {
  const count = Number(text);
  return count <= MAX_COUNT ? count : null;
}
