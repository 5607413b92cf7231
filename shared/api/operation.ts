import * as z from 'zod';
import { type FieldError, UNKNOWN_FIELD, validate } from '../health/field-errors.ts';
import type { Hub } from '../pipeline/hub.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { ApiRequest } from './http.ts';
import { isProblem, type Problem, type ProblemKind, problem } from './problem.ts';

/** What the handlers are run by. */
export interface Service {
  /** Version of this package. */
  readonly version: string;
  /** Wired at the first call; rejects when the app settings are wrong. */
  pipeline(): Promise<Pipeline>;
  /** The stream itself; null where none is set. */
  hub(): Promise<Hub | null>;
  log(event: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
}

export interface Answer<A> {
  readonly body: A;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request whose query and body are what their schemas say. */
export interface Call<Q, B> {
  readonly request: ApiRequest;
  readonly query: Q;
  readonly body: B;
  /** A part of the path; the route has it. */
  param(name: string): string;
  readonly hub: Service['hub'];
}

/** What one method of one route takes and gives. The OpenAPI document is made of this. */
export interface OperationDocs {
  readonly summary: string;
  readonly query: z.ZodType;
  readonly body: z.ZodType | undefined;
  /** Undefined: the answer has no body. */
  readonly answer: z.ZodType | undefined;
  readonly status: number;
  /** Every way it can fail, but for the key and the method. */
  readonly problems: readonly ProblemKind[];
  /** Takes `If-Match` and `If-None-Match`. */
  readonly conditional: 'required' | 'optional' | undefined;
}

export interface Operation extends OperationDocs {
  run(service: Service, request: ApiRequest): Promise<Answer<unknown> | Problem>;
}

interface OperationSpec<Q, B, A> {
  readonly summary: string;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** When the path says which of the schemas in `body` counts. */
  readonly bodyFor?: (param: (name: string) => string) => z.ZodType<B> | Problem;
  readonly answer?: z.ZodType<A>;
  readonly status?: number;
  readonly problems?: readonly ProblemKind[];
  readonly conditional?: 'required' | 'optional';
  handle(pipeline: Pipeline, call: Call<Q, B>): Promise<Answer<A> | Problem>;
}

export const MAX_BODY_BYTES = 1024 * 1024;
const NO_QUERY = z.strictObject({});
/** What the platform reads from the query: keys, and the name of a key's holder. */
const PLATFORM_PARAMETERS = ['code', 'clientid'];

/** One method of a route that works on the pipeline. Query and body reach `handle` only when their schemas accept them. */
export function defineOperation<Q = undefined, B = undefined, A = undefined>(spec: OperationSpec<Q, B, A>): Operation {
  const { summary, query, body, bodyFor, answer, problems = [], conditional } = spec;
  return {
    summary,
    query: query ?? NO_QUERY,
    body,
    answer,
    status: spec.status ?? (answer ? 200 : 204),
    problems: [
      ...new Set([...problems, ...(conditional ? OF_CONDITION[conditional] : []), ...(body ? OF_BODY : []), ...ALWAYS]),
    ],
    conditional,
    async run(service, request) {
      const param = (name: string) => request.params[name] ?? '';
      const asked = readQuery(query, request.query);
      if (isProblem(asked)) return asked;
      const schema = bodyFor ? bodyFor(param) : body;
      if (isProblem(schema)) return schema;
      const given = schema ? await readBody(schema, request) : { value: undefined as B };
      if (isProblem(given)) return given;
      const { hub } = service;
      return spec.handle(await service.pipeline(), { request, query: asked.value, body: given.value, param, hub });
    },
  };
}

/** One method of a route that answers without the pipeline, whatever state the app is in. */
export function defineConstant<A>(spec: {
  readonly summary: string;
  readonly answer: z.ZodType<A>;
  make(service: Service): A;
}): Operation {
  return {
    summary: spec.summary,
    query: NO_QUERY,
    body: undefined,
    answer: spec.answer,
    status: 200,
    problems: ['internal'],
    conditional: undefined,
    run: async (service) => ({ body: spec.make(service) }),
  };
}

const ALWAYS = ['bad-query', 'internal', 'store-unavailable', 'misconfigured'] as const;
const OF_BODY = ['bad-json', 'body-too-large', 'unsupported-media-type', 'invalid-fields'] as const;
const OF_CONDITION = {
  required: ['precondition-failed', 'precondition-required'],
  optional: ['precondition-failed'],
} as const;

/** Each parameter once and known: a filter that is ignored would answer more than was asked for. */
function readQuery<Q>(schema: z.ZodType<Q> | undefined, given: URLSearchParams): { readonly value: Q } | Problem {
  const names = [...new Set(given.keys())].filter((name) => !PLATFORM_PARAMETERS.includes(name.toLowerCase()));
  const read = validate<unknown>(schema ?? NO_QUERY, Object.fromEntries(names.map((name) => [name, given.get(name)])));
  if (read.ok) return { value: read.value as Q };
  const errors = read.error.map(({ pointer, message }) => ({
    parameter: pointer.slice(1),
    message: message === UNKNOWN_FIELD ? 'unknown parameter' : message,
  }));
  return problem('bad-query', 'expected the query parameters that this takes, each of its form', { errors });
}

async function readBody<B>(schema: z.ZodType<B>, request: ApiRequest): Promise<{ readonly value: B } | Problem> {
  const tooLarge = problem('body-too-large', `expected at most ${MAX_BODY_BYTES} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) return tooLarge;
  const bytes = await request.body();
  if (bytes.length > MAX_BODY_BYTES) return tooLarge;
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json$/.test(type)) {
    return problem('unsupported-media-type', 'expected the header content-type: application/json', {
      headers: { accept: 'application/json' },
    });
  }
  const json = parseJson(bytes);
  if (json === undefined) return problem('bad-json', 'expected JSON in UTF-8');
  const read = validate(schema, json.value);
  return read.ok ? read : invalidFields(read.error);
}

/** A 422 that names every wrong field. */
export const invalidFields = (errors: readonly FieldError[]): Problem =>
  problem('invalid-fields', 'expected fields as the schema of this resource says', { errors });

function parseJson(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}
