import * as z from 'zod';
import { ALERT_STATES, type Alert } from '../model/alert.ts';
import type { EntityKind, EntityRef } from '../model/entity.ts';
import { LABELS } from '../model/finding.ts';
import { SEVERITIES } from '../model/severity.ts';
import { isoOf } from '../model/time.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { slugOf } from '../pipeline/slug.ts';
import type { AlertQuery, Owed, Page } from '../store/ports.ts';
import { iso, timeSchema } from './entity-answers.ts';
import { allGateways } from './gateways.ts';
import { defineOperation } from './operation.ts';
import { cursorOf, pageSchema, pagingQuery, positionOf } from './paging.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import { serverBySlug } from './servers.ts';

/** Store pages read for one page of the API, at most: a rare filter then answers a short page and a cursor. */
const MAX_STORE_PAGES = 20;

const alertSchema = z.strictObject({
  id: z.string(),
  fingerprint: z.string().describe('The same for every alert of this rule about the same thing.'),
  rule: z.string(),
  entity: z.strictObject({ kind: z.string(), id: z.string(), slug: z.string() }),
  severity: z.enum(SEVERITIES),
  state: z.enum(ALERT_STATES),
  nature: z.enum(['condition', 'event']).describe('A condition lasts; an event is over when it is first told.'),
  startsAt: timeSchema.describe('When the trouble began, not when it was found.'),
  endsAt: timeSchema.nullable().describe('Null while it lasts.'),
  endedBy: z.enum(['fact', 'clock', 'event', 'superseded', 'disproved']).nullable(),
  knownAt: timeSchema,
  updatedAt: timeSchema,
  labels: z.partialRecord(z.enum(LABELS), z.string()),
  annotations: z.record(z.string(), z.string()).describe('Prose: `summary`, `cause`, `remedy` and more.'),
  evidence: z.array(z.strictObject({ source: z.string(), line: z.int(), byte: z.int() })),
  suppressedBy: z.enum(['historical', 'inhibited', 'silenced', 'muted']).nullable().describe('Why nobody is told.'),
  acknowledged: z.strictObject({ by: z.string(), at: timeSchema }).nullable(),
});

const notificationSchema = z
  .strictObject({
    id: z.string(),
    receiver: z.string(),
    reason: z.string(),
    state: z.enum(['owed', 'sent', 'given-up']),
    attempts: z.int(),
    createdAt: timeSchema,
    nextAttemptAt: timeSchema.nullable(),
    lastResult: z.string().nullable(),
  })
  .describe('What a receiver was told, or is owed.');

export function alertAnswerOf(alert: Alert): z.infer<typeof alertSchema> {
  const { id, fingerprint, rule, severity, state, nature, endedBy, suppressedBy, acknowledged } = alert;
  return {
    id,
    fingerprint,
    rule,
    entity: { kind: alert.entity.kind, id: alert.entity.key, slug: slugOf(alert.entity) },
    severity,
    state,
    nature,
    startsAt: isoOf(alert.startsAt),
    endsAt: iso(alert.endsAt),
    endedBy,
    knownAt: isoOf(alert.knownAt),
    updatedAt: isoOf(alert.updatedAt),
    labels: { ...alert.labels },
    annotations: { ...alert.annotations },
    evidence: alert.evidence.map(({ source, line, byte }) => ({ source, line, byte })),
    suppressedBy,
    acknowledged: acknowledged && { by: acknowledged.by, at: isoOf(acknowledged.at) },
  };
}

const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: 'expected an ISO 8601 time with zone, or a date' })
  .exactOptional();

const querySchema = z.strictObject({
  state: z
    .enum([...ALERT_STATES, 'open'])
    .exactOptional()
    .describe('`open` is pending or firing.'),
  severity: z.enum(SEVERITIES).exactOptional(),
  rule: z.string().max(100).exactOptional(),
  gateway: z.string().exactOptional().describe('Slug of a gateway: its own alerts and those of its tunnels.'),
  server: z.string().exactOptional().describe('Slug of a tunnel server: its own alerts and those of its certificates.'),
  from: time.describe('Started then or later.'),
  to: time.describe('Started before then.'),
  ...pagingQuery,
});
type Query = z.infer<typeof querySchema>;

