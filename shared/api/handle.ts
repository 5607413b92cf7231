import { ConfigError } from '../config.ts';
import { StoreRefused, StoreUnavailable } from '../store/ports.ts';
import type { ApiRequest, ApiResponse } from './http.ts';
import type { Operation, Service } from './operation.ts';
import { isProblem, PROBLEMS, type Problem, problem, problemDocument } from './problem.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** One path and what its methods do. */
export interface Route {
  /** Below `/api/`, with `{name}` for its parts. */
  readonly path: string;
  /** Answers without a key. */
  readonly open?: boolean;
  readonly methods: Readonly<Partial<Record<Method, Operation>>>;
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;
const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json';
const RETRY_AFTER_SECONDS = '10';
/** Storage that hangs is tried for minutes by its client; whoever asks has gone by then. */
const ANSWER_WITHIN_MS = 30_000;

/**
 * Answers a request to a route. Never throws: what a handler did not expect becomes a 500 without details, and is logged
 * without its message, which may quote what it should not.
 */
export async function handle(service: Service, route: Route, request: ApiRequest): Promise<ApiResponse> {
  const allow = allowed(route);
  if (request.method === 'OPTIONS') return { status: 204, headers: { ...HEADERS, allow }, body: '' };
  // A HEAD is a GET whose body the server does not send (RFC 9110 9.3.2).
  const operation = operationOf(route, request.method === 'HEAD' ? 'GET' : request.method);
  if (!operation) {
    return problemResponse(problem('method-not-allowed', `expected one of ${allow}`, { headers: { allow } }), request);
  }
  try {
    const answer = await withinTime(operation.run(service, request));
    if (isProblem(answer)) return problemResponse(answer, request);
    const { status } = operation;
    if (operation.answer === undefined) return { status, headers: { ...HEADERS, ...answer.headers }, body: '' };
    const headers = { ...HEADERS, 'content-type': JSON_TYPE, ...answer.headers };
    return { status, headers, body: JSON.stringify(answer.body) };
  } catch (error) {
    return problemResponse(problemOf(error, service), request);
  }
}

/** What a path that no route has answers, so that it is a problem document too. */
export const unknownRoute = (request: ApiRequest): ApiResponse =>
  problemResponse(problem('not-found', 'expected a path that /api/openapi.json lists'), request);

const METHODS: readonly Method[] = ['GET', 'PUT', 'POST', 'DELETE'];

function operationOf(route: Route, method: string): Operation | undefined {
  const known = METHODS.find((one) => one === method);
  return known && route.methods[known];
}

function allowed({ methods }: Route): string {
  const own = METHODS.filter((method) => methods[method] !== undefined);
  return [...own, ...(methods.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function problemResponse(failed: Problem, { path }: ApiRequest): ApiResponse {
  const [status] = PROBLEMS[failed.problem];
  const headers = { ...HEADERS, 'content-type': PROBLEM_TYPE, ...failed.headers };
  return { status, headers, body: JSON.stringify(problemDocument(failed, path)) };
}

/** The answer, or that storage is not there. What goes on behind it is an edit under a tag, or can be done twice. */
async function withinTime<T>(answer: Promise<T>): Promise<T | Problem> {
  const { promise: late, resolve } = Promise.withResolvers<Problem>();
  const timer = setTimeout(() => resolve(unavailable()), ANSWER_WITHIN_MS);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const unavailable = (): Problem =>
  problem('store-unavailable', 'try again in a moment; nothing that was sent in is lost meanwhile', {
    headers: { 'retry-after': RETRY_AFTER_SECONDS },
  });

function problemOf(error: unknown, service: Service): Problem {
  if (error instanceof StoreUnavailable) return unavailable();
  if (error instanceof StoreRefused && error.status === 403) {
    return problem(
      'misconfigured',
      'storage refuses this app: see the roles of its identity, or its connection string',
    );
  }
  // Names settings, never their values.
  if (error instanceof ConfigError) return problem('misconfigured', error.message);
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  service.log('request.failed', { error: name, at: frames.slice(0, 5).join(' ').replaceAll(/\s+/g, ' ') });
  return problem('internal', 'the failure is in the log of this app');
}
