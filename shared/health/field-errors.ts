import type * as z from 'zod';
import type { Result } from '../model/result.ts';

/** What is wrong with one field: a JSON pointer (RFC 6901) to it, and what was expected. Never quotes the value. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

/** What is said of a field that no schema has. */
export const UNKNOWN_FIELD = 'unknown field';

/** Validates outside data; the errors name every wrong field at once. */
export function validate<T>(schema: z.ZodType<T>, data: unknown): Result<T, readonly FieldError[]> {
  const parsed = schema.safeParse(data);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, error: parsed.error.issues.flatMap(errorsOf) };
}

/** zod reports unknown fields at the object that holds them; people look for the field itself. */
function errorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerOf(issue.path), message: issue.message }];
  return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), message: UNKNOWN_FIELD }));
}

/** The JSON pointer of a path. Example: `pointerOf(['sites', 'a/b'])` is `/sites/a~1b`. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
