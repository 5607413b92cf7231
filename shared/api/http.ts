/** A request as handlers see it, whoever serves it: no type of the platform in here. */
export interface ApiRequest {
  readonly method: string;
  /** Path of the URL without its query, which may carry a key. */
  readonly path: string;
  /** Parts of the path by their name in the route, decoded once; an encoded slash is still `%2F`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: () => Promise<Uint8Array>;
  /** Who asks, for the audit trail. */
  readonly principal: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * Who asks. The platform's authentication names the user in a header and strips that header from what came from outside; without
 * it anybody could write the header, so it counts only when the platform authenticates. Else all that is known is that a key fitted.
 */
export function principalOf(headers: Headers, isPlatformAuthenticated: boolean): string {
  const name = isPlatformAuthenticated ? headers.get('x-ms-client-principal-name') : null;
  return name === null || name.trim() === '' ? 'function key' : name.trim().slice(0, 200);
}
