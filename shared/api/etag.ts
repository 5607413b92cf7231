import { digest } from '../model/fact.ts';
import { type Problem, problem } from './problem.ts';

/** What is not saved yet has a tag too, so that the first write can be guarded like any other. */
const NEVER_SAVED = '"0"';

/** The entity tag of a stored version: strong, and without what the store's own tag says. */
export const etagOf = (stored: string | null): string =>
  stored === null ? NEVER_SAVED : `"${digest([stored]).slice(0, 16)}"`;

interface Guarded {
  /** The store's tag as read just now; null when nothing is stored. */
  readonly stored: string | null;
  /** A change without a precondition is refused (428). */
  readonly required: boolean;
  /** True for what answers a GET although nothing is stored, so that `If-Match: *` holds. */
  readonly always: boolean;
}

/** Checks `If-Match`, then `If-None-Match` (RFC 9110 13.2.2); undefined when the change may go on. */
export function checkPreconditions(headers: Headers, { stored, required, always }: Guarded): Problem | undefined {
  const current = etagOf(stored);
  const match = headers.get('if-match');
  const noneMatch = headers.get('if-none-match');
  if (match === null && noneMatch === null) {
    const detail = 'expected If-Match with the ETag that a GET gives, or If-None-Match: * for the first write';
    return required ? problem('precondition-required', detail) : undefined;
  }
  const holds =
    match !== null
      ? tags(match).some((tag) => (tag === '*' ? always || stored !== null : tag === current))
      : !tags(noneMatch ?? '').some((tag) => (tag === '*' ? stored !== null : tag.replace(/^W\//, '') === current));
  if (holds) return undefined;
  return problem('precondition-failed', 'read it again, then repeat the change on what is there now', {
    headers: { etag: current },
  });
}

const tags = (header: string): string[] => header.split(',').map((tag) => tag.trim());
