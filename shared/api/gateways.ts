import * as z from 'zod';
import { type EntityRef, entityId, lastPart, parentOf } from '../model/entity.ts';
import { type HealthState, worstOf } from '../model/health.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { slugOf } from '../pipeline/slug.ts';
import {
  allRows,
  checkOf,
  checkSchema,
  entityFields,
  entityOf,
  iso,
  type Row,
  seenFields,
  stateCounts,
  stateCountsSchema,
} from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { pageSchema } from './paging.ts';
import { isProblem, type Problem, problem } from './problem.ts';

/** A gateway with its tunnels. A policy-based one has records of its own only, another one those of its tunnels only. */
export interface GatewayNow {
  readonly entity: EntityRef;
  readonly own: Row | undefined;
  readonly tunnels: readonly Row[];
}

/** Every gateway that has records, or tunnels that have, in the order of their ids. */
export async function allGateways(pipeline: Pipeline): Promise<GatewayNow[]> {
  const [own, tunnels] = await Promise.all([allRows(pipeline, 'gateway'), allRows(pipeline, 'tunnel')]);
  const rows = new Map(own.map((row) => [row.summary.entity.key, row]));
  const byGateway = Map.groupBy(tunnels, ({ summary }) => parentOf(summary.entity)?.key ?? '');
  return [...new Set([...rows.keys(), ...byGateway.keys()])].sort().map((key) => ({
    entity: { kind: 'gateway', key },
    own: rows.get(key),
    tunnels: byGateway.get(key) ?? [],
  }));
}

/** The worst of its tunnels and of its own open findings; its own records never say that it is well. */
export function gatewayState({ own, tunnels }: GatewayNow): HealthState {
  const said = own && own.about.state !== 'healthy' ? [own.about.state] : [];
  return worstOf([...tunnels.map(({ about }) => about.state), ...said]);
}

async function gatewayBySlug(pipeline: Pipeline, slug: string): Promise<GatewayNow | Problem> {
  const found = (await allGateways(pipeline)).find(({ entity }) => slugOf(entity) === slug);
  return found ?? problem('not-found', 'expected a slug that GET /api/gateways lists');
}

const gatewaySchema = z.strictObject({ ...entityFields, ...seenFields, tunnels: stateCountsSchema });
const tunnelSchema = z.strictObject({
  ...entityFields,
  gateway: z.string().describe('ARM id of the gateway.'),
  remoteIp: z.string(),
  ...seenFields,
  checks: z.array(checkSchema),
});

function answerOf(gateway: GatewayNow): z.infer<typeof gatewaySchema> {
  const { entity, own, tunnels } = gateway;
  const rows = own ? [own, ...tunnels] : tunnels;
  const times = rows.flatMap(({ about }) => about.lastFactAt ?? []);
  return {
    ...entityOf(entity, slugOf(entity)),
    state: gatewayState(gateway),
    detail: detailOf(gateway),
    live: rows.some(({ about }) => about.live),
    lastFactAt: iso(times.length === 0 ? null : Math.max(...times)),
    tunnels: stateCounts(tunnels.map(({ about }) => about.state)),
  };
}

/** Its own trouble when it has some; else its tunnels by what they are: `2 up, 1 down`. */
function detailOf({ own, tunnels }: GatewayNow): string {
  const counts = [...Map.groupBy(tunnels, ({ about }) => about.detail)].map(([detail, of]) => `${of.length} ${detail}`);
  const trouble = own && (own.about.state === 'warning' || own.about.state === 'unhealthy') ? [own.about.detail] : [];
  return [...trouble, ...counts.sort()].join(', ') || 'no tunnel seen';
}

const tunnelOf = ({ summary, about }: Row): z.infer<typeof tunnelSchema> => ({
  ...entityOf(summary.entity, summary.slug),
  state: about.state,
  detail: about.detail,
  gateway: parentOf(summary.entity)?.key ?? '',
  remoteIp: lastPart(summary.entity),
  live: about.live,
  lastFactAt: iso(about.lastFactAt),
  checks: about.checks.map(checkOf),
});

export const listGateways = defineOperation({
  summary: 'VPN gateways, each as bad as its worst tunnel and its own trouble.',
  answer: pageSchema(gatewaySchema),
  async handle(pipeline) {
    return { body: { items: (await allGateways(pipeline)).map(answerOf), next: null } };
  },
});

export const getGateway = defineOperation({
  summary: 'One VPN gateway.',
  answer: gatewaySchema,
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const gateway = await gatewayBySlug(pipeline, param('id'));
    return isProblem(gateway) ? gateway : { body: answerOf(gateway) };
  },
});

export const listTunnels = defineOperation({
  summary: 'The tunnels of a gateway: one per remote IP.',
  answer: pageSchema(tunnelSchema),
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const gateway = await gatewayBySlug(pipeline, param('id'));
    if (isProblem(gateway)) return gateway;
    const tunnels = [...gateway.tunnels].sort((a, b) =>
      entityId(a.summary.entity) < entityId(b.summary.entity) ? -1 : 1,
    );
    return { body: { items: tunnels.map(tunnelOf), next: null } };
  },
});