export const listAlerts = defineOperation({
  summary: 'Alerts, newest start first.',
  query: querySchema,
  answer: pageSchema(alertSchema),
  problems: ['bad-cursor'],
  async handle(pipeline, { query }) {
    const { limit, cursor, ...filters } = query;
    const list = `alerts ${JSON.stringify(Object.entries(filters).sort())}`;
    const position = positionOf(list, cursor);
    if (isProblem(position)) return position;
    const of = await entityFilter(pipeline, filters);
    if (isProblem(of)) return of;
    const { items, next } = await alertsWhere(pipeline, { ...storeQuery(filters), ...position }, limit, of);
    return { body: { items: items.map(alertAnswerOf), next: cursorOf(list, next) } };
  },
});

function storeQuery({ state, severity, rule, from, to }: Query | Omit<Query, 'limit' | 'cursor'>): AlertQuery {
  return {
    ...(state === 'open' ? { open: true } : state === undefined ? {} : { state }),
    ...(severity === undefined ? {} : { severity }),
    ...(rule === undefined ? {} : { rule }),
    // The store leaves out the bound itself.
    ...(from === undefined ? {} : { startsAfter: Date.parse(from) - 1 }),
    ...(to === undefined ? {} : { startsBefore: Date.parse(to) }),
  };
}

type IsAsked = (entity: EntityRef) => boolean;

/** Which entities' alerts are asked for; a slug that is not known is a mistake in the query, not an empty list. */
async function entityFilter(
  pipeline: Pipeline,
  { gateway, server }: Pick<Query, 'gateway' | 'server'>,
): Promise<IsAsked | Problem> {
  const families: [kind: EntityKind, key: string][] = [];
  if (server !== undefined) {
    const row = await serverBySlug(pipeline, server);
    if (isProblem(row)) return unknownSlug('server');
    families.push(['tunnel-server', row.summary.entity.key]);
  }
  if (gateway !== undefined) {
    const found = (await allGateways(pipeline)).find(({ entity }) => slugOf(entity) === gateway);
    if (!found) return unknownSlug('gateway');
    families.push(['gateway', found.entity.key]);
  }
  // Children carry their parent's key before the bar.
  return (entity) =>
    families.every(([kind, key]) => (entity.kind === kind ? entity.key === key : entity.key.startsWith(`${key}|`)));
}

const unknownSlug = (parameter: string): Problem =>
  problem('bad-query', 'expected a slug that the list of that kind gives', {
    errors: [{ parameter, message: 'expected a slug that is known' }],
  });

/** Reads store pages until a page is full. Each asks for what is missing only, so that the cursor is always exact. */
async function alertsWhere(
  pipeline: Pipeline,
  query: AlertQuery,
  limit: number,
  isAsked: IsAsked,
): Promise<Page<Alert>> {
  const items: Alert[] = [];
  let after = query.after;
  for (let read = 0; read < MAX_STORE_PAGES; read++) {
    const wanted = { ...query, limit: limit - items.length };
    const page = await pipeline.store.entities.alerts(after === undefined ? wanted : { ...wanted, after });
    items.push(...page.items.filter(({ entity }) => isAsked(entity)));
    after = page.next;
    if (after === undefined) return { items };
    if (items.length === limit) break;
  }
  return after === undefined ? { items } : { items, next: after };
}

export const getAlert = defineOperation({
  summary: 'One alert, with what receivers were told of it.',
  answer: z.strictObject({ ...alertSchema.shape, notifications: z.array(notificationSchema) }),
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const alert = await pipeline.store.entities.alert(param('id'));
    if (!alert) return problem('not-found', 'expected an id that GET /api/alerts lists');
    const owed = (await pipeline.store.outbox.list(alert.entity)).filter(({ alertId }) => alertId === alert.id);
    return { body: { ...alertAnswerOf(alert), notifications: owed.map(notificationOf) } };
  },
});

const reasonSchema = z.object({ reason: z.string() });

function notificationOf(owed: Owed): z.infer<typeof notificationSchema> {
  const { id, receiver, state, attempts, createdAt, nextAt, lastResult } = owed;
  const notification = reasonSchema.safeParse(owed.notification);
  return {
    id,
    receiver,
    reason: notification.success ? notification.data.reason : 'unknown',
    state,
    attempts,
    createdAt: isoOf(createdAt),
    nextAttemptAt: state === 'owed' ? isoOf(nextAt) : null,
    lastResult,
  };
}
