import * as z from 'zod';
import { type EntityKind, type EntityRef, entityId } from '../model/entity.ts';
import { type Check, HEALTH_STATES, type HealthState } from '../model/health.ts';
import { isoOf, type Millis } from '../model/time.ts';
import { type About, aboutSchema } from '../pipeline/entity-summary.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { EntitySummary } from '../store/ports.ts';

export const healthStateSchema = z.enum(HEALTH_STATES);
export const timeSchema = z.iso.datetime({ precision: 3 }).describe('ISO 8601 in UTC with milliseconds.');

export const checkSchema = z
  .strictObject({
    id: z.string(),
    state: healthStateSchema,
    value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
    unit: z.string().nullable(),
    observedAt: z.string().nullable(),
    threshold: z.string().nullable().describe('The bound that decided, with its operator.'),
    reason: z.string(),
  })
  .describe('One check: what was seen, when, against what, and why that gives the state.');

/** What every entity answers with. */
export const entityFields = {
  kind: z.string(),
  id: z.string().describe('The full identity: host name, ARM id, …'),
  slug: z.string().describe('The same as a part of a path.'),
  state: healthStateSchema,
  detail: z.string().describe('One word for people: `up`, `down`, `offline`, `historical`, …'),
};
export const seenFields = {
  live: z.boolean().describe('False when it is known from old records only; its state is then unknown.'),
  lastFactAt: timeSchema.nullable(),
};

/** A check in the order in which people read it. */
export const checkOf = (check: Check): z.infer<typeof checkSchema> => {
  const { id, state, value, unit, observedAt, threshold, reason } = check;
  return { id, state, value, unit, observedAt, threshold, reason };
};

/** The checks that make an entity as bad as it is: those in its own state, when that is a bad one. */
export const worstChecks = (state: HealthState, checks: readonly Check[]): Check[] =>
  state === 'warning' || state === 'unhealthy' ? checks.filter((check) => check.state === state).map(checkOf) : [];

export const iso = (at: Millis | null): string | null => (at === null ? null : isoOf(at));

/** A row of the lists that could be read. */
export interface Row {
  readonly summary: EntitySummary;
  readonly about: About;
}

/** Reads a list row; undefined for one that this version cannot read, which is logged and left out. */
export function readRow(pipeline: Pipeline, summary: EntitySummary): Row | undefined {
  const about = aboutSchema.safeParse(summary.about);
  if (about.success) return { summary, about: about.data };
  pipeline.log('row.unreadable', { entity: entityId(summary.entity) });
  return undefined;
}

/** Every row of a kind, in the order of their keys. */
export async function allRows(pipeline: Pipeline, kind: EntityKind, keyPrefix?: string): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = await pipeline.store.entities.list(kind, {
      limit: 1_000,
      ...(keyPrefix === undefined ? {} : { keyPrefix }),
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.items.flatMap((summary) => readRow(pipeline, summary) ?? []));
    after = page.next;
  } while (after !== undefined);
  return rows;
}

/** How many are in which state. */
export const stateCountsSchema = z.strictObject({
  total: z.int(),
  healthy: z.int(),
  warning: z.int(),
  unhealthy: z.int(),
  unknown: z.int(),
});
export function stateCounts(states: readonly HealthState[]): z.infer<typeof stateCountsSchema> {
  const of = (state: HealthState) => states.filter((one) => one === state).length;
  return {
    total: states.length,
    healthy: of('healthy'),
    warning: of('warning'),
    unhealthy: of('unhealthy'),
    unknown: of('unknown'),
  };
}

/** The fields of an entity as a row has them. */
export const entityOf = (entity: EntityRef, slug: string) => ({ kind: entity.kind, id: entity.key, slug });
