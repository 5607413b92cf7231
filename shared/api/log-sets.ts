import * as z from 'zod';
import type { Alert } from '../model/alert.ts';
import { CERTIFICATE_SLOTS, certificateEntity, tunnelServerEntity } from '../model/entity.ts';
import type { LogSet } from '../model/log-set.ts';
import { logSetAnswer, timelineAnswer } from '../model/log-set-answer.ts';
import { SEVERITIES } from '../model/severity.ts';
import { millisOf } from '../model/time.ts';
import { allLogSets } from '../pipeline/log-sets.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { slugOf } from '../pipeline/slug.ts';
import { timeSchema } from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { pageSchema } from './paging.ts';
import { problem } from './problem.ts';

/** Alerts of one entity read for a timeline, at most: the newest. */
const MAX_ALERTS = 1_000;

const saidBy = z.enum(['metadata', 'content', 'name']).nullable();
const counts = z.record(z.string(), z.int());
const setFields = {
  id: z.string(),
  slug: z.string().describe('The same: these ids fit a path.'),
  server: z.string().describe('Host name of the tunnel server.'),
  serverSlug: z.string().describe('The server as a part of a path.'),
  incidentId: z.string().nullable().describe('Null when nothing says it.'),
  incidentIdFrom: saidBy.describe('Metadata of the blob, a file in the bundle, or its name.'),
  verbosity: z.int().nullable().describe('0 to 9, as it was logged at. Null when nothing says it.'),
  verbosityFrom: saidBy,
  startsAt: timeSchema.nullable().describe('Time of the first record; null when none has a time.'),
  endsAt: timeSchema.nullable(),
  uploadedAt: timeSchema.nullable(),
  bundles: z.array(z.string()).describe('The blobs it was uploaded as.'),
  records: z.int(),
  byTag: counts.describe('Records by tag: `mstunnel-agent`, `mstunnel_monitor`, `ocserv`, `ocserv-access`.'),
  byEvent: counts.describe('What ocserv tells: sessions, authentication, bans, restarts, …'),
  notUnderstood: z
    .strictObject({
      deadLetters: z.int(),
      lines: z.int(),
      shapes: z.array(z.strictObject({ shape: z.string(), count: z.int() })),
    })
    .describe('Dead letters, and lines of no known format by shape, the most frequent first.'),
};

const timelineSchema = z
  .array(
    z.strictObject({
      at: timeSchema,
      endsAt: timeSchema.nullable(),
      what: z.string().describe("An alert's rule, or an event such as `server-started`."),
      severity: z.enum(SEVERITIES).nullable().describe('Null for an event.'),
      summary: z.string(),
    }),
  )
  .describe('What happened, in order.');

const answerOf = (set: LogSet) => ({
  ...logSetAnswer(set),
  slug: set.id,
  serverSlug: slugOf(tunnelServerEntity(set.server)),
});

export const listLogSets = defineOperation({
  summary: 'Log sets: the uploaded bundles of tunnel servers, the latest first.',
  query: z.strictObject({ server: z.string().exactOptional().describe('Slug of a tunnel server.') }),
  answer: pageSchema(z.strictObject(setFields)),
  async handle(pipeline, { query: { server } }) {
    const items = (await allLogSets(pipeline)).map(answerOf);
    return { body: { items: items.filter((item) => server === undefined || item.serverSlug === server), next: null } };
  },
});

export const getLogSet = defineOperation({
  summary: 'One log set with its timeline.',
  answer: z.strictObject({ ...setFields, timeline: timelineSchema }),
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const set = (await allLogSets(pipeline)).find(({ id }) => id === param('id'));
    if (!set) return problem('not-found', 'expected an id that GET /api/log-sets lists');
    return { body: { ...answerOf(set), timeline: timelineAnswer(set, await alertsAround(pipeline, set)) } };
  },
});

/** The alerts of the set's server and its certificates that began before the set ends. */
async function alertsAround(pipeline: Pipeline, { server, endsAt }: LogSet): Promise<Alert[]> {
  if (endsAt === null) return [];
  const entities = [tunnelServerEntity(server), ...CERTIFICATE_SLOTS.map((slot) => certificateEntity(server, slot))];
  const found: Alert[] = [];
  for (const entity of entities) {
    let after: string | undefined;
    let left = MAX_ALERTS;
    do {
      const asked = { entity, startsBefore: millisOf(endsAt) + 1, limit: Math.min(left, 100) };
      const page = await pipeline.store.entities.alerts(after === undefined ? asked : { ...asked, after });
      found.push(...page.items.filter(({ endedBy }) => endedBy !== 'disproved'));
      left -= page.items.length;
      after = page.next;
    } while (after !== undefined && left > 0);
  }
  return found;
}
