import { addressOf } from './address.ts';

/** How far a point-to-site session got by a message. `failed` before or after authentication: what was seen of it before tells. */
export const P2S_STEPS = ['requested', 'authenticated', 'connected', 'failed', 'disconnected'] as const;
export type P2sStep = (typeof P2S_STEPS)[number];

/** What a message of P2SDiagnosticLog says. SSTP never appears in it. */
export interface P2sMessage {
  /** By the session's id; `unknown` for messages of no session (settings, policies) and of other kinds. */
  readonly protocol: 'openvpn' | 'ikev2' | 'unknown';
  /** `OVPN_<hex>`, or the GUID of an IKEv2 session; null when none is named. */
  readonly session: string | null;
  /** Null for what is not one of the steps: the message stands as it is. */
  readonly step: P2sStep | null;
  /** The message behind its tags, up to the first value. */
  readonly said: string;
  /** Partly masked, so two users may share it: never a key. */
  readonly user: string | null;
  /** Handed out to the client by `Connection successful`. */
  readonly assignedIp: string | null;
  /** The client's own, with its first octet replaced by 0: nothing may be looked up by it. */
  readonly clientIp: string | null;
}

const TAG = /\s*\[([^\][]{1,80})\]/y;
const MAX_TAGS = 8;
const SESSIONS: readonly (readonly [RegExp, P2sMessage['protocol']])[] = [
  [/^OVPN_[0-9a-z-]+$/i, 'openvpn'],
  [/^IKE(?:v2)?_[0-9a-z-]+$/i, 'ikev2'],
];
const IKE_SESSION = /^\s*SESSION_ID :\{([0-9a-f-]{36})\}\s*/i;

/** In order: a failed authentication is a failure, not an authentication. */
const STEP_PHRASES: readonly (readonly [RegExp, P2sStep])[] = [
  [
    /\b(?:connection|authentication|handshake|connect request)\b.{0,400}\b(?:failed|failure|rejected|denied|refused|timed out)\b/i,
    'failed',
  ],
  [/\b(?:disconnected|disconnect request|connection (?:closed|terminated))\b/i, 'disconnected'],
  [/\bconnect(?:ion)? request received\b/i, 'requested'],
  [/\bauthentication (?:succeeded|successful)\b|\bsuccessfully authenticated\b/i, 'authenticated'],
  [/\bconnection (?:successful|succeeded|established)\b/i, 'connected'],
];

/** ` key=value`; a value ends where the next key begins. */
const KEY = /(?:^|\s)([A-Za-z][A-Za-z0-9_]*)=/g;
/** Words in which a step is told stand at the front. */
const MAX_SAID = 300;
const MAX_LENGTH = 16_384;

/**
 * Reads a message: `[MSG] [default] [OVPN_<hex>] Connect request received. IP=0.113.0.5:49152`. What is not understood keeps its
 * text and has no step.
 */
export function p2sMessage(message: string): P2sMessage {
  const { session, protocol, rest } = sessionOf(message.slice(0, MAX_LENGTH));
  const keys = [...rest.matchAll(KEY)];
  const values = new Map(
    keys.map((key, at) => [
      (key[1] ?? '').toLowerCase(),
      rest.slice(key.index + key[0].length, keys[at + 1]?.index).trim(),
    ]),
  );
  const said = rest.slice(0, keys[0]?.index).trim().slice(0, MAX_SAID);
  const step = session === null ? null : (STEP_PHRASES.find(([phrase]) => phrase.test(said))?.[1] ?? null);
  const ip = values.get('ip');
  return {
    protocol,
    session,
    step,
    said,
    user: values.get('username') || null,
    assignedIp: step === 'connected' && ip ? (addressOf(ip) ?? null) : null,
    clientIp: step !== 'connected' && ip ? (addressOf(ip) ?? null) : null,
  };
}

function sessionOf(message: string): Pick<P2sMessage, 'session' | 'protocol'> & { readonly rest: string } {
  let session: string | null = null;
  let protocol: P2sMessage['protocol'] = 'unknown';
  let at = 0;
  for (let count = 0; count < MAX_TAGS; count++) {
    TAG.lastIndex = at;
    const tag = TAG.exec(message)?.[1];
    if (tag === undefined) break;
    at = TAG.lastIndex;
    const kind = SESSIONS.find(([pattern]) => pattern.test(tag));
    if (kind !== undefined) [session, protocol] = [tag, kind[1]];
  }
  const rest = message.slice(at);
  const ike = session === null ? IKE_SESSION.exec(rest) : null;
  if (ike?.[1] !== undefined)
    return { session: ike[1].toLowerCase(), protocol: 'ikev2', rest: rest.slice(ike[0].length) };
  return { session, protocol, rest };
}
