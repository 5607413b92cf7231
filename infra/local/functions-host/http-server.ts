import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { HttpTrigger } from './bindings.ts';
import type { RegisteredFunction } from './core-module.ts';
import { createRouter } from './http-routes.ts';
import type { Invoker } from './invoke.ts';
import type { Cookie, HttpData, TypedData } from './rpc.ts';

/** The platform's limit on a request (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT). */
export const maxRequestBytes = 104_857_600;

export interface HttpFunction {
  readonly fn: RegisteredFunction;
  readonly trigger: HttpTrigger;
}

export interface HttpServerOptions {
  readonly functions: readonly HttpFunction[];
  readonly routePrefix: string;
  readonly port: number;
  /** Opens functions of level `function`. */
  readonly functionKey: string;
  /** Opens functions of every level. */
  readonly masterKey: string;
  readonly invoker: Invoker;
}

export interface HttpServer {
  readonly port: number;
  /** Accepts nothing new; requests at work end in their own time. */
  close(): Promise<void>;
}

/** Serves the app's HTTP functions on loopback. @throws the system's error when the port is taken (`EADDRINUSE`). */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const find = createRouter(
    options.functions.map((target) => ({
      template: `${options.routePrefix}/${target.trigger.route ?? target.fn.metadata.name}`,
      methods: target.trigger.methods,
      target,
    })),
  );
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      // The invoker logged why. The platform tells the caller nothing but the status.
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const match = find(request.method ?? 'GET', url.pathname);
    if (!match) return refuse(request, response, 404);
    const { fn, trigger } = match.target;
    if (!isAllowed(trigger.authLevel, keyOf(request, url), options)) return refuse(request, response, 401);
    const body = await readBody(request);
    if (body === undefined) return refuse(request, response, 413);
    const { returnValue } = await options.invoker.invoke(fn, {
      data: { http: toHttpData(request, url, match.params, body) },
    });
    // Stopping: a kept-alive connection would hold the server open.
    if (!server.listening) response.setHeader('connection', 'close');
    send(response, returnValue?.http, request.method === 'HEAD');
  }

  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

/** Answers before the app's code runs; a body that may be large is not read, so its connection ends. */
function refuse(request: IncomingMessage, response: ServerResponse, status: 401 | 404 | 413): void {
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-length': 0 }).end();
  request.resume();
}

const keyOf = (request: IncomingMessage, url: URL): string => {
  const header = request.headers['x-functions-key'];
  return (typeof header === 'string' ? header : undefined) ?? url.searchParams.get('code') ?? '';
};

function isAllowed(
  level: HttpTrigger['authLevel'],
  key: string,
  keys: { functionKey: string; masterKey: string },
): boolean {
  switch (level) {
    case 'anonymous':
      return true;
    case 'function':
      return isSameKey(key, keys.functionKey) || isSameKey(key, keys.masterKey);
    case 'admin':
      return isSameKey(key, keys.masterKey);
    default:
      return level satisfies never;
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();
const isSameKey = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected));

/** The whole body, as the platform hands it over; undefined when it is over the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxRequestBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxRequestBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function toHttpData(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Buffer,
): HttpData {
  const headers = Object.entries(request.headers).flatMap(
    ([name, value]): Array<[string, string]> =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
  );
  // A name given twice arrives joined by a comma: the platform's way, which the library cannot undo.
  const query = [...new Set(url.searchParams.keys())].map((name): [string, { value: string }] => [
    name,
    { value: url.searchParams.getAll(name).join(',') },
  ]);
  return {
    method: request.method ?? 'GET',
    url: url.href,
    headers: Object.fromEntries(headers),
    params,
    ...(query.length > 0 && { nullableQuery: Object.fromEntries(query) }),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

function send(response: ServerResponse, http: HttpData | undefined, isHead: boolean): void {
  // A handler that returns nothing: the platform answers 204.
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  const cookies = (http.cookies ?? []).map(formatCookie);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  const status = Number(http.statusCode ?? 200);
  const body = bodyBytes(http.body);
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length);
  response.writeHead(status);
  response.end(isHead ? undefined : body);
}

function bodyBytes(body: TypedData | null | undefined): Buffer {
  if (body?.bytes !== undefined) return Buffer.from(body.bytes);
  return Buffer.from(body?.string ?? body?.json ?? '');
}

function formatCookie(cookie: Cookie): string {
  const sameSite = {
    none: '',
    lax: '; SameSite=Lax',
    strict: '; SameSite=Strict',
    explicitNone: '; SameSite=None',
  } as const;
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.domain ? `; Domain=${cookie.domain.value}` : '',
    cookie.path ? `; Path=${cookie.path.value}` : '',
    cookie.expires ? `; Expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}` : '',
    cookie.maxAge ? `; Max-Age=${cookie.maxAge.value}` : '',
    cookie.secure?.value ? '; Secure' : '',
    cookie.httpOnly?.value ? '; HttpOnly' : '',
    sameSite[cookie.sameSite ?? 'none'],
  ].join('');
}
