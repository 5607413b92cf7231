import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { DeliveryResult } from '../model/notification.ts';
import { DAY, type Millis, SECOND } from '../model/time.ts';
import { type GuardOptions, guardedLookup, RefusedAddress, type ResolveHost, refusalOfUrl } from './address-guard.ts';

export interface DeliveryRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole attempt: resolving, connecting, sending, and the answer's head. Milliseconds; default 15 s. */
  readonly timeoutMs?: number;
}

export interface DeliveryOptions extends GuardOptions {
  /** The moment of the attempt; a `Retry-After` date counts from it. */
  readonly now: Millis;
  /** Ends the attempt early, as a retry, when the process is asked to stop. */
  readonly signal?: AbortSignal;
  readonly resolve?: ResolveHost;
}

const TIMEOUT_MS = 15 * SECOND;
/** The status is the answer. The body is drained a little, so that the receiver can finish its sentence, and never kept. */
const MAX_DRAINED_BYTES = 16 * 1024;
const DRAIN_MS = 2 * SECOND;
const RETRY_AFTER_CAP_MS = DAY;

/** Answers that may be different next time; all other 3xx and 4xx are final. */
const RETRIED = [408, 429];

/** Node's error codes that deserve a word of their own; certificates and TLS have too many and go by their shape. */
const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'name-not-resolved',
  EAI_AGAIN: 'name-not-resolved',
  EPROTO: 'tls-failed',
};
const TLS_CODE = /CERT|TLS|SSL|SIGNATURE|ISSUER/;

/**
 * Posts once and says what became of it. Never throws, follows no redirect, keeps no connection, and goes only where the
 * address guard lets it. Reasons are fixed words, without URL, address, header or answer in them.
 */
export async function deliver(request: DeliveryRequest, options: DeliveryOptions): Promise<DeliveryResult> {
  const refusal = refusalOfUrl(request.url, options);
  if (refusal) return { outcome: 'give-up', reason: refusal };
  const cap = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([cap, options.signal]) : cap;
  try {
    const response = await answerTo(request, options, signal);
    const { statusCode: status = 0, headers } = response;
    await drain(response, signal);
    return resultOf(status, headers['retry-after'], options.now);
  } catch (error) {
    if (cap.aborted) return { outcome: 'retry', reason: 'timeout' };
    if (signal.aborted) return { outcome: 'retry', reason: 'aborted' };
    return failureOf(error);
  }
}

/** The head of the answer. The body's length is stated, so a receiver never sees a half body as a whole one. */
function answerTo(request: DeliveryRequest, options: DeliveryOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const url = new URL(request.url);
  const isTls = url.protocol === 'https:';
  const settings = {
    method: 'POST',
    headers: { 'user-agent': 'tunnelwatch', ...request.headers, 'content-length': Buffer.byteLength(request.body) },
    // An agent of its own: no pooled connection that another check had passed, no proxy from the environment.
    agent: isTls ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }),
    lookup: guardedLookup(options, options.resolve),
    signal,
  };
  const sent: ClientRequest = isTls ? httpsRequest(url, settings) : httpRequest(url, settings);
  // The error listener stays: a reset after the answer has come is no news, and must not be an uncaught one.
  sent.once('response', resolve).on('error', reject).end(request.body);
  return promise;
}

/** Reads until the end, 16 KB or two seconds, whichever comes first, and drops the connection. */
function drain(response: IncomingMessage, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let drained = 0;
  const timer = setTimeout(() => response.destroy(), DRAIN_MS);
  response.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > MAX_DRAINED_BYTES) response.destroy();
  });
  response.on('error', () => {});
  response.once('close', () => {
    clearTimeout(timer);
    resolve();
  });
  if (signal.aborted) response.destroy();
  return promise;
}

/** What a status means: 2xx arrived; 408, 429, 5xx may pass; anything else, redirects too, will not. */
function resultOf(status: number, retryAfter: string | undefined, now: Millis): DeliveryResult {
  if (status >= 200 && status < 300) return { outcome: 'ok', status };
  if (status === 410) return { outcome: 'give-up', reason: 'gone', status };
  if (status >= 300 && status < 400) return { outcome: 'give-up', reason: 'redirect-refused', status };
  if (!RETRIED.includes(status) && status < 500) return { outcome: 'give-up', reason: `http-${status}`, status };
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  const failed = { outcome: 'retry', reason: `http-${status}`, status } as const;
  return retryAfterMs === undefined ? failed : { ...failed, retryAfterMs };
}

/**
 * `Retry-After` in milliseconds from now: whole seconds or an HTTP date (RFC 9110 10.2.3), capped at a day; a past date is 0.
 * Anything else is undefined, as if it were not there.
 */
export function parseRetryAfter(value: string | undefined, now: Millis): Millis | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  // Date.parse takes almost anything, `5.5` as a month and a day; HTTP dates begin with the day's name.
  const waitMs = /^\d+$/.test(text)
    ? Number(text) * SECOND
    : /^[A-Z][a-z]+, /.test(text)
      ? Date.parse(text) - now
      : NaN;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), RETRY_AFTER_CAP_MS);
}

function failureOf(error: unknown): DeliveryResult {
  if (error instanceof RefusedAddress) return { outcome: 'give-up', reason: error.refusal };
  const code = codeOf(error);
  // Thrown before a byte is sent: a header that HTTP cannot carry stays so.
  if (code.startsWith('ERR_INVALID')) return { outcome: 'give-up', reason: 'request-invalid' };
  if (code.startsWith('HPE_')) return { outcome: 'retry', reason: 'answer-invalid' };
  return { outcome: 'retry', reason: NETWORK_REASONS[code] ?? (TLS_CODE.test(code) ? 'tls-failed' : 'network-error') };
}

/** Node's code of an error; of an aggregate (every address of a name failed), that of its first. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
