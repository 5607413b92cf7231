import * as z from 'zod';
import { createRouter } from '../../infra/local/functions-host/http-routes.ts';
import { handle, type Method, type Route, unknownRoute } from '../../shared/api/handle.ts';
import type { ApiRequest } from '../../shared/api/http.ts';
import type { Service } from '../../shared/api/operation.ts';
import { PROBLEMS, type ProblemDocument, type ProblemKind, problemSchema } from '../../shared/api/problem.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { DEFAULT_RULE_SETTINGS } from '../../shared/model/settings.ts';
import { MINUTE } from '../../shared/model/time.ts';
import { createPipeline } from '../../shared/pipeline/create.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { type MemoryBlobs, memoryBlobs } from '../../shared/store/memory/blobs.ts';
import { memoryStore } from '../../shared/store/memory/store.ts';
import { type MemoryWakeups, memoryWakeups } from '../../shared/store/memory/wakeups.ts';
import type { Store } from '../../shared/store/ports.ts';

export const START = Date.parse('2026-11-22T09:00:00Z');

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON of the answer, loosely typed: the client has checked it against the operation's schema. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape, checked above
  readonly json: any;
}

interface Options {
  readonly headers?: Record<string, string>;
  readonly principal?: string;
  /** Sent as it is instead of `json`. */
  readonly raw?: string | Uint8Array;
}

export interface World {
  readonly pipeline: Pipeline;
  readonly blobs: MemoryBlobs;
  readonly wakeups: MemoryWakeups;
  readonly logged: { event: string; fields: Readonly<Record<string, unknown>> }[];
  readonly settings: Map<string, string>;
  now: number;
  ask(method: string, path: string, json?: unknown, options?: Options): Promise<Reply>;
}

/** The API on a memory store and a clock of its own, behind the router of the local host. */
export function world(
  options: { store?: (store: Store) => Store; service?: Partial<Service>; allowLocalReceivers?: boolean } = {},
): World {
  const settings = new Map<string, string>();
  const logged: World['logged'] = [];
  const clock = { now: START };
  const now = () => clock.now;
  const store = memoryStore({ now });
  const blobs = memoryBlobs(now);
  const wakeups = memoryWakeups();
  const log = (event: string, fields: Readonly<Record<string, unknown>>) => void logged.push({ event, fields });
  const pipeline = createPipeline({
    store: options.store?.(store) ?? store,
    blobs,
    wakeups,
    now,
    random: () => 0.5,
    readSetting: (name) => settings.get(name),
    settings: {
      rules: DEFAULT_RULE_SETTINGS,
      settleMs: 0,
      historyMs: 60 * MINUTE,
      repeatIntervalMs: 240 * MINUTE,
      allowLocalReceivers: options.allowLocalReceivers ?? true,
      blockedHosts: [],
      baseUrl: null,
    },
    log,
  });
  const service: Service = {
    version: '1.2.3',
    pipeline: async () => pipeline,
    hub: async () => null,
    log,
    ...options.service,
  };
  return {
    pipeline,
    blobs,
    wakeups,
    logged,
    settings,
    get now() {
      return clock.now;
    },
    set now(at) {
      clock.now = at;
    },
    ask: (method, path, json, more) => ask(service, method, path, json, more),
  };
}

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'];
const find = createRouter<Route | undefined>([
  ...ROUTES.map((route) => ({ template: route.path, methods: METHODS, target: route })),
  { template: '{*path}', methods: METHODS, target: undefined },
]);

async function ask(
  service: Service,
  method: string,
  path: string,
  json: unknown,
  options: Options = {},
): Promise<Reply> {
  const url = new URL(`http://localhost/api${path}`);
  const match = find(method, url.pathname.slice('/api'.length));
  if (!match) throw new Error('the catch-all matches everything');
  const raw = options.raw ?? (json === undefined ? '' : JSON.stringify(json));
  const request: ApiRequest = {
    method,
    path: url.pathname,
    params: match.params,
    query: url.searchParams,
    headers: new Headers({ ...(raw === '' ? {} : { 'content-type': 'application/json' }), ...options.headers }),
    body: async () => (typeof raw === 'string' ? Buffer.from(raw) : raw),
    principal: options.principal ?? 'function key',
  };
  const response = match.target ? await handle(service, match.target, request) : unknownRoute(request);
  const text = Buffer.from(response.body).toString();
  const reply = {
    status: response.status,
    headers: response.headers,
    json: text === '' ? undefined : JSON.parse(text),
  };
  conforms(match.target, method, reply);
  return reply;
}

/** Every answer that any test gets is what the route's schemas promise. */
function conforms(route: Route | undefined, method: string, { status, headers, json }: Reply): void {
  const operation = route?.methods[(method === 'HEAD' ? 'GET' : method) as Method];
  if (headers['cache-control'] !== 'no-store') throw new Error('an answer may be cached');
  if (status < 400) {
    if (operation?.answer) (operation.answer as z.ZodType).parse(json);
    if (operation && status !== operation.status) throw new Error(`status ${status} is not documented`);
    return;
  }
  const document: ProblemDocument = problemSchema.parse(json);
  const kind = z
    .enum(Object.keys(PROBLEMS))
    .parse(document.type.replace('urn:tunnelwatch:problem:', '')) as ProblemKind;
  if (PROBLEMS[kind][0] !== status || document.status !== status) throw new Error(`${kind} answered with ${status}`);
  if (operation && !operation.problems.includes(kind)) throw new Error(`${kind} is not documented`);
  if (headers['content-type'] !== 'application/problem+json') throw new Error('a problem must say that it is one');
}
