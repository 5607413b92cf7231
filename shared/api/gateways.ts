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

/** A gateway with its tunnels and BGP peers. A policy-based one has records of its own only, another one those of its tunnels only. */
export interface GatewayNow {
  readonly entity: EntityRef;
  readonly own: Row | undefined;
  readonly tunnels: readonly Row[];
  readonly peers: readonly Row[];
}

/** Every gateway that has records, or tunnels that have, in the order of their ids. */
export async function allGateways(pipeline: Pipeline): Promise<GatewayNow[]> {
  const kinds = ['gateway', 'tunnel', 'bgp-peer'] as const;
  const [own = [], tunnels = [], peers = []] = await Promise.all(kinds.map((kind) => allRows(pipeline, kind)));
  const rows = new Map(own.map((row) => [row.summary.entity.key, row]));
  const [tunnelsOf, peersOf] = [byGateway(tunnels), byGateway(peers)];
  return [...new Set([...rows.keys(), ...tunnelsOf.keys(), ...peersOf.keys()])].sort().map((key) => ({
    entity: { kind: 'gateway', key },
    own: rows.get(key),
    tunnels: tunnelsOf.get(key) ?? [],
    peers: peersOf.get(key) ?? [],
  }));
}

const byGateway = (rows: readonly Row[]) => Map.groupBy(rows, ({ summary }) => parentOf(summary.entity)?.key ?? '');

/** The worst of its tunnels, BGP peers and own open findings; its own records never say that it is well. */
export function gatewayState({ own, tunnels, peers }: GatewayNow): HealthState {
  const said = own && own.about.state !== 'healthy' ? [own.about.state] : [];
  return worstOf([...[...tunnels, ...peers].map(({ about }) => about.state), ...said]);
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
  const { entity, own, tunnels, peers } = gateway;
  const rows = [...(own ? [own] : []), ...tunnels, ...peers];
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

/** Its own trouble and its peers' when there is some; and its tunnels by what they are: `2 up, 1 down`. */
function detailOf({ own, tunnels, peers }: GatewayNow): string {
  const counts = [...Map.groupBy(tunnels, ({ about }) => about.detail)].map(([detail, of]) => `${of.length} ${detail}`);
  const trouble = own && isTrouble(own) ? [own.about.detail] : [];
  const down = peers.filter(isTrouble).length;
  const lost = down > 0 ? [`${down} BGP ${down === 1 ? 'peer' : 'peers'} down`] : [];
  return [...trouble, ...counts.sort(), ...lost].join(', ') || 'no tunnel seen';
}

const isTrouble = ({ about }: Row): boolean => about.state === 'warning' || about.state === 'unhealthy';

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
