import { StoreRefused, StoreUnavailable } from '../ports.ts';

/** What an SDK error says, read by its shape so that no SDK is loaded for it. */
interface StorageAnswer {
  /** Undefined when no answer came: refused connection, reset, name not found. */
  readonly status: number | undefined;
  readonly code: string;
}

/** Codes that carry a 4xx and pass by themselves: a table just dropped is refused for some 30 seconds. */
const passing = new Set(['TableBeingDeleted', 'ContainerBeingDeleted', 'QueueBeingDeleted', 'OperationTimedOut']);

/** Reads status and code of a storage error; undefined for what is none, a bug above all. */
export function answerOf(error: unknown): StorageAnswer | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return { status: undefined, code: error.name };
  if (error.name === 'CredentialUnavailableError') return { status: 403, code: error.name };
  if (error.name !== 'RestError' && error.name !== 'AuthenticationError') return undefined;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
  return { status, code: codeOf(error) };
}

function codeOf(error: Error): string {
  // Table Storage keeps the code in its OData body, Blob and Queue Storage on the error.
  const details = 'details' in error ? error.details : undefined;
  for (const place of [error, details, field(details, 'odataError'), field(details, 'odata.error')]) {
    const code = field(place, 'code') ?? field(place, 'errorCode');
    if (typeof code === 'string' && code !== '') return code;
  }
  return error.name;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Whether a table, container or queue is not there yet. */
export const isMissingHome = (answer: StorageAnswer | undefined): boolean =>
  answer?.status === 404 && /^(?:Table|Container|Queue)NotFound$/.test(answer.code);

/**
 * The error that callers see: `StoreUnavailable` for network, 408, 429 and 5xx, `StoreRefused` for any other answer. The message
 * has the call's name, status and code only, since the SDK's own may quote rows and URLs. A bug stays as it is.
 */
export function storeError(what: string, error: unknown): unknown {
  if (error instanceof StoreUnavailable || error instanceof StoreRefused) return error;
  const answer = answerOf(error);
  if (answer === undefined) return error;
  const { status, code } = answer;
  const isPassing = status === undefined || status === 408 || status === 429 || status >= 500 || passing.has(code);
  if (isPassing) return new StoreUnavailable(`${what}: ${status ?? 'no answer'} ${code}`, { cause: code });
  return new StoreRefused(status, `${what}: ${status} ${code}`);
}
