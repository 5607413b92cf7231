import * as z from 'zod';
import { getAlert, listAlerts } from './alerts.ts';
import { listCertificates } from './certificates.ts';
import { deleteDeadLetter, getDeadLetter, listDeadLetters, replayDeadLetter } from './dead-letters.ts';
import { getGateway, listGateways, listTunnels } from './gateways.ts';
import type { Route } from './handle.ts';
import { getHealth } from './health.ts';
import { openApiOf } from './openapi.ts';
import { defineConstant } from './operation.ts';
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

/** Every path below `/api/`, one line each. A new resource is a file beside this one and its lines here. */
export const ROUTES: readonly Route[] = [
  { path: 'live', open: true, methods: { GET: live } },
  { path: 'version', methods: { GET: version } },
  { path: 'openapi.json', methods: { GET: openApi } },
  { path: 'health', methods: { GET: getHealth } },
  { path: 'status', methods: { GET: getStatus } },
  { path: 'thresholds', methods: tenant.all },
  { path: 'thresholds/preview', methods: { POST: previewThresholds } },
  { path: 'thresholds/history', methods: { GET: thresholdHistory } },
  { path: 'thresholds/{metric}', methods: tenant.one },
  { path: 'sites', methods: { GET: listSites } },
  { path: 'sites/{site}/thresholds', methods: site.all },
  { path: 'sites/{site}/thresholds/{metric}', methods: site.one },
  { path: 'servers', methods: { GET: listServers } },
  { path: 'servers/{id}', methods: { GET: getServer } },
  { path: 'servers/{id}/thresholds', methods: server.all },
  { path: 'servers/{id}/thresholds/{metric}', methods: server.one },
  { path: 'certificates', methods: { GET: listCertificates } },
  { path: 'gateways', methods: { GET: listGateways } },
  { path: 'gateways/{id}', methods: { GET: getGateway } },
  { path: 'gateways/{id}/tunnels', methods: { GET: listTunnels } },
  { path: 'alerts', methods: { GET: listAlerts } },
  { path: 'alerts/{id}', methods: { GET: getAlert } },
  { path: 'dead-letters', methods: { GET: listDeadLetters } },
  { path: 'dead-letters/{id}', methods: { GET: getDeadLetter, DELETE: deleteDeadLetter } },
  { path: 'dead-letters/{id}/replay', methods: { POST: replayDeadLetter } },
  { path: 'sources', methods: { GET: listSources } },
  { path: 'sources/{id}', methods: { GET: getSource, PUT: putSource } },
  { path: 'receivers', methods: { GET: listReceivers } },
  { path: 'receivers/{id}', methods: { GET: getReceiver, PUT: putReceiver, DELETE: deleteReceiver } },
  { path: 'receivers/{id}/test', methods: { POST: testReceiver } },
];
