import * as z from 'zod';
import { getAlert, listAlerts } from './alerts.ts';
import { listCertificates } from './certificates.ts';
import { deleteDeadLetter, getDeadLetter, listDeadLetters, replayDeadLetter } from './dead-letters.ts';
import { getGateway, listGateways, listTunnels } from './gateways.ts';
import type { Route } from './handle.ts';
import { getHealth } from './health.ts';
import { getLogSet, listLogSets } from './log-sets.ts';
import { openApiOf } from './openapi.ts';
import { defineConstant } from './operation.ts';
import { OPEN_PATHS, PATHS, type Path } from './paths.ts';
import { deleteReceiver, getReceiver, listReceivers, putReceiver, testReceiver } from './receivers.ts';
import { getServer, listServers } from './servers.ts';
import { listSites } from './sites.ts';
import { getSource, listSources, putSource } from './sources.ts';
import { getStatus } from './status.ts';
import { thresholdHistory } from './threshold-history.ts';
import { previewThresholds } from './threshold-preview.ts';
import { thresholdMethods } from './thresholds.ts';

const live = defineConstant({
  summary: 'Whether this process answers. Needs no key.',
  answer: z.strictObject({ status: z.literal('live') }),
  make: () => ({ status: 'live' as const }),
});
const version = defineConstant({
  summary: 'Version of this app.',
  answer: z.strictObject({ name: z.literal('tunnelwatch'), version: z.string() }),
  make: (service) => ({ name: 'tunnelwatch' as const, version: service.version }),
});
const openApi = defineConstant({
  summary: 'This document.',
  answer: z.record(z.string(), z.unknown()),
  make: (service) => openApiOf(ROUTES, service.version),
});

const tenant = thresholdMethods(undefined, 'the tenant');
const site = thresholdMethods('site', 'a site');
const server = thresholdMethods('id', 'a tunnel server');

/** What the methods of each path do, one line each. A new resource is a file beside this one, its lines here and in `paths.ts`. */
const METHODS: Readonly<Record<Path, Route['methods']>> = {
  live: { GET: live },
  version: { GET: version },
  'openapi.json': { GET: openApi },
  health: { GET: getHealth },
  status: { GET: getStatus },
  thresholds: tenant.all,
  'thresholds/preview': { POST: previewThresholds },
  'thresholds/history': { GET: thresholdHistory },
  'thresholds/{metric}': tenant.one,
  sites: { GET: listSites },
  'sites/{site}/thresholds': site.all,
  'sites/{site}/thresholds/{metric}': site.one,
  servers: { GET: listServers },
  'servers/{id}': { GET: getServer },
  'servers/{id}/thresholds': server.all,
  'servers/{id}/thresholds/{metric}': server.one,
  certificates: { GET: listCertificates },
  gateways: { GET: listGateways },
  'gateways/{id}': { GET: getGateway },
  'gateways/{id}/tunnels': { GET: listTunnels },
  alerts: { GET: listAlerts },
  'alerts/{id}': { GET: getAlert },
  'log-sets': { GET: listLogSets },
  'log-sets/{id}': { GET: getLogSet },
  'dead-letters': { GET: listDeadLetters },
  'dead-letters/{id}': { GET: getDeadLetter, DELETE: deleteDeadLetter },
  'dead-letters/{id}/replay': { POST: replayDeadLetter },
  sources: { GET: listSources },
  'sources/{id}': { GET: getSource, PUT: putSource },
  receivers: { GET: listReceivers },
  'receivers/{id}': { GET: getReceiver, PUT: putReceiver, DELETE: deleteReceiver },
  'receivers/{id}/test': { POST: testReceiver },
};

export const ROUTES: readonly Route[] = PATHS.map((path) => ({
  path,
  open: OPEN_PATHS.has(path),
  methods: METHODS[path],
}));
