import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import packageJson from '../package.json' with { type: 'json' };
import { type ApiRequest, type ApiResponse, principalOf } from '../shared/api/http.ts';
import type { Service } from '../shared/api/operation.ts';
import { OPEN_PATHS, PATHS } from '../shared/api/paths.ts';
import { getHub, getPipeline } from '../shared/app.ts';

/** All of them, since the host answers 404 instead of 405 for a method that is not listed. */
const METHODS: HttpMethod[] = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'];

const service: Service = {
  version: packageJson.version,
  pipeline: getPipeline,
  hub: getHub,
  log: (event, fields) => console.error(JSON.stringify({ event, ...fields })),
};

function apiRequest(request: HttpRequest): ApiRequest {
  return {
    method: request.method,
    path: new URL(request.url).pathname,
    params: request.params,
    query: request.query,
    headers: request.headers,
    body: async () => new Uint8Array(await request.arrayBuffer()),
    // App Service sets it to True where it authenticates users, and then lets nobody else write the user's header.
    principal: principalOf(request.headers, process.env['WEBSITE_AUTH_ENABLED'] === 'True'),
  };
}

const httpResponse = ({ status, headers, body }: ApiResponse): HttpResponseInit => ({
  status,
  headers: { ...headers },
  body,
});

/** `sites/{site}/thresholds` is the function `sites-site-thresholds`. */
const nameOf = (path: string): string => `api-${path.replaceAll(/[{}]/g, '').replaceAll(/[/.]/g, '-')}`;

/** Loaded for the first request: an instance that only takes in records never needs the API's schemas. */
async function answer(path: string, request: HttpRequest): Promise<HttpResponseInit> {
  const [{ handle, unknownRoute }, { ROUTES }] = await Promise.all([
    import('../shared/api/handle.ts'),
    import('../shared/api/routes.ts'),
  ]);
  const asked = apiRequest(request);
  const route = ROUTES.find((one) => one.path === path);
  return httpResponse(route ? await handle(service, route, asked) : unknownRoute(asked));
}

for (const path of PATHS) {
  app.http(nameOf(path), {
    route: path,
    methods: METHODS,
    authLevel: OPEN_PATHS.has(path) ? 'anonymous' : 'function',
    handler: (request) => answer(path, request),
  });
}

// The least specific route of all: what no other has.
app.http('api-unknown', {
  route: '{*path}',
  methods: METHODS,
  authLevel: 'function',
  handler: (request) => answer('{*path}', request),
});
