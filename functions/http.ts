import { app, type HttpMethod, type HttpRequest, type HttpResponseInit } from '@azure/functions';
import packageJson from '../package.json' with { type: 'json' };
import { handle, unknownRoute } from '../shared/api/handle.ts';
import { type ApiRequest, type ApiResponse, principalOf } from '../shared/api/http.ts';
import type { Service } from '../shared/api/operation.ts';
import { ROUTES } from '../shared/api/routes.ts';
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

for (const route of ROUTES) {
  app.http(nameOf(route.path), {
    route: route.path,
    methods: METHODS,
    authLevel: route.open ? 'anonymous' : 'function',
    handler: async (request) => httpResponse(await handle(service, route, apiRequest(request))),
  });
}

// The least specific route of all: what no other has.
app.http('api-unknown', {
  route: '{*path}',
  methods: METHODS,
  authLevel: 'function',
  handler: (request) => httpResponse(unknownRoute(apiRequest(request))),
});
