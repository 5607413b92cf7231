import * as z from 'zod';
import { type EffectiveThresholds, effectiveThresholds, thresholdsOf } from '../health/thresholds.ts';
import type { EntityHealth } from '../model/health.ts';
import type { Millis } from '../model/time.ts';
import { serverHealthOf } from '../pipeline/entity-summary.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { watermarkOf } from '../pipeline/watermark.ts';
import {
  allRows,
  checkOf,
  checkSchema,
  entityFields,
  entityOf,
  iso,
  type Row,
  readRow,
  seenFields,
  worstChecks,
} from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { cursorOf, pageSchema, pagingQuery, positionOf } from './paging.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import { effectiveOf, effectiveSchema } from './threshold-answers.ts';

/** A tunnel server as it is at this moment. */
export interface ServerNow extends Row {
  readonly health: EntityHealth;
  readonly effective: EffectiveThresholds;
}

/** The clock each row's absence is judged at; routes are few, so their watermarks are read once. */
export function watermarks(pipeline: Pipeline): (row: Row) => Promise<Millis> {
  const known = new Map<string, Promise<Millis>>();
  return ({ about: { routes } }) => {
    const key = routes.join(' ');
    const watermark = known.get(key) ?? watermarkOf(pipeline, routes);
    known.set(key, watermark);
    return watermark;
  };
}

/** Health of servers under the thresholds saved by now, from their last check-ins: no evaluation has to come first. */
export async function serversNow(pipeline: Pipeline, rows: readonly Row[]): Promise<ServerNow[]> {
  const { overrides } = await pipeline.thresholds.current();
  const watermark = watermarks(pipeline);
  const judged = async (row: Row): Promise<ServerNow> => {
    const effective = effectiveThresholds(overrides, placeOf(row));
    const health = serverHealthOf(row.about, thresholdsOf(effective), pipeline, await watermark(row));
    return { ...row, effective, health };
  };
  return Promise.all(rows.map(judged));
}

export const allServersNow = async (pipeline: Pipeline): Promise<ServerNow[]> =>
  serversNow(pipeline, await allRows(pipeline, 'tunnel-server'));

export const placeOf = ({ summary, about }: Row) => ({ server: summary.entity.key, site: about.site ?? undefined });

/** The server of a slug. */
export async function serverBySlug(pipeline: Pipeline, slug: string): Promise<Row | Problem> {
  const summary = await pipeline.store.entities.bySlug('tunnel-server', slug);
  const row = summary && readRow(pipeline, summary);
  return row ?? problem('not-found', 'expected a slug that GET /api/servers lists');
}

const serverFields = { ...entityFields, site: z.string().nullable(), ...seenFields };
const serverRowSchema = z.strictObject({
  ...serverFields,
  worst: z.array(checkSchema).describe('The checks that make the state a bad one.'),
});
const serverSchema = z.strictObject({ ...serverFields, checks: z.array(checkSchema), thresholds: effectiveSchema });

const fieldsOf = ({ summary, about, health }: ServerNow) => ({
  ...entityOf(summary.entity, summary.slug),
  site: about.site,
  state: health.state,
  detail: health.detail,
  live: about.live,
  lastFactAt: iso(about.lastFactAt),
});

export const listServers = defineOperation({
  summary: 'Tunnel servers with their health at this moment, under the thresholds in force now.',
  query: z.strictObject({ ...pagingQuery, limit: pagingQuery.limit.default(1_000) }),
  answer: pageSchema(serverRowSchema),
  problems: ['bad-cursor'],
  async handle(pipeline, { query: { limit, cursor } }) {
    const position = positionOf('servers', cursor);
    if (isProblem(position)) return position;
    const page = await pipeline.store.entities.list('tunnel-server', { limit, ...position });
    const rows = page.items.flatMap((summary) => readRow(pipeline, summary) ?? []);
    const servers = await serversNow(pipeline, rows);
    const items = servers.map((server) => ({
      ...fieldsOf(server),
      worst: worstChecks(server.health.state, server.health.checks),
    }));
    return { body: { items, next: cursorOf('servers', page.next) } };
  },
});

export const getServer = defineOperation({
  summary: 'One tunnel server: every check with value, threshold and reason.',
  answer: serverSchema,
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const row = await serverBySlug(pipeline, param('id'));
    if (isProblem(row)) return row;
    const [server] = await serversNow(pipeline, [row]);
    if (!server) return problem('not-found', 'expected a slug that GET /api/servers lists');
    const checks = server.health.checks.map(checkOf);
    return { body: { ...fieldsOf(server), checks, thresholds: effectiveOf(server.effective) } };
  },
});
