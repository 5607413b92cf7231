import * as z from 'zod';
import type { Route } from './handle.ts';
import type { Operation } from './operation.ts';
import { PROBLEMS, problemSchema } from './problem.ts';

type Json = Record<string, unknown>;

/** What the path parameters are. */
const PARAMETERS: Readonly<Record<string, string>> = {
  id: 'Slug, as the list of that kind gives it.',
  site: 'Slug or name of a site.',
  metric: 'cpuUsage, memoryUsage, diskSpaceFree or latency.',
};

const TAG = 'Entity tag, as a GET gives it.';
const CONDITIONS = {
  required: 'Required unless If-None-Match is there. `*` changes whatever is there.',
  optional: 'Refuses the change when it is not this version any more.',
} as const;

/** The OpenAPI 3.1 document of these routes, made of the schemas that requests and answers are checked by. */
export function openApiOf(routes: readonly Route[], version: string): Json {
  const components = new Components();
  const paths = Object.fromEntries(routes.map((route) => [`/${route.path}`, pathOf(route, components)]));
  return {
    openapi: '3.1.0',
    info: {
      title: 'tunnelwatch',
      version,
      description:
        'Health, thresholds and alerts of VPN tunnels. Times are ISO 8601 in UTC; failures are RFC 9457 problems.',
    },
    servers: [{ url: '/api' }],
    security: [{ functionKey: [] }],
    paths,
    components: {
      securitySchemes: { functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' } },
      schemas: components.schemas(),
    },
  };
}

/** The schemas of the document, each once, by its name. What a request may leave out an answer has, so they are kept apart. */
class Components {
  readonly #registries = { input: z.registry<{ id: string }>(), output: z.registry<{ id: string }>() };

  /** A reference to a schema. The first name it is given stays. */
  ref(schema: z.ZodType, name: string, io: 'input' | 'output'): Json {
    const registry = this.#registries[io];
    if (!registry.has(schema)) registry.add(schema, { id: name });
    return { $ref: uriOf(registry.get(schema)?.id ?? name) };
  }

  schemas(): Json {
    const of = (io: 'input' | 'output') =>
      z.toJSONSchema(this.#registries[io], { target: 'draft-2020-12', io, uri: uriOf }).schemas;
    const all = Object.entries({ ...of('output'), ...of('input') });
    return Object.fromEntries(all.map(([name, schema]) => [name, bare(schema)]));
  }
}

const uriOf = (id: string): string => `#/components/schemas/${id}`;

/** The dialect is OpenAPI's own, and the place in the document is the name. */
function bare({ $schema: _dialect, $id: _id, ...schema }: Json): Json {
  return schema;
}

function pathOf(route: Route, components: Components): Json {
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: PARAMETERS[name] ?? name,
    schema: { type: 'string' },
  }));
  const isTagged = Object.values(route.methods).some(({ conditional }) => conditional !== undefined);
  const methods = Object.entries(route.methods).map(([method, operation]) => {
    const words = [method.toLowerCase(), ...route.path.split(/[^A-Za-z]+/).filter((word) => word !== '')];
    const id = words.map((word, index) => (index === 0 ? word : capitalized(word))).join('');
    return [method.toLowerCase(), operationOf(id, operation, { components, isOpen: route.open === true, isTagged })];
  });
  return { ...(parameters.length > 0 && { parameters }), ...Object.fromEntries(methods) };
}

const capitalized = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

interface Context {
  readonly components: Components;
  readonly isOpen: boolean;
  readonly isTagged: boolean;
}

function operationOf(operationId: string, operation: Operation, { components, isOpen, isTagged }: Context): Json {
  const { summary, status, body, answer } = operation;
  const parameters = [...queryParameters(operation.query), ...conditionParameters(operation)];
  const name = capitalized(operationId);
  const content = (schema: Json) => ({ content: { 'application/json': { schema } } });
  const done = {
    description: answer ? summary : 'Done.',
    ...(isTagged && answer && { headers: { etag: { description: TAG, schema: { type: 'string' } } } }),
    ...(answer && content(components.ref(answer, `${name}Answer`, 'output'))),
  };
  return {
    operationId,
    summary,
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, ...content(components.ref(body, `${name}Body`, 'input')) } }),
    responses: {
      [status]: done,
      ...(!isOpen && { 401: { description: 'The function key is missing or wrong.' } }),
      ...problemsOf(operation, components),
    },
  };
}

/** Problems by status; several of one status share an entry that names their slugs. */
function problemsOf({ problems }: Operation, components: Components): Json {
  const schema = components.ref(problemSchema, 'Problem', 'output');
  const entries = [...Map.groupBy(problems, (kind) => PROBLEMS[kind][0])].map(([status, of]) => [
    status,
    {
      description: of.map((kind) => `${PROBLEMS[kind][1]} (${kind}).`).join(' '),
      content: { 'application/problem+json': { schema } },
    },
  ]);
  return Object.fromEntries(entries);
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ description: z.string().exactOptional() })).default({}),
  required: z.array(z.string()).default([]),
});

function queryParameters(query: z.ZodType): Json[] {
  const { properties, required } = objectSchema.parse(z.toJSONSchema(query, { target: 'draft-2020-12', io: 'input' }));
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function conditionParameters({ conditional }: Operation): Json[] {
  if (conditional === undefined) return [];
  const header = { in: 'header', required: false, schema: { type: 'string' } };
  return [
    { ...header, name: 'If-Match', description: `${TAG} ${CONDITIONS[conditional]}` },
    { ...header, name: 'If-None-Match', description: '`*` makes the first write only.' },
  ];
}
