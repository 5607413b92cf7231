import type { IkeExchange, IkeMessage } from './ike-message.ts';

/** Why a negotiation failed; the fold puts several phrases of one negotiation together, the most telling wins. */
export const IKE_CAUSES = [
  'pre-shared-key',
  'signature',
  'certificate',
  'policy',
  'traffic-selectors',
  'phase-2',
  'timeout',
  'other',
] as const;
export type IkeCause = (typeof IKE_CAUSES)[number];

/** The first phase makes the IKE SA, the second the IPsec SA that carries traffic. Null: the text does not say. */
export type IkePhase = 1 | 2 | null;

/** What a message decides, if anything. */
export type IkeSaying =
  | { readonly type: 'failed'; readonly cause: IkeCause; readonly phase: IkePhase; readonly code: string | null }
  | { readonly type: 'established'; readonly phase: IkePhase }
  /** The session ended with a status that names no failure we know: a failure only if it had never been established. */
  | { readonly type: 'closed'; readonly status: string };

/**
 * Windows' IKE error codes (winerror.h, ERROR_IPSEC_IKE_*) that say why. A code that is not listed is `other`; `null` is an
 * in-between state or an end that is no failure.
 */
const CODES: ReadonlyMap<number, IkeCause | null> = new Map([
  [0, null],
  [13_800, null],
  [13_801, 'pre-shared-key'],
  [13_802, 'policy'],
  [13_803, null],
  [13_805, 'timeout'],
  [13_806, 'certificate'],
  [13_807, null],
  [13_808, null],
  [13_813, 'timeout'],
  [13_817, 'certificate'],
  [13_818, 'certificate'],
  [13_819, 'certificate'],
  [13_820, 'certificate'],
  [13_821, null],
  [13_825, 'policy'],
  [13_826, 'signature'],
  [13_868, 'policy'],
]);

/** Phrases in lower case and what they mean; the first that occurs counts. Underscored words are notify payloads of RFC 7296. */
const PHRASES: readonly (readonly [phrase: string, cause: IkeCause, phase?: IkePhase])[] = [
  ['credentials are unacceptable', 'pre-shared-key', 1],
  ['authentication failed', 'pre-shared-key', 1],
  ['authenticated failed', 'pre-shared-key', 1],
  ['authentication_failed', 'pre-shared-key', 1],
  ['ike_auth_fail', 'pre-shared-key', 1],
  ['failed to verify signature', 'signature', 1],
  ['ts_unacceptable', 'traffic-selectors', 2],
  ['policy mismatch', 'policy'],
  ['policy match error', 'policy'],
  ['no_proposal_chosen', 'policy'],
  ['no proposal chosen', 'policy'],
  ['sa_negotiation_failed', 'phase-2', 2],
  ['negotiation timed out', 'timeout'],
];

/** In the order of what follows: the code is what the service itself decided, the phrase how it tells people. */
export function sayingOf(message: IkeMessage): IkeSaying | undefined {
  const text = message.text.toLowerCase();
  const code = codeOf(text);
  const known = code === undefined ? undefined : CODES.get(code);
  const phrase = PHRASES.find(([words]) => text.includes(words));
  const cause = phrase?.[1] ?? (code === undefined ? undefined : known === undefined ? 'other' : known);
  if (cause) {
    const phase = phrase?.[2] ?? phaseOf(message.exchange);
    return { type: 'failed', cause, phase, code: code === undefined || code === 0 ? null : hexOf(code) };
  }
  const status = closedWith(text);
  if (status !== undefined) return { type: 'closed', status };
  return isSuccess(text) ? { type: 'established', phase: phaseOfSuccess(text, message.exchange) } : undefined;
}

/** `[ErrorCode] 0x35E9 (13801)`, `called with error 13868`, `Error 13801(ERROR_…)`. */
function codeOf(text: string): number | undefined {
  const stated = /error(?:\s*code)?[\]:=\s]{1,4}(0x[0-9a-f]{1,8}|\d{1,8})\b/.exec(text)?.[1];
  return stated === undefined ? undefined : Number(stated);
}

const hexOf = (code: number): string => `0x${code.toString(16).toUpperCase()}`;

const PHASES: Readonly<Partial<Record<IkeExchange, IkePhase>>> = {
  'sa-init': 1,
  auth: 1,
  'main-mode': 1,
  'create-child': 2,
  'quick-mode': 2,
  'traffic-selectors': 2,
};

const phaseOf = (exchange: IkeExchange | undefined): IkePhase => (exchange && PHASES[exchange]) ?? null;

/** `tunnel closed … with status X`, and a peer that dead peer detection gave up. */
function closedWith(text: string): string | undefined {
  if (/\btunnel closed\b/.test(text)) return /\bwith status\s+(.{1,80})/.exec(text)?.[1]?.trim() ?? 'closed';
  return /\b(?:dpd|dead peer)\b.{0,80}\b(?:time(?:d\s)?out|no response|dead)\b/.test(text)
    ? 'dead peer detection'
    : undefined;
}

const SUCCESS =
  /\b(?:sa|sas|tunnel|negotiation|mode|phase ?[12])\b[^.;]{0,40}\b(?:established|succeeded|completed|created|successful(?:ly)?)\b|sa_negotiation_succ|sa_established|successfully (?:established|negotiated|created)/;
const NO_SUCCESS = /\b(?:not|never|un(?:able|successful)|fail(?:ed|ure)?|before|error|delet(?:e|ed|ing))\b/;

const isSuccess = (text: string): boolean => SUCCESS.test(text) && !NO_SUCCESS.test(text);

/** Half a success must not pass for a whole one, or an outage of the second phase alone would never be seen. */
function phaseOfSuccess(text: string, exchange: IkeExchange | undefined): IkePhase {
  if (/child|ipsec|quick|phase ?2|\bqm\b|tunnel/.test(text)) return 2;
  if (/ike[ _]sa|main|phase ?1|\bmm\b/.test(text)) return 1;
  return exchange === 'auth' ? null : phaseOf(exchange);
}

/**
 * One of these is in every message that starts, advances, fails or finishes a negotiation. Plain stems of four letters or more in lower
 * case: one scan takes half the time of exact words, a third of that of asking `includes` for each. The kernel looks for them too
 * (`kernel/assembly/words.ts`), for those that stand side by side together: what begins alike belongs together.
 */
export const TELLING_WORDS = [
  '_init',
  '_auth',
  '_child',
  'mode',
  'negot',
  'traffic sel',
  'error',
  'establish',
  'fail',
  'match',
  'timed',
  'timeout',
  'accept',
  'propos',
  'succe',
  'created',
  'complete',
  'closed',
  'dead',
  'no resp',
] as const;
const TELLING = new RegExp(TELLING_WORDS.join('|'), 'gi');

/** What most messages begin with, and how long that is with the GUID behind it, whose letters may look like a word. */
export const OPENING = 'SESSION_ID :{';
export const OPENING_LENGTH = 40;

/**
 * Whether a message may tell something: a no is sure, a yes is to be read. Safe on a record's raw JSON text too, unless that hides
 * letters in `\u` escapes. The informational exchanges and keep-alives that fill the log end here.
 */
export function mayTell(text: string): boolean {
  TELLING.lastIndex = text.startsWith(OPENING) ? OPENING_LENGTH : 0;
  return TELLING.test(text);
}
