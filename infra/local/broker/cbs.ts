import * as z from 'zod';
import { parseAddress } from './addresses.ts';
import { type Answer, badRequest, notFound, type Request, unauthorized } from './answer.ts';
import type { Hub } from './hub.ts';
import type { Rights } from './rights.ts';
import { verifyToken } from './shared-access.ts';

const putToken = z.object({ operation: z.literal('put-token'), name: z.string() });

/** Answers `put-token` (AMQP claims-based security): a valid token gives the connection the right to its audience. */
export function answerCbs(request: Request, hubs: ReadonlyMap<string, Hub>, key: string, rights: Rights): Answer {
  const asked = putToken.safeParse(request.properties);
  if (!asked.success || typeof request.body !== 'string')
    return badRequest('expected put-token with a name and a token');
  const audience = asked.data.name;
  const verdict = verifyToken(request.body, audience, key, Date.now());
  if (!verdict.isValid) return unauthorized(verdict.reason);
  const hub = hubOf(audience);
  if (!hubs.has(hub)) return notFound(hub);
  rights.grant(audience, verdict.expiresAtMs);
  return { statusCode: 202, description: 'Accepted' };
}

/** An audience names a hub, a part of one, or its management node. */
const hubOf = (audience: string): string => parseAddress(audience.replace(/\/\$management\/?$/i, ''))?.hub ?? '';
