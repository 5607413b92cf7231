import * as z from 'zod';
import { worstOf } from '../model/health.ts';
import { isoOf } from '../model/time.ts';
import { allRows, healthStateSchema, stateCounts, stateCountsSchema, timeSchema } from './entity-answers.ts';
import { allGateways, gatewayState } from './gateways.ts';
import { defineOperation } from './operation.ts';
import { allServersNow } from './servers.ts';
import { sitesOf } from './sites.ts';

export const getHealth = defineOperation({
  summary: 'Everything in one word, and how many of each kind are in which state.',
  answer: z.strictObject({
    state: healthStateSchema,
    at: timeSchema,
    sites: stateCountsSchema,
    servers: stateCountsSchema,
    gateways: stateCountsSchema,
    tunnels: stateCountsSchema,
    certificates: stateCountsSchema,
  }),
  async handle(pipeline) {
    const [servers, gateways, certificates] = await Promise.all([
      allServersNow(pipeline),
      allGateways(pipeline),
      allRows(pipeline, 'certificate'),
    ]);
    const serverStates = servers.map(({ health }) => health.state);
    const gatewayStates = gateways.map(gatewayState);
    return {
      body: {
        // Sites are their servers, and certificates are checks of theirs: counting them again changes nothing.
        state: worstOf([...serverStates, ...gatewayStates]),
        at: isoOf(pipeline.now()),
        sites: stateCounts(sitesOf(servers).map(({ state }) => state)),
        servers: stateCounts(serverStates),
        gateways: stateCounts(gatewayStates),
        tunnels: stateCounts(gateways.flatMap(({ tunnels }) => tunnels.map(({ about }) => about.state))),
        certificates: stateCounts(certificates.map(({ about }) => about.state)),
      },
    };
  },
});
