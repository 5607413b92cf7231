import type { AccessToken, TokenCredential } from '@azure/core-auth';
import * as z from 'zod';
import { StoreRefused, StoreUnavailable } from '../ports.ts';

/** What the platform tells an app about its identity; absent on a laptop. */
export interface IdentityEnvironment {
  readonly IDENTITY_ENDPOINT?: string | undefined;
  readonly IDENTITY_HEADER?: string | undefined;
  /** Client id of the user-assigned identity; without it the system-assigned one is asked. */
  readonly AZURE_CLIENT_ID?: string | undefined;
}

const answer = z.object({ access_token: z.string().min(1), expires_on: z.coerce.number() });
const timeoutMs = 10_000;

/**
 * The app's managed identity, by the REST endpoint that App Service and Functions give each instance. The whole protocol is one
 * GET; `@azure/identity` would bring it with a browser log-in library ten times the size of the app.
 * Source: "Use managed identities for App Service", REST endpoint reference.
 */
export function managedIdentity(environment: IdentityEnvironment): TokenCredential {
  return {
    async getToken(scopes): Promise<AccessToken> {
      const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, AZURE_CLIENT_ID: clientId } = environment;
      if (endpoint === undefined || header === undefined) {
        throw new StoreRefused(
          403,
          'managed identity: expected IDENTITY_ENDPOINT and IDENTITY_HEADER from the platform',
        );
      }
      const url = new URL(endpoint);
      url.searchParams.set('api-version', '2019-08-01');
      url.searchParams.set('resource', [scopes].flat()[0]?.replace(/\/?\.default$/, '') ?? '');
      if (clientId !== undefined) url.searchParams.set('client_id', clientId);
      const { status, body } = await fetchText(url, header);
      if (status === 429 || status >= 500) throw new StoreUnavailable(`managed identity: ${status}`);
      const token = status === 200 ? answer.safeParse(jsonOf(body)) : undefined;
      if (!token?.success) throw new StoreRefused(403, `managed identity: ${status}, expected a token`);
      return { token: token.data.access_token, expiresOnTimestamp: token.data.expires_on * 1000 };
    },
  };
}

async function fetchText(url: URL, header: string): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(url, {
      headers: { 'X-IDENTITY-HEADER': header },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    return { status: response.status, body: await response.text() };
  } catch {
    throw new StoreUnavailable('managed identity: no answer');
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
