import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Endpoints } from '../endpoints.ts';

/** Name of the demo's receiver in the API. */
const receiverPath = 'api/receivers/demo';
const patienceMs = 10_000;

export interface Registration {
  readonly url: string;
  /** App setting that holds the secret: the API takes a reference only. */
  readonly secretSetting: string;
  /** The URL differs from the one registered before. */
  readonly moved: boolean;
}

/**
 * Registers the demo's receiver by the HTTP API, as anybody would, and leaves one that is there and still right alone.
 * @throws Error in one line, when the API refuses it.
 */
export async function registerReceiver(
  endpoints: Endpoints,
  { url, secretSetting, moved }: Registration,
): Promise<void> {
  const found = await call(endpoints, receiverPath);
  if (found.ok && !moved) return;
  const response = await call(endpoints, receiverPath, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, secrets: [{ setting: secretSetting }] }),
  });
  if (!response.ok) throw new Error(`the demo's receiver could not be registered: ${await response.text()}`);
}

const listSchema = z.object({ items: z.array(z.unknown()) });

/** Waits until the API lists a gateway, and no longer than ten seconds. */
export async function untilGatewayIsKnown(endpoints: Endpoints, stopping: AbortSignal): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline && !stopping.aborted) {
    const response = await call(endpoints, 'api/gateways');
    const list = response.ok ? listSchema.safeParse(await response.json()) : undefined;
    if (list?.success && list.data.items.length > 0) return;
    await setTimeout(250);
  }
}

const call = (endpoints: Endpoints, path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(`${endpoints.http}/${path}`, {
    ...init,
    headers: { ...init.headers, 'x-functions-key': endpoints.functionKey },
    signal: AbortSignal.timeout(patienceMs),
  });
