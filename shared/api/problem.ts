import * as z from 'zod';

/** Every way a request can fail: its stable slug, its status and its title. Programs compare the slug, people read the title. */
export const PROBLEMS = {
  'bad-query': [400, 'The query is not valid'],
  'bad-cursor': [400, 'The page cursor is not one that was given for this list'],
  'bad-json': [400, 'The body is not JSON'],
  'not-found': [404, 'There is no such thing here'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'precondition-failed': [412, 'Somebody else changed it in between'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be JSON'],
  'invalid-fields': [422, 'Some fields are not valid'],
  'precondition-required': [428, 'Say which version you change'],
  internal: [500, 'Something is wrong on our side'],
  'store-unavailable': [503, 'Storage does not answer now'],
  misconfigured: [503, 'The app is not set up rightly'],
} as const satisfies Record<string, readonly [status: number, title: string]>;
export type ProblemKind = keyof typeof PROBLEMS;

/** What is wrong with one field of the body (`pointer`, RFC 6901) or one query parameter (`parameter`). Never quotes the value. */
export interface ProblemField {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly message: string;
}

/** An expected failure, as a value. */
export interface Problem {
  readonly problem: ProblemKind;
  readonly detail: string;
  readonly errors?: readonly ProblemField[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes a problem; `detail` says what was expected or what to do. */
export const problem = (
  kind: ProblemKind,
  detail: string,
  more: Omit<Problem, 'problem' | 'detail'> = {},
): Problem => ({
  problem: kind,
  detail,
  ...more,
});

export const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'problem' in value && typeof value.problem === 'string';

export const problemSchema = z
  .strictObject({
    type: z.string().describe('`urn:tunnelwatch:problem:` and a slug that stays the same.'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('Path of the request.'),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().exactOptional().describe('JSON pointer into the body (RFC 6901).'),
          parameter: z.string().exactOptional().describe('Name of the query parameter.'),
          message: z.string(),
        }),
      )
      .exactOptional(),
  })
  .describe('Problem details (RFC 9457).');
export type ProblemDocument = z.infer<typeof problemSchema>;

/** The document of a problem (RFC 9457, section 3.1). */
export function problemDocument({ problem: kind, detail, errors }: Problem, instance: string): ProblemDocument {
  const [status, title] = PROBLEMS[kind];
  const document = { type: `urn:tunnelwatch:problem:${kind}`, title, status, detail, instance };
  return errors === undefined ? document : { ...document, errors: [...errors] };
}
